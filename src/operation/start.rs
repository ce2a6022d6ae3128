//! Sending: one request for each machine, at most once.

use std::time::Duration;

use serde_json::Value;

use super::ensure::is_countermanded;
use super::look::{ask, look};
use super::reconcile::{PAUSES, may_be, ours, reconcile};
use super::undone::Undoing;
use super::whose::{Whose, comment_differs, whose};
use super::{Task, is_general, platform, unsent};
use crate::actions::{Action, Answer, Route, Started, perform};
use crate::client::Client;
use crate::error::{Error, Kind, Retry};
use crate::request::{self, quoted};
use crate::response::{Record, Wanted};

/// Sends the requests that are to be sent. After a failure that will meet the next machine too, nothing more is.
pub(super) fn all(client: &mut Client<'_>, action: &'static Action, route: &Route, tasks: &mut [Task], ensure: bool) {
    let mut stopped: Option<Error> = None;
    for task in tasks.iter_mut().filter(|task| task.is_open()) {
        let outcome = match (&stopped, &route.answer) {
            (Some(error), _) => Err(unsent(error)),
            (None, Answer::Started(started)) => start(client, action, route, task, started, ensure),
            (None, _) => perform(client, action, route, &task.params).map(|outcome| {
                task.data = Some(outcome.data);
                task.warnings = outcome.warnings;
            }),
        };
        if let Err(error) = outcome {
            if stopped.is_none() && is_general(&error) {
                stopped = Some(error.clone());
            }
            task.error = Some(platform::named(client, action, task.machine(), error));
        }
    }
}

pub(super) fn start(
    client: &mut Client<'_>,
    action: &'static Action,
    route: &Route,
    task: &mut Task,
    started: &Started,
    ensure: bool,
) -> Result<(), Error> {
    let request = request::build(action, route, &task.params)?;
    let machine = task.machine().to_owned();
    let wanted = Wanted { kind: started.kind, machine: &machine, body: &request.json };
    let answered = ask(client, &request);
    let sent = client.sent();
    let error = match answered {
        Ok((record, head)) => {
            let difference = match whose(client, &record, &head, &wanted, sent) {
                Whose::Ours { adopted, by_comment } => {
                    task.adopted = adopted;
                    if !by_comment {
                        task.warnings.push(comment_differs(&record, &client.sanitizer()));
                    }
                    client.remember(&record.id);
                    task.record = Some(record);
                    return Ok(());
                }
                Whose::Others(difference) => difference,
            };
            client.remember(&record.id);
            let fits = ensure && !record.state.is_final() && record.difference(&wanted, true).is_none();
            if fits && !is_countermanded(client, &machine, started.undo) {
                task.undoing = Undoing::None;
                task.adopt(record);
                return Ok(());
            }
            let message = format!(
                "`{}` was answered with another machine action ({difference}): look at `getActions`: it may or may not have been carried out.",
                action.name
            );
            let clean = client.sanitizer();
            return Err(Error::new(Kind::Conflict, message)
                .with_retry(Retry::Unknown)
                .with_status(head.status)
                .with_request_id(head.request_id(&clean))
                .with_detail("machineAction", record.shown(&clean)));
        }
        Err(error) if error.kind() == Kind::Conflict => {
            let in_the_way = in_the_way(client, &wanted, sent);
            let fits = |record: &&Record| ensure && record.difference(&wanted, true).is_none();
            match in_the_way {
                // A proxy may have sent the request twice.
                InTheWay::Ours(record) => {
                    client.remember(&record.id);
                    task.adopt(record);
                    return Ok(());
                }
                InTheWay::Others(record) => {
                    if let Some(record) = record.as_ref().filter(fits).cloned()
                        && !is_countermanded(client, &machine, started.undo)
                    {
                        task.undoing = Undoing::None;
                        task.adopt(record);
                        return Ok(());
                    }
                    let may_be_ours = client.latest_service_time(sent).is_none()
                        && record.as_ref().is_some_and(|record| may_be(record, &wanted, &client.caller()));
                    let error = match may_be_ours {
                        true => error.with_message(format!(
                            "`{}` was refused: one like it is under way on the machine. It may be this call's: the service's clock is not known, or differs from the host's by more than five minutes. Look at `details.machineAction` before you repeat it.",
                            action.name
                        )),
                        false => error,
                    };
                    let shown = record.map_or(Value::Null, |record| record.shown(&client.sanitizer()));
                    return Err(error.with_detail("machineAction", shown));
                }
            }
        }
        Err(error) => error,
    };
    match reconcile(client, &error, &wanted, sent) {
        Some(record) => {
            client.remember(&record.id);
            task.adopt(record);
            Ok(())
        }
        None => Err(error),
    }
}

/// The machine action for which the service refuses a request.
enum InTheWay {
    /// It is what was asked for, and was made for it.
    Ours(Record),
    /// Another one, if reads show it.
    Others(Option<Record>),
}

/// Looks for the machine action that is in the way: one of ours, else one of that type, else any that is under way.
fn in_the_way(client: &mut Client<'_>, wanted: &Wanted<'_>, sent: Duration) -> InTheWay {
    let filter = format!("machineId eq {}", quoted(wanted.machine));
    for pause in PAUSES.map(Duration::from_secs) {
        // The conflict is the news; that the look-up failed is not.
        let Ok(found) = look(client, &filter, 20) else { return InTheWay::Others(None) };
        if let Some(record) = ours(client, &found, wanted, sent) {
            return InTheWay::Ours(record);
        }
        let mut under_way: Vec<Record> = found.into_iter().filter(|record| !record.state.is_final()).collect();
        let of_that_type = under_way.iter().position(|record| record.is("type", wanted.kind));
        if !under_way.is_empty() {
            return InTheWay::Others(Some(under_way.swap_remove(of_that_type.unwrap_or_default())));
        }
        // One that reads do not show yet is as new as our request: it may be the very same.
        if client.is_stepwise()
            || client.latest_service_time(sent).is_none()
            || client.elapsed() + pause >= client.deadline()
        {
            break;
        }
        client.pause(pause);
    }
    InTheWay::Others(None)
}

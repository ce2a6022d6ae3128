//! Sending: one request for each machine, at most once, and whose action the answer is about.

use serde_json::Value;

use super::ensure::is_countermanded;
use super::look::{ask, look};
use super::reconcile::{SKEW, reconcile};
use super::{Task, is_general, unsent};
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
            (None, _) => perform(client, action, route, &task.params).map(|outcome| task.data = Some(outcome.data)),
        };
        if let Err(error) = outcome {
            if stopped.is_none() && is_general(&error) {
                stopped = Some(error.clone());
            }
            task.error = Some(error);
        }
    }
}

fn start(
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
            let before = client.earliest_service_time(sent).map(|sent| sent.saturating_sub(SKEW));
            let is_older = record.created().zip(before).is_some_and(|(created, sent)| created < sent);
            // What is under way may be ours, or do as well; what had ended before was not asked for now.
            let had_ended = (is_older && record.state.is_final()).then_some("one that had ended before");
            let other = record.difference(&wanted, false).or(had_ended);
            if other.is_none() && record.is_commented(&wanted) != Some(false) {
                // One that an earlier call of ours started is taken over, not started.
                task.adopted = is_older;
                task.record = Some(record);
                return Ok(());
            }
            let fits = ensure && had_ended.is_none() && record.difference(&wanted, true).is_none();
            if fits && !is_countermanded(client, &machine, started.undo) {
                task.adopt(record);
                return Ok(());
            }
            let difference = other.unwrap_or("another comment");
            let message = format!(
                "`{}` was answered with another machine action ({difference}): look at `getActions`: it may or may not have been carried out.",
                action.name
            );
            let mut error = Error::new(Kind::Conflict, message).with_retry(Retry::Unknown);
            (error.status, error.request_id) = (Some(head.status), head.request_id(&client.sanitizer()));
            return Err(error.with_detail("machineAction", record.shown(&client.sanitizer())));
        }
        Err(error) if error.kind == Kind::Conflict => {
            let in_the_way = in_the_way(client, &wanted);
            let fits = |record: &&Record| ensure && record.difference(&wanted, true).is_none();
            if let Some(record) = in_the_way.as_ref().filter(fits).cloned()
                && !is_countermanded(client, &machine, started.undo)
            {
                task.adopt(record);
                return Ok(());
            }
            let shown = in_the_way.map_or(Value::Null, |record| record.shown(&client.sanitizer()));
            return Err(error.with_detail("machineAction", shown));
        }
        Err(error) => error,
    };
    match reconcile(client, &error, &wanted, sent) {
        Some(record) => {
            task.adopt(record);
            Ok(())
        }
        None => Err(error),
    }
}

/// The machine action that is in the way of another one: of that type rather than of any.
fn in_the_way(client: &mut Client<'_>, wanted: &Wanted<'_>) -> Option<Record> {
    let filter = format!("machineId eq {} and status in ('Pending','InProgress')", quoted(wanted.machine));
    // The conflict is the news; that the look-up failed is not.
    let mut found = look(client, &filter, 20).ok()?;
    let at = found.iter().position(|record| record.is("type", wanted.kind)).unwrap_or_default();
    (at < found.len()).then(|| found.swap_remove(at))
}

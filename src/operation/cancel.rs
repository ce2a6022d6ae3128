//! Cancelling a machine action: here Cancelled is the success, and every other end came too early.

use std::time::Duration;

use serde_json::Value;

use super::look::ask;
use super::reconcile::is_since;
use super::{Task, dry_run, follow, look_up, one};
use crate::actions::{Action, GET_ACTIONS, Route};
use crate::client::Client;
use crate::error::{Error, Kind, Retry};
use crate::outcome::{Outcome, State, Warning};
use crate::request;
use crate::response::{Likeness, Record, Sanitizer, likeness};
use crate::shape::Input;

/// How long the service has for a cancellation to show.
const LOOK_AFTER: Duration = Duration::from_secs(1);

/// Cancels a machine action.
///
/// # Errors
///
/// `conflict` if it ended in another way than by being cancelled.
pub(crate) fn cancel(
    client: &mut Client<'_>,
    action: &'static Action,
    route: &Route,
    params: &Input,
) -> Result<Outcome, Error> {
    let id = params.text("actionId").unwrap_or_default();
    let (ensure, wait) = (params.is("ensure"), params.object("wait"));
    let mut task = Task::new(Value::Null, params.with("id", id));
    if ensure || wait.is_some() {
        client.require(&GET_ACTIONS)?;
    }
    if ensure && let Some(record) = look_up(client, id)?.filter(|record| record.state.is_final()) {
        task.adopt(record);
        return ended(client, vec![task]);
    }
    if params.is("dryRun") {
        let mut tasks = [task];
        dry_run::show(client, action, route, &mut tasks)?;
        return one(Vec::from(tasks));
    }
    send(client, action, route, &mut task)?;
    let mut tasks = [task];
    if let Some(wait) = wait {
        follow(client, &mut tasks, &wait);
    }
    ended(client, Vec::from(tasks))
}

/// Sends the cancellation. Where the response was lost, the record says whether it is cancelled; in a step the next ones look.
///
/// # Errors
///
/// It was not accepted, or it is not known whether it was.
pub(super) fn send(
    client: &mut Client<'_>,
    action: &'static Action,
    route: &Route,
    task: &mut Task,
) -> Result<(), Error> {
    let id = &task.machine().to_owned();
    let request = request::build(action, route, &task.params)?;
    let answered = ask(client, &request);
    let sent = client.sent();
    match answered {
        Ok((record, head)) => {
            if !record.id.eq_ignore_ascii_case(id) {
                let message = "`cancelAction` was answered with another machine action: look at `getActions` before you repeat it.";
                let clean = client.sanitizer();
                return Err(Error::new(Kind::Conflict, message)
                    .with_retry(Retry::Unknown)
                    .with_status(head.status)
                    .with_request_id(head.request_id(&clean))
                    .with_detail("machineAction", record.shown(&clean)));
            }
            task.record = Some(record);
        }
        // The answer was lost: the record itself says whether it is cancelled.
        Err(error) if error.retry() == Retry::Unknown && !client.is_stepwise() => {
            client.pause(LOOK_AFTER.min(client.deadline().saturating_sub(client.elapsed())));
            match look_up(client, id) {
                Ok(Some(record)) if record.state == State::Cancelled => task.adopt(record),
                _ => return Err(error),
            }
        }
        // A proxy that sends a request twice hands on the second answer: that it is cancelled already.
        Err(error) if error.kind() == Kind::Rejected || error.kind() == Kind::Conflict => match look_up(client, id) {
            Ok(Some(record)) if record.state == State::Cancelled => {
                if !is_ours(client, &record, task.params.text("comment").unwrap_or_default(), sent) {
                    let shown = record.shown(&client.sanitizer());
                    return Err(error.with_retry(Retry::Unknown).with_detail("machineAction", shown));
                }
                task.adopt(record);
            }
            Ok(Some(_)) => return Err(error),
            // It does not show yet, or could not be looked at.
            Ok(None) | Err(_) => return Err(error.with_retry(Retry::Unknown)),
        },
        Err(error) => return Err(error),
    }
    Ok(())
}

/// Whether a machine action was cancelled by this call: with its comment, after its request went out.
fn is_ours(client: &Client<'_>, record: &Record, comment: &str, sent: Duration) -> bool {
    is_since(client, record.cancelled(), client.latest_service_time(sent)) == Some(true)
        && likeness(&record.text("cancellationComment"), comment) != Likeness::Other
}

fn ended(client: &Client<'_>, mut tasks: Vec<Task>) -> Result<Outcome, Error> {
    tasks.iter_mut().for_each(|task| end(client, task));
    one(tasks)
}

/// Fails what has ended in another way than by being cancelled.
pub(super) fn end(client: &Client<'_>, task: &mut Task) {
    if let Task { error: None, record: Some(record), warnings, .. } = task
        && record.state != State::Cancelled
    {
        let clean = client.sanitizer();
        if !record.state.is_final() {
            warnings.push(not_cancelled_yet(record, &clean));
            return;
        }
        let status = clean.text(&record.text("status"));
        let message = format!("`cancelAction` came too late: the machine action had ended with status {status:?}.");
        task.error = Some(Error::new(Kind::Conflict, message).with_detail("machineAction", record.shown(&clean)));
    }
}

/// The warning that the service took the request for a cancellation and does not show one.
fn not_cancelled_yet(record: &Record, clean: &Sanitizer) -> Warning {
    let message = format!(
        "Cancelling machine action {} was asked for; it is not cancelled yet, and may still be carried out: look again with `getAction`, or use `wait`.",
        clean.text(&record.id)
    );
    Warning::new("not-cancelled-yet", message).with_detail("machineAction", record.shown(clean))
}

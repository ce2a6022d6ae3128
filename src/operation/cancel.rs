//! Cancelling a machine action: here Cancelled is the success, and every other end came too early.

use std::time::Duration;

use serde_json::Value;

use super::look::ask;
use super::{Task, dry_run, follow, look_up, one};
use crate::actions::{Action, GET_ACTIONS, Route};
use crate::client::Client;
use crate::error::{Error, Kind, Retry};
use crate::outcome::{Outcome, State};
use crate::request;
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
    let request = request::build(action, route, params)?;
    match ask(client, &request) {
        Ok((record, head)) => {
            if !record.id.eq_ignore_ascii_case(id) {
                let message = "`cancelAction` was answered with another machine action: look at `getActions` before you repeat it.";
                let clean = client.sanitizer();
                let mut error = Error::new(Kind::Conflict, message).with_retry(Retry::Unknown);
                (error.status, error.request_id) = (Some(head.status), head.request_id(&clean));
                return Err(error.with_detail("machineAction", record.shown(&clean)));
            }
            task.record = Some(record);
        }
        // The answer was lost: the record itself says whether it is cancelled.
        Err(error) if error.retry == Retry::Unknown => {
            client.pause(LOOK_AFTER.min(client.deadline().saturating_sub(client.elapsed())));
            match look_up(client, id) {
                Ok(Some(record)) if record.state == State::Cancelled => task.adopt(record),
                _ => return Err(error),
            }
        }
        Err(error) => return Err(error),
    }
    let mut tasks = [task];
    if let Some(wait) = wait {
        follow(client, &mut tasks, &wait);
    }
    ended(client, Vec::from(tasks))
}

fn ended(client: &Client<'_>, tasks: Vec<Task>) -> Result<Outcome, Error> {
    if let [Task { error: None, record: Some(record), .. }] = tasks.as_slice()
        && record.state.is_final()
        && record.state != State::Cancelled
    {
        let clean = client.sanitizer();
        let status = clean.text(&record.text("status"));
        let message = format!("`cancelAction` came too late: the machine action had ended with status {status:?}.");
        return Err(Error::new(Kind::Conflict, message).with_detail("machineAction", record.shown(&clean)));
    }
    one(tasks)
}

//! The step that sends: one request that changes something, for the first target for which nothing was sent.

use super::doubt::Doubt;
use super::{Operation, Work, settle};
use crate::actions;
use crate::client::Client;
use crate::error::{Error, Kind, Retry};
use crate::operation::{cancel, is_general, platform, start, unsent};

/// Longest pause of our own before a request that was not carried out is sent again, in milliseconds.
const MAX_PAUSE: u64 = 60_000;

/// Sends the next request.
pub(super) fn send(client: &mut Client<'_>, operation: &mut Operation) {
    client.begin(operation.action);
    (operation.pause, operation.trouble) = (0, None);
    let sent_at = client.now().as_secs();
    let ensure = operation.params.is("ensure");
    let (work, action) = (operation.work(), operation.action);
    let Some(n) = operation.tasks.iter().position(|task| task.is_open()) else { return };
    let task = &mut operation.tasks[n];
    let result = match work {
        Work::Jobs(route, started) => start::start(client, action, route, task, started, ensure),
        Work::Cancellation(route) => cancel::send(client, action, route, task),
        Work::Records(route) => actions::perform(client, action, route, &task.params).map(|outcome| task.take(outcome)),
        Work::Change | Work::Read | Work::Wait => {
            actions::execute(client, action, &task.params).map(|outcome| task.take(outcome))
        }
    };
    let Err(error) = result else {
        (operation.sent_at, operation.attempts) = (sent_at, 0);
        return settle::settle(client, operation, false);
    };
    match error.retry() {
        Retry::After(pause) if may_repeat(client, &error, operation.attempts) => {
            operation.attempts += 1;
            operation.pause = pause.max(500 << operation.attempts.min(7)).min(pause.max(MAX_PAUSE));
            operation.trouble = Some(error);
        }
        Retry::Unknown if is_searchable(&error) => {
            operation.sent_at = sent_at;
            operation.tasks[n].doubt = Some(Doubt::new(sent_at, error));
        }
        _ => {
            let rest = is_general(&error).then(|| unsent(&error));
            let failed = platform::named(client, action, operation.tasks[n].machine(), error);
            operation.tasks[n].error = Some(failed);
            for task in operation.tasks.iter_mut().filter(|task| task.is_open()) {
                task.error = rest.clone();
            }
        }
    }
    settle::settle(client, operation, false);
}

/// Whether what was not carried out is sent again: as often as the service asks for it, else a few times.
pub(super) fn may_repeat(client: &Client<'_>, error: &Error, attempts: u32) -> bool {
    error.kind() == Kind::Throttled || attempts < client.settings.limits.max_retries
}

/// Whether the service's records may tell more. Where a job in the way is known, they were looked at already.
fn is_searchable(error: &Error) -> bool {
    let details = error.details();
    error.kind() != Kind::Conflict || details.is_none_or(|details| details["machineAction"].is_null())
}

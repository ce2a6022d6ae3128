//! The step that sends: one request that changes something, for the first target that was not sent
//! yet.

use serde_json::Value;

use super::doubt::search_task;
use super::{Operation, Work, settle};
use crate::actions;
use crate::client::Client;
use crate::error::{Error, Kind, Retry};
use crate::operation::doubt::Doubt;
use crate::operation::{cancel, is_global, platform, start_job, unsent_error};

/// Maximum pause before a request that was not carried out is sent again, in milliseconds.
const MAX_PAUSE: u64 = 60_000;

/// Sends the next request.
pub(super) fn send(client: &mut Client<'_>, operation: &mut Operation) {
    client.set_action(operation.action);
    (operation.pause, operation.trouble) = (0, None);
    let ensure = operation.params.is("ensure");
    let (work, action) = (operation.work(), operation.action);
    let Some(n) = operation.tasks.iter().position(|task| task.is_open()) else { return };
    let task = &mut operation.tasks[n];
    client.sent = None;
    let result = match work {
        Work::Jobs(route, job_type) => {
            start_job::start_job(client, action, route, task, job_type, ensure)
        }
        Work::Cancellation(route) => cancel::send(client, action, route, task),
        Work::Records(route) => actions::send_route(client, action, route, &task.params)
            .map(|outcome| task.take(outcome)),
        Work::Change | Work::Read | Work::Wait => {
            actions::execute(client, action, &task.params).map(|outcome| task.take(outcome))
        }
    };
    let now = client.now().as_secs();
    match result {
        Ok(()) => (operation.sent_at, operation.attempts) = (now, 0),
        Err(error) => match error.retry() {
            Retry::After(pause) if operation.may_repeat(client, &error) => {
                operation.attempts += 1;
                operation.pause =
                    pause.max(500 << operation.attempts.min(7)).min(pause.max(MAX_PAUSE));
                operation.trouble = Some(error);
            }
            // If the sign-in was refused, nothing was sent.
            _ if client.sent.is_some() && operation.is_searchable(&error) => {
                operation.sent_at = now;
                let error = match work {
                    Work::Jobs(..) if error.kind() == Kind::Conflict => {
                        error.with_detail("machineAction", Value::Null)
                    }
                    _ => error,
                };
                let doubt = Doubt::new(now, client.sent, error);
                let looks_at_once =
                    doubt.is_refused() && matches!(work, Work::Jobs(..) | Work::Cancellation(_));
                operation.tasks[n].doubt = Some(doubt);
                // A blocking job usually shows at once.
                if looks_at_once {
                    search_task(client, operation, n);
                }
            }
            _ => fail(client, operation, n, error),
        },
    }
    settle::settle(client, operation, false);
}

/// Fails a target. If the failure would affect the next ones too, nothing is sent for them.
pub(super) fn fail(client: &mut Client<'_>, operation: &mut Operation, n: usize, error: Error) {
    let rest = is_global(&error).then(|| unsent_error(&error));
    let task = &mut operation.tasks[n];
    task.error = Some(platform::with_platform(client, operation.action, task.machine(), error));
    for task in operation.tasks.iter_mut().filter(|task| task.is_open()) {
        task.error = rest.clone();
    }
}

impl Operation {
    /// Whether a later step sends the request again: as often as the service asks for it, otherwise
    /// a few times. Within one call the client has retried already.
    pub(super) fn may_repeat(&self, client: &Client<'_>, error: &Error) -> bool {
        !self.is_in_one_call()
            && (error.kind() == Kind::Throttled
                || self.attempts < client.settings.limits.max_retries)
    }

    /// Whether the service's records can tell more. If the blocking job is known, they were
    /// searched already.
    fn is_searchable(&self, error: &Error) -> bool {
        let is_work = match self.work() {
            Work::Jobs(..) => error.retry() == Retry::Unknown,
            // It may be rejected because a proxy sent it before.
            Work::Cancellation(_) => {
                error.retry() == Retry::Unknown || error.kind() == Kind::Rejected
            }
            _ => error.retry() == Retry::Unknown && !self.is_in_one_call(),
        };
        is_work && error.details().is_none_or(|details| details["machineAction"].is_null())
    }
}

//! Cancels a machine action. Succeeds only if it ends as Cancelled.

use super::Task;
use super::machine_actions::send_for_action;
use super::ownership::is_since;
use crate::actions::{Action, Route};
use crate::client::Client;
use crate::error::{Error, Kind, Retry};
use crate::outcome::{State, Warning};
use crate::request;
use crate::response::{Likeness, Record, Sanitizer, likeness};

/// Sends the cancellation.
///
/// # Errors
///
/// It was rejected, or the result is unknown.
pub(super) fn send(
    client: &mut Client<'_>,
    action: &'static Action,
    route: &Route,
    task: &mut Task,
) -> Result<(), Error> {
    let request = request::build(action, route, &task.params)?;
    let (record, head) = send_for_action(client, &request)?;
    if !record.id.eq_ignore_ascii_case(task.machine()) {
        let message = "The response to `cancelAction` is another machine action: check with `getActions` before you try again.";
        let clean = client.sanitizer();
        return Err(Error::new(Kind::Conflict, message)
            .with_retry(Retry::Unknown)
            .with_status(head.status)
            .with_request_id(head.request_id(&clean))
            .with_detail("machineAction", record.summary_json(&clean)));
    }
    task.record = Some(record);
    Ok(())
}

/// Whether this call cancelled a machine action: it has the call's comment, and was cancelled after
/// the request was sent at `sent`, by the service's clock.
pub(super) fn is_ours(
    client: &Client<'_>,
    record: &Record,
    comment: &str,
    sent: Option<u64>,
) -> bool {
    is_since(client, record.cancelled(), sent) == Some(true)
        && likeness(&record.text("cancellationComment"), comment) != Likeness::Other
}

/// Fails a machine action that ended in another way than Cancelled.
pub(super) fn conclude(client: &Client<'_>, task: &mut Task) {
    if let Task { error: None, record: Some(record), warnings, .. } = task
        && record.state != State::Cancelled
    {
        let clean = client.sanitizer();
        if !record.state.is_final() {
            warnings.push(not_cancelled_yet(record, &clean));
            return;
        }
        let status = clean.text(&record.text("status"));
        let message = format!(
            "`cancelAction` came too late: the machine action has ended with status {status:?}."
        );
        task.error = Some(
            Error::new(Kind::Conflict, message)
                .with_detail("machineAction", record.summary_json(&clean)),
        );
    }
}

/// The warning that the service accepted the cancellation but does not show it yet.
fn not_cancelled_yet(record: &Record, clean: &Sanitizer) -> Warning {
    let message = format!(
        "Machine action {} is not cancelled yet and may still be carried out: check with `getAction`, or use `wait`.",
        clean.text(&record.id)
    );
    Warning::new("not-cancelled-yet", message)
        .with_detail("machineAction", record.summary_json(clean))
}

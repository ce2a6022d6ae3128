//! Cancelling a machine action: here Cancelled is the success, and every other end came too early.

use super::Task;
use super::machine_actions::ask;
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
/// It was not accepted, or it is not known whether it was.
pub(super) fn send(
    client: &mut Client<'_>,
    action: &'static Action,
    route: &Route,
    task: &mut Task,
) -> Result<(), Error> {
    let request = request::build(action, route, &task.params)?;
    let (record, head) = ask(client, &request)?;
    if !record.id.eq_ignore_ascii_case(task.machine()) {
        let message = "`cancelAction` was answered with another machine action: look at `getActions` before you repeat it.";
        let clean = client.sanitizer();
        return Err(Error::new(Kind::Conflict, message)
            .with_retry(Retry::Unknown)
            .with_status(head.status)
            .with_request_id(head.request_id(&clean))
            .with_detail("machineAction", record.shown(&clean)));
    }
    task.record = Some(record);
    Ok(())
}

/// Whether a machine action was cancelled by this call: with its comment, after its request went
/// out at `sent`, by the service's clock.
pub(super) fn is_ours(
    client: &Client<'_>,
    record: &Record,
    comment: &str,
    sent: Option<u64>,
) -> bool {
    is_since(client, record.cancelled(), sent) == Some(true)
        && likeness(&record.text("cancellationComment"), comment) != Likeness::Other
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
        let message = format!(
            "`cancelAction` came too late: the machine action had ended with status {status:?}."
        );
        task.error = Some(
            Error::new(Kind::Conflict, message).with_detail("machineAction", record.shown(&clean)),
        );
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

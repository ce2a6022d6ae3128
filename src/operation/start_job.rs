//! Sends the request that starts a machine action: once.

use super::Task;
use super::ensure::is_countermanded;
use super::machine_actions::send_for_action;
use super::ownership::{Ownership, comment_differs, determine_ownership};
use super::reversal::Reversal;
use crate::actions::{Action, JobType, Route};
use crate::client::Client;
use crate::error::{Error, Kind, Retry};
use crate::request;
use crate::response::RequestedJob;

/// Sends the request, and stores the machine action in the response if it is the requested one.
///
/// # Errors
///
/// It was not started, or the result is unknown.
pub(super) fn start_job(
    client: &mut Client<'_>,
    action: &'static Action,
    route: &Route,
    task: &mut Task,
    job_type: &JobType,
    ensure: bool,
) -> Result<(), Error> {
    let request = request::build(action, route, &task.params)?;
    let machine = task.machine().to_owned();
    let wanted = RequestedJob { kind: job_type.kind, machine: &machine, body: &request.json };
    let (record, head) = send_for_action(client, &request)?;
    let sent = client.sent.unwrap_or_default();
    let ownership = determine_ownership(client, &record, &head, &wanted, sent);
    client.remember(&record.id);
    let mismatch = match ownership {
        Ownership::Ours { adopted, by_comment } => {
            task.adopted = adopted;
            if !by_comment {
                task.warnings.push(comment_differs(&record, &client.sanitizer()));
            }
            task.record = Some(record);
            return Ok(());
        }
        Ownership::Others(mismatch) => mismatch,
    };
    let fits = ensure && !record.state.is_final() && record.mismatch(&wanted, true).is_none();
    if fits && !is_countermanded(client, &machine, job_type.inverse) {
        task.reversal = Reversal::None;
        task.adopt(record);
        return Ok(());
    }
    let message = format!(
        "The response to `{}` is another machine action ({mismatch}), so it may have been carried out or not: check with `getActions`.",
        action.name
    );
    let clean = client.sanitizer();
    Err(Error::new(Kind::Conflict, message)
        .with_retry(Retry::Unknown)
        .with_status(head.status)
        .with_request_id(head.request_id(&clean))
        .with_detail("machineAction", record.summary_json(&clean)))
}

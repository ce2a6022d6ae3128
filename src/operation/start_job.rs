//! Sending the request that starts a machine action: once.

use super::Task;
use super::ensure::is_countermanded;
use super::machine_actions::ask;
use super::ownership::{Whose, comment_differs, whose};
use super::reversal::Undoing;
use crate::actions::{Action, Route, Started};
use crate::client::Client;
use crate::error::{Error, Kind, Retry};
use crate::request;
use crate::response::Wanted;

/// Sends the request, and takes the machine action of the response if it is the one that was asked
/// for.
///
/// # Errors
///
/// It was not started, or it is not known whether it was.
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
    let (record, head) = ask(client, &request)?;
    let sent = client.sent();
    let whose = whose(client, &record, &head, &wanted, sent);
    client.remember(&record.id);
    let difference = match whose {
        Whose::Ours { adopted, by_comment } => {
            task.adopted = adopted;
            if !by_comment {
                task.warnings.push(comment_differs(&record, &client.sanitizer()));
            }
            task.record = Some(record);
            return Ok(());
        }
        Whose::Others(difference) => difference,
    };
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
    Err(Error::new(Kind::Conflict, message)
        .with_retry(Retry::Unknown)
        .with_status(head.status)
        .with_request_id(head.request_id(&clean))
        .with_detail("machineAction", record.shown(&clean)))
}

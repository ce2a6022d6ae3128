//! Finds machine actions that already do what is requested, or did it: fifty machines per request,
//! before anything is sent.

use super::Task;
use super::machine_actions::list_machine_actions_page as read;
use super::reference::has_reference;
use super::reversal::Reversal;
use crate::actions::{Action, JobType, Route};
use crate::client::Client;
use crate::error::Error;
use crate::outcome::State;
use crate::request::{self, quoted_list};
use crate::response::{Record, RequestedJob};

/// Machines per request: their IDs fit into any server's URL limit.
const MACHINES: usize = 50;

/// Maximum number of records per request: twenty machine actions for each of fifty machines.
const RECORDS: usize = 1000;

/// Adopts, for each machine, a machine action that makes a new one unnecessary.
///
/// # Errors
///
/// The machine actions could not be read.
pub(super) fn look(
    client: &mut Client<'_>,
    action: &'static Action,
    route: &Route,
    tasks: &mut [Task],
    started: &'static JobType,
) -> Result<(), Error> {
    let JobType { kind, inverse: undo, .. } = *started;
    let kinds = quoted_list([kind, undo].into_iter().filter(|kind| !kind.is_empty()));
    for tasks in tasks.chunks_mut(MACHINES) {
        let ids = quoted_list(tasks.iter().filter(|task| task.is_open()).map(Task::machine));
        if ids.is_empty() {
            continue;
        }
        let (records, is_part) =
            read(client, &format!("machineId in ({ids}) and type in ({kinds})"), RECORDS)?;
        for task in tasks.iter_mut().filter(|task| task.is_open()) {
            let of = |records: &[Record], machine: &str| -> Vec<Record> {
                // A record with an unreadable machine may belong to any.
                records
                    .iter()
                    .filter(|record| record.may_be("machineId", machine))
                    .cloned()
                    .collect()
            };
            let (mut own, mut is_cut) = (of(&records, task.machine()), is_part);
            if is_part {
                // Its machine actions may be in the truncated part.
                let filter = format!(
                    "machineId eq {} and type in ({kinds})",
                    request::quoted(task.machine())
                );
                let (records, is_part) = read(client, &filter, RECORDS)?;
                is_cut = is_part;
                // Still truncated: an action that undoes it may be missing, so the state is
                // unknown.
                own = if is_part && !undo.is_empty() {
                    Vec::new()
                } else {
                    of(&records, task.machine())
                };
            }
            if !(undo.is_empty() || is_cut) {
                task.reversal = Reversal::find(&own, task.machine(), undo);
            }
            let request = request::build(action, route, &task.params)?;
            let wanted = RequestedJob { kind, machine: task.machine(), body: &request.json };
            let found =
                needless(&own, &wanted, task.params.text("reference"), !undo.is_empty()).cloned();
            if let Some(record) = found {
                task.adopt(record);
            }
        }
    }
    Ok(())
}

/// Finds the machine action that makes a new one unnecessary. `lasting` means that another action
/// type undoes it.
fn needless<'r>(
    records: &'r [Record],
    wanted: &RequestedJob<'_>,
    reference: Option<&str>,
    lasting: bool,
) -> Option<&'r Record> {
    let under_way = |record: &&Record| matches!(record.state, State::Pending | State::InProgress);
    // An action of unknown state may be running.
    let may_be = |record: &&Record| under_way(record) || record.state == State::Unknown;
    let fits = |record: &&Record| record.mismatch(wanted, true).is_none();
    // It is being undone, so it will not last, whichever of the two ends first.
    if records.iter().filter(may_be).any(|record| !record.is("type", wanted.kind)) {
        return None;
    }
    if let Some(record) = records.iter().filter(under_way).find(fits) {
        return Some(record);
    }
    if !lasting {
        // A past scan only counts if it carries this call's reference.
        let reference = reference?;
        let ours = |record: &&Record| {
            record.state == State::Succeeded
                && has_reference(&record.text("requestorComment"), reference)
        };
        return records.iter().filter(ours).find(fits);
    }
    let ended = |wanted: State| records.iter().filter(move |record| record.state == wanted);
    // Without times, the latest one is unknown.
    if ended(State::Succeeded).any(|record| record.changed().is_none()) {
        return None;
    }
    let mut last: Option<&Record> = None;
    for record in ended(State::Succeeded) {
        // If two ended in the same second, the one requested later counts; it comes first in the
        // list.
        if last.is_none_or(|last| record.changed() > last.changed()) {
            last = Some(record);
        }
    }
    let last = last.filter(fits)?;
    // After a timeout the machine may still carry it out.
    let doubted = ended(State::TimedOut)
        .any(|other| !other.is("type", wanted.kind) && other.changed() >= last.changed());
    (!doubted).then_some(last)
}

/// Whether an action that undoes it is, or may be, running on the machine.
pub(super) fn is_countermanded(client: &mut Client<'_>, machine: &str, undo: &str) -> bool {
    if undo.is_empty() {
        return false;
    }
    let filter =
        format!("machineId eq {} and type eq {}", request::quoted(machine), request::quoted(undo));
    !read(client, &filter, RECORDS).is_ok_and(|(found, is_part)| {
        !is_part && found.iter().all(|record| record.state.is_final())
    })
}

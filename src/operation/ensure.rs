//! Where is it so already, or under way already? Asked before anything is sent, for fifty machines
//! at a time.

use super::Task;
use super::machine_actions::look_for_all as read;
use super::reference::is_marked;
use super::reversal::Undoing;
use crate::actions::{Action, Route, Started};
use crate::client::Client;
use crate::error::Error;
use crate::outcome::State;
use crate::request::{self, quoted_list};
use crate::response::{Record, Wanted};

/// Machines in one request: their IDs stay below what any server takes as a URL.
const MACHINES: usize = 50;

/// Most records of one request: twenty actions for each of fifty machines.
const RECORDS: usize = 1000;

/// Takes over, for each machine, the machine action that makes a new one needless.
///
/// # Errors
///
/// The machine actions could not be read.
pub(super) fn look(
    client: &mut Client<'_>,
    action: &'static Action,
    route: &Route,
    tasks: &mut [Task],
    started: &'static Started,
) -> Result<(), Error> {
    let Started { kind, undo, .. } = *started;
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
                // One whose machine cannot be read may be about any.
                records
                    .iter()
                    .filter(|record| record.may_be("machineId", machine))
                    .cloned()
                    .collect()
            };
            let (mut own, mut is_cut) = (of(&records, task.machine()), is_part);
            if is_part {
                // Some of its actions may be among those that were cut off.
                let filter = format!(
                    "machineId eq {} and type in ({kinds})",
                    request::quoted(task.machine())
                );
                let (records, is_part) = read(client, &filter, RECORDS)?;
                is_cut = is_part;
                // What undoes it may be among them even so: then it is not known whether it is so.
                own = if is_part && !undo.is_empty() {
                    Vec::new()
                } else {
                    of(&records, task.machine())
                };
            }
            if !(undo.is_empty() || is_cut) {
                task.undoing = Undoing::of(&own, task.machine(), undo);
            }
            let request = request::build(action, route, &task.params)?;
            let wanted = Wanted { kind, machine: task.machine(), body: &request.json };
            let found =
                needless(&own, &wanted, task.params.text("reference"), !undo.is_empty()).cloned();
            if let Some(record) = found {
                task.adopt(record);
            }
        }
    }
    Ok(())
}

/// The machine action that makes a new one needless. `lasting` says that it leaves a state which
/// another type undoes.
fn needless<'r>(
    records: &'r [Record],
    wanted: &Wanted<'_>,
    reference: Option<&str>,
    lasting: bool,
) -> Option<&'r Record> {
    let under_way = |record: &&Record| matches!(record.state, State::Pending | State::InProgress);
    // Of a state that is not known it may be either.
    let may_be = |record: &&Record| under_way(record) || record.state == State::Unknown;
    let fits = |record: &&Record| record.difference(wanted, true).is_none();
    // What is being undone will not be so, whichever of the two comes first.
    if records.iter().filter(may_be).any(|record| !record.is("type", wanted.kind)) {
        return None;
    }
    if let Some(record) = records.iter().filter(under_way).find(fits) {
        return Some(record);
    }
    if !lasting {
        // A scan that was made is none that is made now, unless it is the one of this case.
        let reference = reference?;
        let ours = |record: &&Record| {
            record.state == State::Succeeded
                && is_marked(&record.text("requestorComment"), reference)
        };
        return records.iter().filter(ours).find(fits);
    }
    let ended = |wanted: State| records.iter().filter(move |record| record.state == wanted);
    // Which one was the last can't be told without their times.
    if ended(State::Succeeded).any(|record| record.changed().is_none()) {
        return None;
    }
    let mut last: Option<&Record> = None;
    for record in ended(State::Succeeded) {
        // Of two that ended in the same second the one that was asked for later counts: it comes
        // first.
        if last.is_none_or(|last| record.changed() > last.changed()) {
            last = Some(record);
        }
    }
    let last = last.filter(fits)?;
    // The service stopped waiting for the machine, which may do it yet.
    let doubted = ended(State::TimedOut)
        .any(|other| !other.is("type", wanted.kind) && other.changed() >= last.changed());
    (!doubted).then_some(last)
}

/// Whether an action that undoes it is under way on the machine, or may be.
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

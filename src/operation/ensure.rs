//! Where is it so already, or under way already? Asked before anything is sent, for fifty machines
//! at a time.

use super::Task;
use super::look::look_for_all as read;
use super::reference::is_marked;
use super::undone::Undoing;
use crate::actions::history::{Standing, histories, standing};
use crate::actions::{Action, Route, Started};
use crate::client::Client;
use crate::error::Error;
use crate::outcome::State;
use crate::request;
use crate::response::{Record, Wanted};

/// Most records of one request.
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
    let mut open: Vec<&mut Task> = tasks.iter_mut().filter(|task| task.is_open()).collect();
    let machines: Vec<&str> = open.iter().map(|task| task.machine()).collect();
    let histories = histories(client, &machines, &[kind, undo])?;
    for (task, history) in open.iter_mut().zip(histories) {
        // What undoes it may have been cut off: then it is not known whether it is so.
        let own = match history.is_cut && !undo.is_empty() {
            true => &[][..],
            false => &history.records,
        };
        if !(undo.is_empty() || history.is_cut) {
            task.undoing = Undoing::of(own, task.machine(), undo);
        }
        let request = request::build(action, route, &task.params)?;
        let wanted = Wanted { kind, machine: task.machine(), body: &request.json };
        let found =
            needless(own, &wanted, task.params.text("reference"), !undo.is_empty()).cloned();
        if let Some(record) = found {
            task.adopt(record);
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
    match standing(&records.iter().collect::<Vec<_>>()) {
        Standing::Last(last) => Some(last).filter(fits),
        Standing::Never | Standing::Unknown(..) => None,
    }
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

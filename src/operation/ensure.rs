//! Finds machine actions that already do what is requested, or did it: fifty machines per request,
//! before anything is sent.

use super::Task;
use super::machine_actions::list_machine_actions_page as read;
use super::reference::has_reference;
use super::reversal::Reversal;
use crate::actions::history::{Standing, histories, is_same_state, standing};
use crate::actions::{Action, JobType, Route};
use crate::client::Client;
use crate::error::Error;
use crate::outcome::State;
use crate::request;
use crate::response::{Record, RequestedJob};

/// Maximum number of records per request.
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
    let mut open: Vec<&mut Task> = tasks.iter_mut().filter(|task| task.is_open()).collect();
    let machines: Vec<&str> = open.iter().map(|task| task.machine()).collect();
    let histories = histories(client, &machines, &[kind, undo])?;
    for (task, history) in open.iter_mut().zip(histories) {
        // If the list is truncated, an action that undoes it may be missing.
        let own = match history.is_cut && !undo.is_empty() {
            true => &[][..],
            false => &history.records,
        };
        if !(undo.is_empty() || history.is_cut) {
            task.reversal = Reversal::find(own, task.machine(), undo);
        }
        let request = request::build(action, route, &task.params)?;
        let wanted = RequestedJob { kind, machine: task.machine(), body: &request.json };
        let found =
            needless(own, &wanted, task.params.text("reference"), !undo.is_empty()).cloned();
        if let Some(record) = found {
            task.adopt(record);
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
    // What undoes it, or changes its scope, is running: it will not last, whichever ends first.
    let changes_it = |record: &Record| {
        !record.is("type", wanted.kind) || lasting && record.mismatch(wanted, true).is_some()
    };
    if records.iter().filter(may_be).any(changes_it) {
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
    match standing(&records.iter().collect::<Vec<_>>(), is_same_state) {
        Standing::Last(last) => Some(last).filter(fits),
        Standing::Never | Standing::Unknown(..) => None,
    }
}

/// Whether an action that undoes it is, or may be, running on the machine.
pub(super) fn is_countermanded(client: &mut Client<'_>, machine: &str, undo: &str) -> bool {
    if undo.is_empty() {
        return false;
    }
    let filter = format!(
        "machineId eq {} and type eq {}",
        request::quoted_id(machine),
        request::quoted(undo)
    );
    !read(client, &filter, RECORDS).is_ok_and(|(found, is_part)| {
        !is_part && found.iter().all(|record| record.state.is_final())
    })
}

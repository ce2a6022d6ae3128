//! The history of machines: what state their last machine actions left them in.

use super::machine_actions::list_machine_actions_page;
use crate::client::Client;
use crate::error::Error;
use crate::outcome::State;
use crate::request::{quoted_id, quoted_ids, quoted_list};
use crate::response::Record;

/// Machines in one request: their IDs stay below what any server takes as a URL.
const MACHINES: usize = 50;

/// Most records of one request: twenty actions for each of fifty machines.
const RECORDS: usize = 1000;

/// A machine's actions of some types, the newest first.
pub(crate) struct History {
    /// Those that are about the machine, or may be.
    pub(crate) records: Vec<Record>,
    /// Whether there may be others.
    pub(crate) is_cut: bool,
}

/// Reads the histories of machines, in their order: fifty with one request.
///
/// # Errors
///
/// The machine actions could not be read.
pub(crate) fn histories(
    client: &mut Client<'_>,
    machines: &[&str],
    types: &[&str],
) -> Result<Vec<History>, Error> {
    let types = quoted_list(types.iter().copied().filter(|name| !name.is_empty()));
    let mut histories = Vec::with_capacity(machines.len());
    for part in machines.chunks(MACHINES) {
        let ids = quoted_ids(part.iter().copied());
        let filter = format!("machineId in ({ids}) and type in ({types})");
        let (records, is_cut) = list_machine_actions_page(client, &filter, RECORDS)?;
        for machine in part {
            histories.push(if is_cut && part.len() > 1 {
                // Some of its actions may be among those that were cut off.
                let filter = format!("machineId eq {} and type in ({types})", quoted_id(machine));
                let (records, is_cut) = list_machine_actions_page(client, &filter, RECORDS)?;
                History { records: about(&records, machine), is_cut }
            } else {
                History { records: about(&records, machine), is_cut }
            });
        }
    }
    Ok(histories)
}

/// The records of a machine. One whose machine cannot be read may be about any.
fn about(records: &[Record], machine: &str) -> Vec<Record> {
    records.iter().filter(|record| record.may_be("machineId", machine)).cloned().collect()
}

/// Which of a machine's actions, two types that undo each other, left the state it is in.
#[derive(Debug)]
pub(crate) enum Standing<'r> {
    /// None of them ever succeeded.
    Never,
    /// The last one that succeeded.
    Last(&'r Record),
    /// It can't be said, for this reason; the record is in the way.
    Unknown(&'static str, &'r Record),
}

/// The last of these actions that succeeded. Actions that are not alike leave different states.
pub(crate) fn standing<'r>(
    records: &[&'r Record],
    is_alike: impl Fn(&Record, &Record) -> bool,
) -> Standing<'r> {
    let mut last: Option<&Record> = None;
    let mut tied: Option<&Record> = None;
    for &record in records.iter().filter(|record| record.state == State::Succeeded) {
        if record.changed().is_none() {
            return Standing::Unknown("the time at which an action ended can't be read", record);
        }
        // Of two that ended at the same time the one that was asked for later counts.
        let order = Record::instants;
        match last {
            Some(last) if order(record) < order(last) => {}
            Some(last) if order(record) == order(last) => {
                tied = tied.or((!is_alike(record, last)).then_some(record));
            }
            _ => (last, tied) = (Some(record), None),
        }
    }
    if let Some(record) = tied {
        return Standing::Unknown("opposite actions ended at the same time", record);
    }
    let Some(last) = last else { return Standing::Never };
    match doubt(records, last.changed(), |record| !is_alike(record, last)) {
        Some((reason, record)) => Standing::Unknown(reason, record),
        None => Standing::Last(last),
    }
}

/// An action that may have been carried out after this time although its record does not say so.
pub(crate) fn doubt<'r>(
    records: &[&'r Record],
    since: Option<u64>,
    changes: impl Fn(&Record) -> bool,
) -> Option<(&'static str, &'r Record)> {
    records.iter().filter(|record| changes(record)).find_map(|record| match record.state {
        // The service stopped waiting for the machine, which may do it yet.
        State::TimedOut if record.changed().is_none_or(|ended| Some(ended) >= since) => {
            Some(("an action timed out that the machine may have carried out", *record))
        }
        State::Unknown => Some(("the state of an action can't be read", *record)),
        _ => None,
    })
}

/// Whether two actions leave a machine in one state: their type and scope are the same.
pub(crate) fn is_same_state(one: &Record, other: &Record) -> bool {
    is_same_type(one, other) && one.text("scope").eq_ignore_ascii_case(&other.text("scope"))
}

/// Whether two actions are of one type, as far as can be read.
pub(crate) fn is_same_type(one: &Record, other: &Record) -> bool {
    let name = one.text("type");
    !name.is_empty() && other.is("type", &name)
}

//! Detects that a machine action which succeeded will be undone, because its opposite is running.

use std::time::Duration;

use super::Task;
use super::machine_actions::list_machine_actions_page;
use crate::actions::{GET_ACTIONS, JobType};
use crate::client::Client;
use crate::error::Error;
use crate::outcome::{State, Warning};
use crate::request::{self, quoted_ids};
use crate::response::{Record, Sanitizer};

/// Machines per request.
const MACHINES: usize = 50;

/// Maximum number of records per request: twenty machine actions per machine.
const RECORDS: usize = 1000;

/// Time limit for the checks: they must not hold back results.
const TIME_LIMIT: Duration = Duration::from_secs(10);

/// What is known about a machine action that will undo a task's.
#[derive(Clone, Debug)]
pub(super) enum Reversal {
    /// Nothing: it was not checked, or long ago.
    NotChecked,
    /// No action that undoes it is running.
    None,
    /// This machine action is running.
    By(Box<Record>),
}

impl Reversal {
    /// Searches a machine's actions for one that will undo it.
    pub(super) fn find(records: &[Record], machine: &str, inverse: &str) -> Self {
        let will_undo = |record: &&Record| {
            !record.state.is_final()
                && record.may_be("machineId", machine)
                && record.may_be("type", inverse)
        };
        match records.iter().find(will_undo) {
            Some(record) => Self::By(Box::new(record.clone())),
            None => Self::None,
        }
    }
}

/// Warns if the opposite of a started or succeeded action is running. One request per fifty
/// machines, and none for machines that were checked before. A failed check is a warning too, never
/// an error: what was done is done.
pub(super) fn warn_of_reversal<'t>(
    client: &mut Client<'_>,
    tasks: impl Iterator<Item = &'t mut Task>,
    job_type: &JobType,
) {
    if job_type.inverse.is_empty() {
        return;
    }
    let is_well = |task: &&mut Task| {
        let goes_well =
            |record: &Record| record.state == State::Succeeded || !record.state.is_final();
        task.error.is_none() && task.record.as_ref().is_some_and(goes_well)
    };
    let mut done: Vec<&mut Task> = tasks.filter(is_well).collect();
    let end = client.elapsed() + TIME_LIMIT;
    client.with_deadline(end, |client| check_reversals(client, &mut done, job_type.inverse));
    let clean = client.sanitizer();
    for task in done {
        if let Reversal::By(record) = &task.reversal {
            task.warnings.push(will_be_undone(record, job_type.inverse, &clean));
        }
    }
}

fn check_reversals(client: &mut Client<'_>, tasks: &mut [&mut Task], inverse: &str) {
    let mut open: Vec<&mut &mut Task> =
        tasks.iter_mut().filter(|task| matches!(task.reversal, Reversal::NotChecked)).collect();
    // If the check fails for some, skip the rest.
    let mut failed: Option<Error> = None;
    for tasks in open.chunks_mut(MACHINES) {
        let ids = quoted_ids(tasks.iter().map(|task| task.machine()));
        let filter = format!("machineId in ({ids}) and type eq {}", request::quoted(inverse));
        let found = match failed.take() {
            Some(error) => Err(error),
            None => client
                .permits(&GET_ACTIONS)
                .and_then(|()| list_machine_actions_page(client, &filter, RECORDS)),
        };
        for task in tasks.iter_mut() {
            task.reversal = found.as_ref().map_or(Reversal::NotChecked, |(found, _)| {
                Reversal::find(found, task.machine(), inverse)
            });
            let not_checked = match (&found, &task.reversal) {
                (Err(error), _) => {
                    let message = format!(
                        "Whether a running action will undo it was not checked: {}",
                        error.message()
                    );
                    Warning::new("not-checked", message).with_detail("cause", error.to_json())
                }
                (Ok((_, true)), Reversal::None) => Warning::new(
                    "not-checked",
                    "Whether a running action will undo it is unknown: there are too many machine actions.",
                ),
                _ => continue,
            };
            task.warnings.push(not_checked);
        }
        failed = found.err();
    }
}

fn will_be_undone(record: &Record, inverse: &str, clean: &Sanitizer) -> Warning {
    let message = format!(
        "{inverse} is running on the same machine and will undo this: machine action {}; cancel it with `cancelAction` if that is not intended.",
        clean.text(&record.id)
    );
    Warning::new("will-be-undone", message).with_detail("machineAction", record.summary_json(clean))
}

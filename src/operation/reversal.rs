//! What will happen next: a machine action that succeeded while its opposite is under way will be
//! undone by it.

use std::time::Duration;

use super::Task;
use super::machine_actions::look_for_all;
use crate::actions::{GET_ACTIONS, Started};
use crate::client::Client;
use crate::error::Error;
use crate::outcome::{State, Warning};
use crate::request::{self, quoted_list};
use crate::response::{Record, Sanitizer};

/// Machines in one request.
const MACHINES: usize = 50;

/// Most records of one request: twenty actions for each machine.
const RECORDS: usize = 1000;

/// Time for the looks: what was done is not kept back for them.
const TIME: Duration = Duration::from_secs(10);

/// What is known of what will undo a task's machine action.
#[derive(Clone, Debug)]
pub(super) enum Undoing {
    /// Nothing: it was not looked at, or long ago.
    NotLooked,
    /// None of these is under way.
    None,
    /// This one is.
    By(Box<Record>),
}

impl Undoing {
    /// What the machine's actions say.
    pub(super) fn of(records: &[Record], machine: &str, undo: &str) -> Self {
        let will_undo = |record: &&Record| {
            !record.state.is_final()
                && record.may_be("machineId", machine)
                && record.may_be("type", undo)
        };
        match records.iter().find(will_undo) {
            Some(record) => Self::By(Box::new(record.clone())),
            None => Self::None,
        }
    }
}

/// Warns of the opposite that is under way where something was started or succeeded. One look for
/// fifty machines, and none for those that were looked at before; that it failed is a warning too,
/// and never an error: what was done is done.
pub(super) fn warn<'t>(
    client: &mut Client<'_>,
    tasks: impl Iterator<Item = &'t mut Task>,
    started: &Started,
) {
    if started.undo.is_empty() {
        return;
    }
    let is_well = |task: &&mut Task| {
        let goes_well =
            |record: &Record| record.state == State::Succeeded || !record.state.is_final();
        task.error.is_none() && task.record.as_ref().is_some_and(goes_well)
    };
    let mut done: Vec<&mut Task> = tasks.filter(is_well).collect();
    look(client, &mut done, started.undo);
    let clean = client.sanitizer();
    for task in done {
        if let Undoing::By(record) = &task.undoing {
            task.warnings.push(will_be_undone(record, started.undo, &clean));
        }
    }
}

fn look(client: &mut Client<'_>, tasks: &mut [&mut Task], undo: &str) {
    let mut open: Vec<&mut &mut Task> =
        tasks.iter_mut().filter(|task| matches!(task.undoing, Undoing::NotLooked)).collect();
    let whole = client.shorten(client.elapsed() + TIME);
    // What failed for some will fail for the rest.
    let mut failed: Option<Error> = None;
    for tasks in open.chunks_mut(MACHINES) {
        let ids = quoted_list(tasks.iter().map(|task| task.machine()));
        let filter = format!("machineId in ({ids}) and type eq {}", request::quoted(undo));
        let looked = match failed.take() {
            Some(error) => Err(error),
            None => {
                client.permits(&GET_ACTIONS).and_then(|()| look_for_all(client, &filter, RECORDS))
            }
        };
        for task in tasks.iter_mut() {
            task.undoing = looked
                .as_ref()
                .map_or(Undoing::NotLooked, |(found, _)| Undoing::of(found, task.machine(), undo));
            let not_checked = match (&looked, &task.undoing) {
                (Err(error), _) => {
                    let message = format!(
                        "Whether something under way will undo it was not looked at: {}",
                        error.message()
                    );
                    Warning::new("not-checked", message).with_detail("cause", error.to_json())
                }
                (Ok((_, true)), Undoing::None) => Warning::new(
                    "not-checked",
                    "Whether something under way will undo it is not known: there are more machine actions than one look shows.",
                ),
                _ => continue,
            };
            task.warnings.push(not_checked);
        }
        failed = looked.err();
    }
    client.lengthen(whole);
}

fn will_be_undone(record: &Record, undo: &str, clean: &Sanitizer) -> Warning {
    let message = format!(
        "{undo} of the same machine is under way and will undo this: machine action {}; cancel it with `cancelAction` if that is not meant.",
        clean.text(&record.id)
    );
    Warning::new("will-be-undone", message).with_detail("machineAction", record.shown(clean))
}

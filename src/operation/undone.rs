//! What will happen next: a machine action that succeeded while its opposite is under way will be undone by it.

use serde_json::Value;

use super::look::look_for_all;
use super::{Task, quoted_list};
use crate::actions::Started;
use crate::client::Client;
use crate::outcome::{State, Warning};
use crate::request;

/// Machines in one request.
const MACHINES: usize = 50;

/// Most records of one request: twenty actions for each machine.
const RECORDS: usize = 1000;

/// Warns of the opposite that is under way where something succeeded. One look for fifty machines; that it failed is a warning too, and
/// never an error: what was done is done.
pub(super) fn warn(client: &mut Client<'_>, tasks: &mut [Task], started: &Started) {
    if started.undo.is_empty() {
        return;
    }
    let has_succeeded = |task: &&mut Task| {
        task.is_news
            && task.error.is_none()
            && task.record.as_ref().is_some_and(|record| record.state == State::Succeeded)
    };
    let mut done: Vec<&mut Task> = tasks.iter_mut().filter(has_succeeded).collect();
    for tasks in done.chunks_mut(MACHINES) {
        let ids = quoted_list(tasks.iter().map(|task| task.machine()));
        let filter = format!("machineId in ({ids}) and type eq {}", request::quoted(started.undo));
        let clean = client.sanitizer();
        match look_for_all(client, &filter, RECORDS) {
            Err(error) => {
                let message = format!("Whether something under way will undo it was not looked at: {}", error.message);
                let warning = Warning::new("not-checked", message).with_detail("cause", error.to_json());
                tasks.iter_mut().for_each(|task| task.warnings.push(warning.clone()));
            }
            Ok((records, is_part)) => {
                for task in tasks.iter_mut() {
                    let will_undo = records.iter().find(|record| {
                        !record.state.is_final()
                            && record.may_be("machineId", task.machine())
                            && record.may_be("type", started.undo)
                    });
                    match will_undo {
                        Some(record) => {
                            let id = clean.text(&record.id);
                            let message = format!(
                                "{} of the same machine is under way and will undo this: machine action {id}; cancel it with `cancelAction` if that is not meant.",
                                started.undo
                            );
                            let shown: Value = record.shown(&clean);
                            task.warnings
                                .push(Warning::new("will-be-undone", message).with_detail("machineAction", shown));
                        }
                        None if is_part => {
                            let message = "Whether something under way will undo it is not known: there are more machine actions than one look shows.";
                            task.warnings.push(Warning::new("not-checked", message));
                        }
                        None => {}
                    }
                }
            }
        }
    }
}

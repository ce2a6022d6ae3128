//! Waiting for machine actions that an earlier call started, or somebody else.

use serde_json::Value;

use super::{Task, end, follow, many, one};
use crate::client::Client;
use crate::error::Error;
use crate::json::object;
use crate::outcome::Outcome;
use crate::shape::Input;

/// Follows the machine actions that the parameters name to their end.
///
/// # Errors
///
/// `not-found`, `action-failed`, `unfinished`; of many `action-failed` with a record for each.
pub(crate) fn wait_for(client: &mut Client<'_>, params: &Input) -> Result<Outcome, Error> {
    let (mut tasks, is_many) = tasks(params);
    follow(client, &mut tasks, &params.object("wait").unwrap_or_default());
    for task in &mut tasks {
        task.adopted = true;
        end(client, task, None);
    }
    if is_many { many(tasks) } else { one(tasks) }
}

/// A task for each machine action that is named, and whether it is a list of them.
pub(super) fn tasks(params: &Input) -> (Vec<Task>, bool) {
    let mut params = params.clone();
    let (ids, is_many) = match (params.take("id"), params.take("ids")) {
        (None, Some(Value::Array(ids))) => (ids, true),
        (id, _) => (id.into_iter().collect(), false),
    };
    let task = |id: Value| Task::new(object(&mut [("id", id.clone())]), Input::default().with("id", id));
    (ids.into_iter().map(task).collect(), is_many)
}

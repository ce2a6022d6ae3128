//! Waiting for machine actions that an earlier call started, or somebody else.

use serde_json::Value;

use super::{Task, end, follow, many, one};
use crate::actions::Action;
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
pub(crate) fn wait_for(client: &mut Client<'_>, _: &'static Action, params: &Input) -> Result<Outcome, Error> {
    let mut wait = params.clone();
    let (ids, is_many) = match (wait.take("id"), wait.take("ids")) {
        (None, Some(Value::Array(ids))) => (ids, true),
        (id, _) => (id.into_iter().collect(), false),
    };
    let task = |id: Value| Task::new(object(&mut [("id", id.clone())]), Input::default().with("id", id));
    let mut tasks: Vec<Task> = ids.into_iter().map(task).collect();
    follow(client, &mut tasks, &wait.object("wait").unwrap_or_default());
    for task in &mut tasks {
        task.adopted = true;
        end(client, task, None);
    }
    if is_many { many(tasks) } else { one(tasks) }
}

//! Waiting for machine actions that an earlier call started, or somebody else.

use serde_json::Value;

use super::Task;
use crate::json::object;
use crate::schema::Input;

/// A task for each machine action that is named, and whether it is a list of them.
pub(super) fn tasks(params: &Input) -> (Vec<Task>, bool) {
    let mut params = params.clone();
    let (ids, is_many) = match (params.take("id"), params.take("ids")) {
        (None, Some(Value::Array(ids))) => (ids, true),
        (id, _) => (id.into_iter().collect(), false),
    };
    let task =
        |id: Value| Task::new(object(&mut [("id", id.clone())]), Input::default().with("id", id));
    (ids.into_iter().map(task).collect(), is_many)
}

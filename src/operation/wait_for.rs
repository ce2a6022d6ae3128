//! Waits for machine actions that an earlier call, or someone else, started.

use serde_json::Value;

use super::Task;
use crate::json::object;
use crate::schema::Params;

/// Creates a task for each named machine action. The flag says whether a list was given.
pub(super) fn tasks_to_follow(params: &Params) -> (Vec<Task>, bool) {
    let mut params = params.clone();
    let (ids, is_many) = match (params.take("id"), params.take("ids")) {
        (None, Some(Value::Array(ids))) => (ids, true),
        (id, _) => (id.into_iter().collect(), false),
    };
    let task =
        |id: Value| Task::new(object(&mut [("id", id.clone())]), Params::default().with("id", id));
    (ids.into_iter().map(task).collect(), is_many)
}

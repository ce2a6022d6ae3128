//! Dry runs: what would be sent, and to which machines.

use serde_json::Value;

use super::Task;
use crate::actions::{Action, Route};
use crate::client::Client;
use crate::error::Error;
use crate::json::{object, to_text};
use crate::request;

/// Stores the request that would be sent in each task's result.
///
/// # Errors
///
/// `forbidden` if the credentials do not allow the action.
pub(super) fn preview(
    client: &mut Client<'_>,
    action: &'static Action,
    route: &Route,
    tasks: &mut [Task],
) -> Result<(), Error> {
    client.require(action)?;
    for task in tasks.iter_mut().filter(|task| task.error.is_none() && task.same_as.is_none()) {
        let request = request::build(action, route, &task.params)?;
        let url = client.settings.endpoint(request.server).join(&request.target);
        let adopted = task
            .record
            .take()
            .map_or(Value::Null, |record| record.summary_json(&client.sanitizer()));
        let sent = object(&mut [
            ("method", Value::from(request.method.as_str())),
            ("url", Value::from(url.as_str())),
            ("body", request.json.clone()),
        ]);
        task.data = Some(to_text(&object(&mut [
            ("dryRun", Value::from(true)),
            ("target", task.target.clone()),
            // Nothing would be sent where `ensure` found a machine action.
            ("request", if adopted.is_null() { sent } else { Value::Null }),
            ("machineAction", adopted),
            ("budget", client.budget(action)),
        ])));
    }
    Ok(())
}

//! Checks live response sessions: done when every command sent is present, unchanged and completed.

use serde_json::Value;

use crate::schedule::request_of;

/// Whether every command of the record has completed.
pub(super) fn all_completed(record: &Value) -> bool {
    record["commands"]
        .as_array()
        .into_iter()
        .flatten()
        .all(|command| command["commandStatus"] == "Completed")
}

/// Whether the service's record has the requested commands, completed; true if the action is not a
/// session.
pub(super) fn is_complete(record: &Value, action: &str, params: &Value) -> bool {
    let Some((_, body)) = request_of(action, params) else { return true };
    let Some(asked) = body["Commands"].as_array() else { return true };
    let found = record["commands"].as_array().map(Vec::as_slice).unwrap_or_default();
    let done = |(found, asked): (&Value, &Value)| {
        found["command"]["type"] == asked["type"]
            && found["command"]["params"] == asked["params"]
            && found["commandStatus"] == "Completed"
    };
    found.len() == asked.len() && found.iter().zip(asked).all(done)
}

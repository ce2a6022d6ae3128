//! A session is done when each command that was sent is there, as it was sent, and completed.

use serde_json::Value;

use crate::schedule::request_of;

/// Whether each command of the record has been completed.
pub(super) fn all_completed(record: &Value) -> bool {
    record["commands"].as_array().into_iter().flatten().all(|command| command["commandStatus"] == "Completed")
}

/// Whether the service's record has what was asked for, done; of what is no session, that there is nothing to look at.
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

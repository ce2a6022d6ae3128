//! Whether a command of a live response session is the one that was requested.

use serde_json::Value;

use crate::digest::matches_args_digest;
use crate::json::to_text;

/// Whether two commands have the same type and parameters.
pub(super) fn is_same_command(found: &Value, wanted: &Value, strict: bool) -> bool {
    let kind = match &found["type"] {
        Value::Null => !strict,
        kind => as_text(kind).eq_ignore_ascii_case(&as_text(&wanted["type"])),
    };
    let same = |key: &str| {
        let (found, wanted) = (parameters(found, key), parameters(wanted, key));
        // Without its arguments a script does something else.
        let may_lack = !strict && key != "Args";
        let is_digest = |(found, wanted): (&String, &String)| {
            found == wanted || matches_args_digest(wanted, found)
        };
        let is_equal = found.len() == wanted.len() && found.iter().zip(&wanted).all(is_digest);
        (found.is_empty() && (may_lack || wanted.is_empty())) || (!found.is_empty() && is_equal)
    };
    kind && ["ScriptName", "FileName", "Path", "Args"].into_iter().all(same)
}

/// Returns the values of a parameter, in case it occurs several times. An empty value counts as
/// missing.
fn parameters(command: &Value, key: &str) -> Vec<String> {
    let mut values = Vec::new();
    let Value::Array(pairs) = &command["params"] else { return values };
    for pair in pairs {
        let text = as_text(&pair["value"]);
        if !text.is_empty()
            && pair["key"].as_str().is_some_and(|found| found.eq_ignore_ascii_case(key))
        {
            values.push(text);
        }
    }
    values
}

/// Returns a value as text: the service may have turned text into numbers.
fn as_text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => to_text(other),
    }
}

//! The details of an error for people, a line each.

use serde_json::{Map, Value};

use super::json;
use super::style::clean_line;

/// The problems of `[{"pointer", "problem"}]` and the members of an object, a line each. What the
/// message says already is left out.
pub(crate) fn lines(details: Option<&str>, message: &str) -> Vec<String> {
    let Some(details) = details else { return Vec::new() };
    match json::parse(details) {
        Some(Value::Array(entries)) => {
            entries.iter().filter_map(|entry| problem(entry, message)).collect()
        }
        Some(Value::Object(members)) => {
            members.iter().flat_map(|(name, value)| member(name, value)).collect()
        }
        _ => vec![details.to_owned()],
    }
}

fn problem(entry: &Value, message: &str) -> Option<String> {
    let (Some(pointer), Some(problem)) = (entry["pointer"].as_str(), entry["problem"].as_str())
    else {
        return Some(entry.to_string());
    };
    let pointer = if pointer.is_empty() { "the document" } else { pointer };
    (!message.contains(problem)).then(|| format!("{pointer}: {problem}"))
}

/// A record is one line, and of a list of records each is one.
fn member(name: &str, value: &Value) -> Vec<String> {
    let records =
        value.as_array().map(|list| list.iter().filter_map(Value::as_object).collect::<Vec<_>>());
    match (value, records) {
        (Value::Object(members), _) => vec![format!("{name}: {}", record(members))],
        (Value::Array(list), Some(records)) if !list.is_empty() && records.len() == list.len() => {
            let records = records.into_iter().map(|members| format!("  {}", record(members)));
            std::iter::once(format!("{name}:")).chain(records).collect()
        }
        (Value::Array(list), _) if list.is_empty() => vec![format!("{name}: none")],
        _ => vec![format!("{name}: {}", plain(value))],
    }
}

/// The members that are known, on one line.
fn record(members: &Map<String, Value>) -> String {
    let known = members.iter().filter(|(_, value)| !value.is_null());
    known.map(|(name, value)| format!("{name} {}", plain(value))).collect::<Vec<_>>().join(", ")
}

/// A text of the service must not look like a line of this program.
fn plain(value: &Value) -> String {
    clean_line(&value.as_str().map_or_else(|| value.to_string(), str::to_owned))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn problems_and_members_are_told_line_by_line() {
        let problems = r#"[{"pointer":"/config/tenantId","problem":"is missing"},{"other":1}]"#;
        assert_eq!(
            lines(Some(problems), "wrong"),
            ["/config/tenantId: is missing", r#"{"other":1}"#]
        );
        let members = r#"{"required":[["a"]],"serviceMessage":"no"}"#;
        assert_eq!(lines(Some(members), "wrong"), [r#"required: [["a"]]"#, "serviceMessage: no"]);
        assert!(lines(None, "wrong").is_empty());
    }

    #[test]
    fn what_the_message_says_is_not_said_again() {
        let problems = r#"[{"pointer":"/config/tenantId","problem":"is missing"}]"#;
        assert!(lines(Some(problems), "settings: /config/tenantId is missing").is_empty());
    }

    #[test]
    fn records_are_told_in_words_and_cannot_write_lines() {
        let action =
            r#"{"machineAction":{"id":"a1","status":"In\nProgress","troubleshootInfo":null}}"#;
        assert_eq!(
            lines(Some(action), "wrong"),
            ["machineAction: id a1, status In\u{fffd}Progress"]
        );
        let candidates = r#"{"candidates":[{"id":"a1"},{"id":"a2"}],"none":[]}"#;
        assert_eq!(
            lines(Some(candidates), "wrong"),
            ["candidates:", "  id a1", "  id a2", "none: none"]
        );
    }
}

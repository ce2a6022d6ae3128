//! The details of an error as text, a line each.

use host_harness::{ErrorKind, PluginError};
use serde_json::{Map, Value};

use crate::json;
use crate::style::clean_line;

/// What a script printed, and how it ended.
const SCRIPT: [(&str, &str); 3] =
    [("exit_code", "exit code"), ("script_output", "stdout"), ("script_errors", "stderr")];

/// The message of an error about `subject`. Problems of parameters or settings are named as the
/// command line names them, in place of the message's JSON Pointers.
pub(super) fn message(error: &PluginError, subject: Option<&str>) -> String {
    let sends = if error.kind == ErrorKind::InvalidParams { "; nothing was sent" } else { "" };
    let about = subject.map(|subject| format!("{subject}: ")).unwrap_or_default();
    let details = error.details.as_deref().and_then(json::parse);
    let problems: Vec<String> = match &details {
        Some(Value::Array(entries)) => {
            let lines: Option<Vec<String>> = entries.iter().map(named).collect();
            lines.unwrap_or_default()
        }
        _ => Vec::new(),
    };
    match problems.as_slice() {
        [] => error.message.clone(),
        [one] => format!("{about}{}{sends}", one.trim_end_matches('.')),
        many => format!("{about}{} values are wrong{sends}", many.len()),
    }
}

/// The problems of `[{"pointer", "problem"}]` and the members of an object, a line each. What the
/// message says already is left out.
pub(super) fn lines(details: Option<&str>, message: &str) -> Vec<String> {
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
    let problem = entry["problem"].as_str();
    if problem.is_some_and(|problem| message.contains(problem.trim_end_matches('.'))) {
        return None;
    }
    Some(named(entry).unwrap_or_else(|| entry.to_string()))
}

/// A problem with the name of its parameter.
fn named(entry: &Value) -> Option<String> {
    let (pointer, problem) = (entry["pointer"].as_str()?, entry["problem"].as_str()?);
    Some(match parameter(pointer) {
        name if name.is_empty() => clean_line(problem),
        name => format!("`{name}` {}", clean_line(problem)),
    })
}

/// A JSON Pointer as the command line writes a parameter: `wait.pollSeconds`, `hosts[0].ip`.
fn parameter(pointer: &str) -> String {
    let mut name = String::new();
    for part in pointer.split('/').skip(1) {
        let part = clean_line(&part.replace("~1", "/").replace("~0", "~"));
        if part.bytes().all(|b| b.is_ascii_digit()) && !name.is_empty() {
            name += &format!("[{part}]");
        } else if name.is_empty() {
            name = part;
        } else {
            name += &format!(".{part}");
        }
    }
    name
}

/// A record is one line, and of a list of records each is one.
fn member(name: &str, value: &Value) -> Vec<String> {
    let label = label(name);
    match (name, value) {
        (_, Value::Null) => Vec::new(),
        // It says the same as the records above it, in the service's terms.
        ("raw", _) => Vec::new(),
        // A hint has it.
        ("retryAfterMilliseconds", _) => Vec::new(),
        // For programs: the message says it.
        ("host", _) => Vec::new(),
        ("errorHResult", Value::Number(code)) => match code.as_i64() {
            // As Microsoft's pages have it.
            Some(code) => vec![format!("{label}: 0x{:08X}", code & 0xFFFF_FFFF)],
            None => vec![format!("{label}: {code}")],
        },
        ("required", Value::Array(sets)) => {
            sets.iter().map(|set| format!("{label}: {}", any_of(set))).collect()
        }
        (_, Value::Object(members)) if is_script(members) => script(members),
        (_, Value::Object(members)) => vec![format!("{label}: {}", record(members))],
        (_, Value::Array(list)) if list.is_empty() => Vec::new(),
        (_, Value::Array(list)) => {
            let records: Vec<&Map<String, Value>> =
                list.iter().filter_map(Value::as_object).collect();
            if records.len() < list.len() {
                let texts: Vec<String> = list.iter().map(plain).collect();
                return vec![format!("{label}: {}", texts.join(", "))];
            }
            let records = records.into_iter().map(|members| format!("  {}", record(members)));
            std::iter::once(format!("{label}:")).chain(records).collect()
        }
        _ => vec![format!("{label}: {}", plain(value))],
    }
}

/// What people call a member.
fn label(name: &str) -> String {
    let known = match name {
        "required" => "permission needed",
        "granted" => "permissions granted",
        "serviceMessage" => "the service says",
        "machineAction" => "job",
        "candidates" => "choose one",
        "similar" => "names like it",
        "computerDnsName" => "name",
        "machineId" => "device ID",
        "requestor" => "requested by",
        "requestorComment" => "comment",
        "creationDateTimeUtc" => "requested",
        "lastUpdateDateTimeUtc" => "updated",
        "errorHResult" => "error of the machine",
        "commandErrors" => "errors on the machine",
        "maybeCarriedOut" => "may have been carried out",
        _ => "",
    };
    if known.is_empty() { spaced(name) } else { known.to_owned() }
}

/// A name in lower case with blanks: `lastSeen` is `last seen`.
fn spaced(name: &str) -> String {
    let mut text = String::with_capacity(name.len() + 4);
    for c in clean_line(name).chars() {
        if c.is_ascii_uppercase() && !text.is_empty() && !text.ends_with(' ') {
            text.push(' ');
        }
        text.push(if c == '_' { ' ' } else { c.to_ascii_lowercase() });
    }
    text
}

fn any_of(set: &Value) -> String {
    let names = set.as_array().map(|names| names.iter().map(plain).collect::<Vec<_>>());
    names.map_or_else(|| plain(set), |names| names.join(" or "))
}

fn is_script(members: &Map<String, Value>) -> bool {
    SCRIPT.iter().any(|(name, _)| members.contains_key(*name))
}

/// What the data of a result says of a script; nothing if it was none.
pub(crate) fn script_of(data: &str) -> Vec<String> {
    match json::parse(data) {
        Some(Value::Object(members)) => script(&members),
        _ => Vec::new(),
    }
}

/// The exit code, then what was printed, each line marked as the machine's.
fn script(members: &Map<String, Value>) -> Vec<String> {
    let mut lines = Vec::new();
    for (name, label) in SCRIPT {
        let text = match &members.get(name) {
            Some(Value::String(text)) if !text.trim().is_empty() => text.clone(),
            Some(Value::Number(code)) => code.to_string(),
            _ => continue,
        };
        if name == "exit_code" {
            lines.push(format!("{label}: {}", clean_line(&text)));
        } else {
            lines.push(format!("{label}:"));
            lines.extend(text.trim_end().lines().map(|line| format!("| {}", clean_line(line))));
        }
    }
    lines
}

/// The members that are known, on one line.
fn record(members: &Map<String, Value>) -> String {
    let is_empty = |value: &Value| {
        value.is_null()
            || value.as_array().is_some_and(Vec::is_empty)
            || value.as_str().is_some_and(str::is_empty)
    };
    let known = members.iter().filter(|(name, value)| !is_empty(value) && !name.starts_with('@'));
    known
        .map(|(name, value)| format!("{} {}", label(name), plain(value)))
        .collect::<Vec<_>>()
        .join(", ")
}

/// A text of the service must not look like a line of this program.
fn plain(value: &Value) -> String {
    clean_line(&value.as_str().map_or_else(|| value.to_string(), str::to_owned))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn problems_name_parameters_and_members_have_a_line_each() {
        let problems = r#"[{"pointer":"/config/tenantId","problem":"is missing"},{"other":1}]"#;
        assert_eq!(
            lines(Some(problems), "wrong"),
            ["`config.tenantId` is missing", r#"{"other":1}"#]
        );
        assert_eq!(parameter("/hosts/0/ip"), "hosts[0].ip");
        let members = r#"{"required":[["a","b"],["c"]],"serviceMessage":"no"}"#;
        assert_eq!(
            lines(Some(members), "wrong"),
            ["permission needed: a or b", "permission needed: c", "the service says: no"]
        );
        assert!(lines(None, "wrong").is_empty());
    }

    #[test]
    fn what_the_message_says_is_not_said_again() {
        let problems = r#"[{"pointer":"/config/tenantId","problem":"is missing"}]"#;
        assert!(lines(Some(problems), "settings: /config/tenantId is missing").is_empty());
    }

    #[test]
    fn records_are_one_line_and_cannot_write_lines() {
        let action =
            r#"{"machineAction":{"id":"a1","status":"In\nProgress","troubleshootInfo":null}}"#;
        assert_eq!(lines(Some(action), "wrong"), ["job: id a1, status In\u{fffd}Progress"]);
        let candidates = r#"{"candidates":[{"id":"a1"},{"id":"a2","lastSeen":"x"}],"none":[]}"#;
        assert_eq!(
            lines(Some(candidates), "wrong"),
            ["choose one:", "  id a1", "  id a2, last seen x"]
        );
    }

    #[test]
    fn a_script_that_failed_shows_what_it_printed() {
        let result = r#"{"result":{"exit_code":3,"raw":{"x":1},"script_name":"a.ps1",
            "script_output":"one\r\ntwo\u001b[1A\n","script_errors":"no such key"}}"#;
        assert_eq!(
            lines(Some(result), "wrong"),
            ["exit code: 3", "stdout:", "| one", "| two\u{fffd}[1A", "stderr:", "| no such key"]
        );
    }
}

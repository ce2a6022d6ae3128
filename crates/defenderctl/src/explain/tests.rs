//! The golden file of what people read about each kind of error.

use std::fmt::Write;
use std::fs;
use std::time::Duration;

use host_harness::{ErrorKind, ErrorSource, PluginError, Retry};
use serde_json::json;
use time::OffsetDateTime;

use super::{details, hints, message};

const GOLDEN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/messages.txt");

fn error(kind: ErrorKind, message: &str, retry: Retry, details: &serde_json::Value) -> PluginError {
    PluginError {
        kind,
        message: message.into(),
        source: ErrorSource::Service,
        retry,
        status: None,
        code: None,
        request_id: None,
        details: (!details.is_null()).then(|| details.to_string()),
        usage: None,
        refused: Vec::new(),
    }
}

/// An error of each kind whose details or retry have text of their own, as the connector gives it.
fn cases() -> Vec<PluginError> {
    let job = json!({ "id": "19c9", "type": "Isolate", "status": "Pending", "commands": [],
        "computerDnsName": "ws-014", "troubleshootInfo": null });
    let script = json!({ "exit_code": 3, "script_output": "one\ntwo\n",
        "script_errors": "no such key", "raw": { "a": 1 } });
    let wait = |seconds| Retry::After(Duration::from_secs(seconds));
    let cases = [
        (
            ErrorKind::InvalidParams,
            "The parameters of `isolateHost` are not usable, nothing was sent",
            Retry::Never,
            json!([{ "pointer": "/comment", "problem": "is missing" },
                { "pointer": "/hosts/1/ip", "problem": "must be an address" }]),
        ),
        (
            ErrorKind::InvalidParams,
            "The parameters of `isolateHost` are not usable, nothing was sent: /comment is missing",
            Retry::Never,
            json!([{ "pointer": "/comment", "problem": "is missing" }]),
        ),
        (
            ErrorKind::Forbidden,
            "`isolateHost` was refused: the application lacks a permission",
            Retry::Never,
            json!({ "required": [["Machine.Isolate"]], "granted": ["Machine.Read.All"] }),
        ),
        (ErrorKind::Throttled, "`getAgentList`: too many calls", wait(41), json!(null)),
        (
            ErrorKind::Ambiguous,
            "\"kiosk\" is the name of 2 machines",
            Retry::Never,
            json!({ "candidates": [{ "id": "77b0", "lastSeen": "2026-03-01T08:00:00Z" },
                { "id": "77b1", "lastSeen": null }] }),
        ),
        (
            ErrorKind::NotFound,
            "No machine has this name",
            Retry::Never,
            json!({ "candidates": [] }),
        ),
        (
            ErrorKind::Conflict,
            "`isolateHost` was refused: another job is running on the machine",
            Retry::Unknown,
            json!({ "machineAction": job, "serviceMessage": "already in progress" }),
        ),
        (
            ErrorKind::ActionFailed,
            "LiveResponse ended with status \"Failed\"",
            Retry::Unknown,
            json!({ "machineAction": job, "errorHResult": -2147467259, "meaning": "no reason",
                "commandErrors": ["exit code 3"], "result": script }),
        ),
        (ErrorKind::Unavailable, "The service failed (status 503)", wait(5), json!(null)),
        (ErrorKind::Unreachable, "The name could not be resolved", Retry::Never, json!(null)),
    ];
    cases.iter().map(|(kind, text, retry, more)| error(*kind, text, *retry, more)).collect()
}

#[test]
fn messages_are_those_of_the_golden_file_and_name_no_internals() {
    let mut text = String::new();
    for error in cases() {
        let said = message(&error);
        let _ = writeln!(text, "error: {said}");
        for line in details(error.details.as_deref(), &said) {
            let _ = writeln!(text, "  {line}");
        }
        for hint in hints(&error, OffsetDateTime::UNIX_EPOCH) {
            let _ = writeln!(text, "hint: {hint}");
        }
        text.push('\n');
    }
    for banned in ["details.", "`retry`", "/comment", "/hosts", "{\"", "machineAction"] {
        assert!(!text.contains(banned), "{banned}:\n{text}");
    }
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        fs::write(GOLDEN, &text).expect("a file");
    }
    assert_eq!(fs::read_to_string(GOLDEN).unwrap_or_default(), text);
}

#[test]
fn no_message_of_the_connector_names_members_of_its_errors() {
    fn visit(folder: &std::path::Path, found: &mut Vec<String>) {
        for entry in fs::read_dir(folder).expect("a folder").flatten() {
            let path = entry.path();
            if path.is_dir() {
                visit(&path, found);
            } else if path.extension().is_some_and(|end| end == "rs") {
                let text = fs::read_to_string(&path).expect("text");
                let lines = text.lines().filter(|line| !line.trim_start().starts_with("//"));
                let bad = |line: &&str| line.contains("`details.") || line.contains("`retry`");
                found.extend(lines.filter(bad).map(|line| format!("{}: {line}", path.display())));
            }
        }
    }
    let mut found = Vec::new();
    visit(concat!(env!("CARGO_MANIFEST_DIR"), "/../../src").as_ref(), &mut found);
    assert!(found.is_empty(), "{found:#?}");
}

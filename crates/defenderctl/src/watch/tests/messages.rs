//! The golden file of what is said where a call ends before its operation, or is refused for
//! another job: where each machine is, and the commands to type.

use host_harness::{ErrorKind, ErrorSource, PluginError, Retry};
use serde_json::json;
use time::OffsetDateTime;

use super::super::command_line::tests::{command_line, plan};
use super::super::in_the_way;
use super::super::left::Left;
use super::super::rows::tests::{progress, some};
use super::super::rows::{Row, found, rows};
use crate::calls::Plan;
use crate::failure::Failure;
use crate::machines::Names;
use crate::{explain, golden};

fn block(failure: &Failure) -> String {
    let (message, lines) = explain::lines(failure, OffsetDateTime::UNIX_EPOCH);
    let lines: String = lines.iter().map(|line| format!("\n{line}")).collect();
    format!("error: {message}{lines}")
}

fn left(plan: &Plan, rows: &[Row], is_sent: bool, call: Option<&str>) -> String {
    let command_line = command_line();
    block(&Left { plan, rows, is_sent, call, command_line: &command_line }.failure())
}

#[test]
fn every_early_end_is_in_the_golden_file() {
    let isolate = plan("isolateHost");
    let wait = Plan { changes: false, ..plan("waitForAction") };
    let cancel = Plan { cancels: true, ..plan("cancelAction") };
    let file = plan("collectInvestigationPackage").for_file("package.zip".as_ref());
    let states = ["Succeeded", "Pending", "InDoubt", "Failed", "Unsent"];
    let mixed: Vec<(&str, &str)> =
        ["ws-1", "ws-2", "ws-3", "ws-4", "ws-5"].into_iter().zip(states).collect();
    let names: Vec<String> = (0..150).map(|n| format!("m{n}")).collect();
    let state = |n: usize| if n < 100 { "Pending" } else { "Unsent" };
    let many: Vec<(&str, &str)> =
        names.iter().enumerate().map(|(n, name)| (name.as_str(), state(n))).collect();
    let others = progress(&[("ws-1", "Pending")]);
    let others = rows(&others, false, &found(&others), &Names::default());
    let mut printed = some(&[("ws-1", "Succeeded"), ("ws-2", "Pending")]);
    printed[0].target.data = Some(r#"{"exit_code":3,"script_output":"one\ntwo"}"#.into());
    let mut refused = some(&[("ws-1", "Failed")]);
    refused[0].target.error = Some(error(
        ErrorKind::InvalidParams,
        "/hosts/0/ip is missing",
        &json!([{ "pointer": "/hosts/0/ip", "problem": "is missing" }]),
    ));
    let pending = some(&[("ws-1", "Pending")]);
    let conflict = error(
        ErrorKind::Conflict,
        "`isolateHost` was rejected: another action is running on the machine; wait for it or cancel it.",
        &json!({ "machineAction": { "id": "19c9", "type": "Isolate", "status": "Pending" } }),
    );
    let words = in_the_way::words(&conflict, &isolate, &command_line()).expect("commands");
    let blocks = [
        left(&isolate, &[], false, None),
        left(&isolate, &[], true, Some("3f2a90c1")),
        left(&isolate, &some(&[("ws-1", "Unsent")]), false, Some("3f2a90c1")),
        left(&isolate, &pending, false, Some("3f2a90c1")),
        left(&isolate, &some(&mixed), false, Some("3f2a90c1")),
        left(&isolate, &others, false, Some("3f2a90c1")),
        left(&isolate, &refused, false, Some("3f2a90c1")),
        left(&plan("runScript"), &printed, false, Some("3f2a90c1")),
        left(&file, &pending, false, Some("3f2a90c1")),
        left(&wait, &pending, false, None),
        left(&cancel, &pending, false, Some("3f2a90c1")),
        left(&isolate, &some(&many), false, Some("3f2a90c1")).lines().map(shortened).collect(),
        block(&Failure::from(conflict).about("isolateHost").with_aside(words)),
    ];
    golden::compare("endings.txt", &blocks);
}

fn shortened(line: &str) -> String {
    format!("{}\n", line.chars().take(120).collect::<String>())
}

fn error(kind: ErrorKind, message: &str, details: &serde_json::Value) -> PluginError {
    PluginError {
        kind,
        message: message.into(),
        source: ErrorSource::Service,
        retry: Retry::Never,
        status: None,
        code: None,
        request_id: None,
        details: Some(details.to_string()),
        usage: None,
        refused: Vec::new(),
    }
}

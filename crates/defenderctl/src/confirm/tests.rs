//! The golden file of what is asked before something is done, for each kind of question.

use host_harness::{Action, Effect};
use serde_json::{Map, Value, json};

use super::expected::Expected;
use super::facts::machine;
use super::question::{Line, lines, words};
use super::subject::Subject;
use super::targets::Target;
use super::tenant_wide::{import, stored_indicator, upload};
use crate::{golden, test_action};

/// What is not in it is not shown.
const SCHEMA: &str = r#"{"properties": {
    "id": {}, "comment": {}, "wait": {"properties": {}}, "actionId": {}, "fileName": {},
    "parameters": {"properties": {"scriptName": {}, "args": {"writeOnly": true}}}
}}"#;

const PLACE: &str = "prod (tenant contoso.example)";

fn action(name: &str, title: &str, effect: Effect) -> Action {
    let action = test_action::action(name, effect);
    let summary = "What it does.".into();
    Action { title: title.into(), summary, params_schema: SCHEMA.into(), ..action }
}

/// A machine as the question shows it: `more` is put into its record.
fn host(action: &str, name: &str, isolated: &str, more: Value) -> Subject {
    let mut record = json!({
        "id": name, "computerDnsName": format!("{name}.contoso.example"), "osPlatform": "Windows11",
        "lastSeen": "2999-01-01T00:00:00Z", "healthStatus": "Active",
        "onboardingStatus": "Onboarded", "lastIpAddress": "10.0.0.7", "machineTags": ["pilot"]
    });
    if let (Value::Object(record), Value::Object(more)) = (&mut record, more) {
        record.extend(more);
    }
    let isolation = json!({ "id": name, "isolated": isolated, "since": "2026-03-01T08:00:00Z",
        "job": { "requestor": "jdoe" } });
    let target = Target { id: name.into(), name: None, already: None };
    machine((action, &target), (&[record], &[isolation]), Some("CONTOSO\\jdoe".into()))
}

/// What is shown and asked.
fn block(action: &Action, params: Value, subjects: &[Subject], missing: &[&str]) -> String {
    let params: Map<String, Value> = params.as_object().cloned().unwrap_or_default();
    let mut shown = vec![PLACE.to_owned()];
    shown.extend(missing.iter().map(|line| (*line).to_owned()));
    for line in lines(action, &params, subjects) {
        match line {
            Line::Plain(line) | Line::Warning(line) => shown.push(line),
        }
    }
    shown.retain(|line| !line.is_empty());
    let question = words(action, subjects, !missing.is_empty());
    let expected = Expected::of(action, subjects);
    let how = match expected {
        Expected::Yes => "[y/N]".to_owned(),
        _ => format!("Type {} to go on:", expected.words()),
    };
    shown.push(format!("{PLACE}: {question} {how}"));
    shown.join("\n")
}

#[test]
fn every_kind_of_question_is_in_the_golden_file() {
    let isolate = action("isolateHost", "Isolate host", Effect::Disrupt);
    let release = action("releaseHost", "Release host", Effect::Disrupt);
    let offboard = action("offboardHost", "Offboard host", Effect::Disrupt);
    let script = action("runScript", "Run script", Effect::Disrupt);
    let cancel = action("cancelAction", "Cancel machine action", Effect::Disrupt);
    let why = || json!({ "comment": "case 1042", "wait": {} });
    let plain = |action: &str, name: &str| host(action, name, "no", json!({}));
    let noticed = json!({ "lastSeen": "2026-01-01T00:00:00Z", "osPlatform": "WindowsServer2022",
        "deviceValue": "High", "healthStatus": "Inactive" });
    let many: Vec<Subject> = (0..11).map(|n| plain("isolateHost", &format!("ws-{n}"))).collect();
    let unknown =
        Target { id: "9a3f".into(), name: None, already: Some("Isolate 19c9 is Succeeded".into()) };
    let unknown = machine(("isolateHost", &unknown), (&[], &[]), None);
    let mut silent = host("isolateHost", "srv-1", "yes", noticed);
    // How long ago that is changes from day to day.
    silent.warnings.iter_mut().filter(|it| it.contains("silent")).for_each(|warning| {
        *warning =
            warning.replace(|c: char| c.is_ascii_digit(), "").replace("for  days", "for N days");
    });
    let policy = |name: &str, title: &str| action(name, title, Effect::Policy);
    let indicator = json!({ "indicatorType": "DomainName", "indicatorValue": "bad.example",
        "action": "Block", "title": "case 1042", "createdBy": "jdoe" });
    let file = json!({ "content": "Get-Process" });
    let blocks = [
        block(&isolate, why(), &[plain("isolateHost", "ws-014")], &[]),
        block(&isolate, why(), &[silent], &[]),
        block(
            &isolate,
            why(),
            &[plain("isolateHost", "ws-014"), plain("isolateHost", "ws-015")],
            &[],
        ),
        block(
            &isolate,
            why(),
            &[plain("isolateHost", "ws-014")],
            &["ws-15: it was not found. Similar names: ws-015."],
        ),
        block(&isolate, why(), &[unknown], &[]),
        block(&isolate, json!({ "id": "9a3f" }), &[], &[]),
        block(&isolate, why(), &many, &[]).lines().rev().take(1).collect(),
        block(&release, why(), &[plain("releaseHost", "ws-014")], &[]),
        block(&release, why(), &[host("releaseHost", "ws-014", "yes", json!({}))], &[]),
        block(&offboard, why(), &[plain("offboardHost", "ws-014")], &[]),
        block(
            &script,
            json!({ "parameters": { "scriptName": "triage.ps1", "args": "-Key x" } }),
            &[plain("runScript", "ws-014")],
            &[],
        ),
        block(&cancel, json!({ "actionId": "19c9" }), &[], &[]),
        block(
            &policy("submitIndicator", "Submit indicator"),
            json!({}),
            &import(std::slice::from_ref(&indicator)),
            &[],
        ),
        block(
            &policy("deleteIndicators", "Delete indicators"),
            json!({}),
            &[stored_indicator("20417", Some(&indicator)), stored_indicator("1", None)],
            &[],
        ),
        block(
            &policy("uploadLibraryFile", "Upload library file"),
            json!({ "fileName": "a.ps1" }),
            &[upload("a.ps1", &file, true)],
            &[],
        ),
    ];
    golden::compare("questions.txt", &blocks);
}

//! Interrupted while something is sent: what is in doubt, what is whose, and what was not sent.

use defender_stub::Fault;
use serde_json::{Value, json};

use crate::inside::{CANCEL, HOUR, ISOLATE, Inside, LATE, TOKEN, command, line_with};
use crate::interrupted::{interrupted, isolation};
use crate::shape::error_document;
use crate::world::MACHINE;

/// Another machine of the stub's demo world.
const OTHER: &str = "2ac0000000000000000000000000000000000003";

const LINUX: &str = "311a000000000000000000000000000000000004";

#[test]
fn before_anything_was_sent_it_says_so() {
    let inside = Inside::without_answer_to(TOKEN);
    let running = inside.isolation("--json");
    inside.has_got(1, TOKEN);
    running.interrupt();
    let ran = running.ends(1);
    assert!(ran.stderr.contains("nothing that changes anything was sent"), "{}", ran.stderr);
    let error = &error_document(&ran)["error"];
    let expected = (json!("timed-out"), json!("never"), Value::Null);
    assert_eq!((error["kind"].clone(), error["retry"].clone(), error["details"].clone()), expected);
    assert_eq!(inside.service().sent(ISOLATE), 0);
}

#[test]
fn between_request_and_answer_nobody_knows_and_the_printed_command_finds_out() {
    let inside = Inside::without_answer_to(ISOLATE);
    let running = inside.isolation("");
    inside.has_got(1, ISOLATE);
    running.interrupt();
    let ran = running.ends(1);
    assert!(
        ran.stderr.contains(&format!("{MACHINE}: in doubt: it may have been carried out")),
        "{}",
        ran.stderr
    );
    assert!(!ran.stderr.contains("waitForAction"), "no machine action is known:\n{}", ran.stderr);
    inside.service().advance(2 * HOUR);
    let found = inside.shell(&command(&ran, "resume")).ends(0).json();
    assert_eq!(found["status"], "Succeeded", "it was carried out, and is found");
    assert_eq!(inside.service().sent(ISOLATE), 1);

    let inside = Inside::without_answer_to(ISOLATE);
    let running = inside.isolation("--json");
    inside.has_got(1, ISOLATE);
    running.interrupt();
    let error = &error_document(&running.ends(1))["error"];
    assert_eq!((&error["kind"], &error["retry"]), (&json!("unfinished"), &json!("unknown")));
    let target =
        json!({ "target": { "id": MACHINE }, "state": "in-doubt", "job": null, "error": null });
    assert_eq!(
        (&error["details"]["job"], &error["details"]["targets"]),
        (&Value::Null, &json!([target]))
    );
}

#[test]
fn of_many_machines_each_is_reported_and_one_command_goes_on_with_all() {
    let inside = Inside::new();
    let ids = format!("-p ids=[\"{MACHINE}\",\"{OTHER}\"]");
    let running = inside
        .call(&format!("run isolateHost --yes {ids} -p comment=c -p wait.pollSeconds=1"))
        .start();
    for machine in [MACHINE, OTHER] {
        assert!(line_with(&running, "pending").contains(machine));
    }
    running.interrupt();
    let ran = running.ends(1);
    assert!(
        ran.stderr.contains("was interrupted: 2 running; nothing was cancelled"),
        "{}",
        ran.stderr
    );
    assert_eq!(ran.stderr.matches("run cancelAction").count(), 2);
    inside.service().advance(2 * HOUR);
    let went_on = inside.shell(&command(&ran, "resume")).ends(0).json();
    let results = went_on["results"].as_array().unwrap();
    assert_eq!(results.len(), 2);
    assert!(results.iter().all(|result| result["data"]["status"] == "Succeeded"), "{went_on}");
    assert_eq!((inside.service().sent(ISOLATE), inside.service().sent(CANCEL)), (2, 0));
}

#[test]
fn a_call_that_the_host_had_to_end_leaves_as_much() {
    let inside = Inside::new();
    let mut settings: Value = serde_json::from_slice(&inside.folder.read("my prod.json")).unwrap();
    settings["host"] = json!({ "limits": { "callTime": "2s" } });
    inside.folder.write("hurried.json", settings.to_string());
    inside.service().add_fault(Fault::new("GET /api/machineactions", LATE).times(3));
    let isolate = format!(
        "run isolateHost --yes -c hurried.json -p id={MACHINE} -p comment=c -p wait.pollSeconds=1 --audit audit.jsonl"
    );
    let ran = inside.call(&isolate).ends(3);
    assert!(ran.stderr.contains("hint: `host.limits.callTime` gives"), "{}", ran.stderr);
    let after = &inside.audited()[1];
    let id = isolation(&inside)["id"].clone();
    assert_eq!(
        (&after["outcome"], &after["error"]["maybeCarriedOut"]),
        (&json!("error"), &json!(true))
    );
    assert_eq!((&after["job"]["id"], &after["targets"][0]["job"]["id"]), (&id, &id));
    inside.service().advance(2 * HOUR);
    inside.shell(&command(&ran, "resume")).ends(0);
    assert_eq!(inside.service().sent(ISOLATE), 1);
}

#[test]
fn a_request_whose_answer_the_host_did_not_wait_for_is_found_at_the_service() {
    let inside = Inside::without_answer_to(ISOLATE);
    let mut settings: Value = serde_json::from_slice(&inside.folder.read("my prod.json")).unwrap();
    settings["host"] = json!({ "limits": { "callTime": "2s" } });
    inside.folder.write("hurried.json", settings.to_string());
    let isolate =
        format!("run isolateHost --yes -c hurried.json -p id={MACHINE} -p comment=c --json");
    let document = inside.call(&isolate).succeeds();
    assert_eq!(document["job"]["id"], isolation(&inside)["id"]);
    assert_eq!(inside.service().sent(ISOLATE), 1);
}

#[test]
fn what_a_colleague_has_under_way_is_not_given_as_this_call_s() {
    let inside = Inside::new();
    inside.call(&format!("run isolateHost --yes -p id={MACHINE} -p comment=theirs")).ends(0);
    let ran = interrupted(&inside, "-p ensure=true --json --audit audit.jsonl");
    assert_eq!(inside.service().sent(ISOLATE), 1, "the colleague's");
    let error = &error_document(&ran)["error"];
    assert_eq!((&error["kind"], &error["retry"]), (&json!("timed-out"), &json!("never")));
    let (details, theirs) = (&error["details"], isolation(&inside)["id"].clone());
    assert_eq!((&details["job"], &details["maybeCarriedOut"]), (&Value::Null, &json!(false)));
    let found = json!({ "id": theirs, "state": "pending", "adopted": true });
    assert_eq!(
        (&details["targets"][0]["job"], &details["commands"]["cancel"]),
        (&found, &json!([]))
    );
    let after = &inside.audited()[1];
    assert_eq!(
        (&after["outcome"], &after["error"]["maybeCarriedOut"]),
        (&json!("interrupted"), &json!(false))
    );
    assert_eq!((&after["job"], &after["targets"][0]["job"]), (&Value::Null, &found));
}

#[test]
fn the_audit_file_has_all_that_an_interrupted_call_has_started() {
    let inside = Inside::new();
    inside.service().add_fault(Fault::new(ISOLATE, LATE).skip(2).always());
    let ids = format!("-p ids=[\"{MACHINE}\",\"{OTHER}\",\"{LINUX}\"]");
    let isolate = format!(
        "run isolateHost --yes {ids} -p comment=c -p wait.pollSeconds=1 --json --audit audit.jsonl"
    );
    let running = inside.call(&isolate).start();
    inside.has_got(3, ISOLATE);
    running.interrupt();
    let details = error_document(&running.ends(1))["error"]["details"].clone();
    let after = &inside.audited()[1];
    let states: Vec<&Value> =
        after["targets"].as_array().unwrap().iter().map(|target| &target["state"]).collect();
    assert_eq!(states, ["running", "running", "in-doubt"], "{after}");
    assert_eq!(after["targets"], details["targets"]);
    assert!(after["targets"][0]["job"]["id"].is_string(), "{after}");
}

#[test]
fn what_is_left_of_an_offboarding_wants_the_name_again() {
    const OFFBOARD: &str = "POST /api/machines/{id}/offboard";
    let inside = Inside::without_answer_to(OFFBOARD);
    let offboard = format!(
        "run offboardHost --confirm 2 -p ids=[\"{MACHINE}\",\"{OTHER}\"] -p comment=c --json"
    );
    let running = inside.call(&offboard).start();
    inside.has_got(1, OFFBOARD);
    running.interrupt();
    running.ends(1);
    let id = inside.calls()[0].file_name().expect("a name").to_string_lossy().into_owned();
    for more in ["", "--yes", "--confirm y"] {
        let refused = inside.call(&format!("resume {id} {more}")).ends(2);
        assert!(refused.stderr.contains("--confirm"), "{more}: {}", refused.stderr);
    }
    assert_eq!(inside.service().sent(OFFBOARD), 1);
}

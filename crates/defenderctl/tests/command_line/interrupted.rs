//! Ctrl-C: what was started goes on, what is known is said and nothing more, and what is printed can be run.

use std::io::{Write, pipe};
use std::process::Stdio;
use std::time::{Duration, Instant};

use defender_stub::Fault;
use serde_json::{Value, json};

use crate::inside::{CANCEL, HOUR, ISOLATE, Inside, LATE, TOKEN, command, line_with};
use crate::run::Ran;
use crate::shape::{assert_members, error_document};
use crate::world::MACHINE;

/// Another machine of the stub's demo world.
const OTHER: &str = "2ac0000000000000000000000000000000000003";

const LINUX: &str = "311a000000000000000000000000000000000004";

/// The one isolation that there is at the service, for who did not do it.
fn isolation(inside: &Inside) -> Value {
    let list = inside.call("execute getActions --json").succeeds();
    let actions = list["data"]["value"].as_array().expect("a list");
    assert_eq!(actions.len(), 1, "{list}");
    actions[0].clone()
}

/// An isolation that was interrupted while it was pending.
fn interrupted(inside: &Inside, options: &str) -> Ran {
    let running = inside.isolation(options);
    line_with(&running, "pending");
    running.interrupt();
    running.ends(1)
}

#[test]
fn an_interrupted_wait_cancels_nothing_and_the_printed_command_goes_on_with_it() {
    let inside = Inside::new();
    let ran = interrupted(&inside, "");
    let id = isolation(&inside)["id"].as_str().unwrap().to_owned();
    assert_eq!(ran.stdout, "");
    for text in [
        "was interrupted: 1 running; nothing was cancelled".to_owned(),
        format!("{MACHINE}: running, machine action {id} is pending\n"),
        "kind: unfinished".to_owned(),
    ] {
        assert!(ran.stderr.contains(&text), "{text} in:\n{}", ran.stderr);
    }
    assert_eq!((inside.service().sent(ISOLATE), inside.service().sent(CANCEL)), (1, 0));

    inside.service().advance(2 * HOUR);
    let went_on = inside.shell(&command(&ran, "resume")).ends(0);
    assert_eq!((&went_on.json()["id"], &went_on.json()["status"]), (&json!(id), &json!("Succeeded")));
    assert_eq!((inside.service().sent(ISOLATE), inside.service().sent(CANCEL)), (1, 0));
}

#[test]
fn the_printed_command_cancels() {
    let inside = Inside::new();
    let ran = interrupted(&inside, "");
    let cancelled = inside.shell(&command(&ran, "execute cancelAction")).ends(0).json();
    assert_eq!(cancelled["status"], "Cancelled");
    assert_eq!(cancelled["cancellationComment"], "cancelled before isolateHost had ended");
}

#[test]
fn the_audit_file_has_the_interruption_and_the_printed_cancellation() {
    let inside = Inside::new();
    let ran = interrupted(&inside, "--audit audit.jsonl");
    inside.shell(&command(&ran, "execute cancelAction")).ends(0);
    let lines = inside.audited();
    let phases: Vec<&str> = lines.iter().filter_map(|line| line["phase"].as_str()).collect();
    assert_eq!(phases, ["before", "after", "before", "after"]);
    assert_eq!((&lines[0]["action"], &lines[1]["error"]["kind"]), (&json!("isolateHost"), &json!("unfinished")));
    assert_eq!((&lines[1]["outcome"], &lines[1]["error"]["maybeCarriedOut"]), (&json!("interrupted"), &json!(true)));
    assert_eq!(lines[2]["params"]["actionId"], lines[1]["job"]["id"]);
    assert_eq!((&lines[2]["action"], &lines[3]["outcome"]), (&json!("cancelAction"), &json!("ok")));
}

#[test]
fn programs_get_a_document_and_commands_that_give_documents() {
    let inside = Inside::new();
    let document = error_document(&interrupted(&inside, "--json"));
    let error = &document["error"];
    assert_eq!(
        (&error["kind"], &error["source"], &error["retry"]),
        (&json!("unfinished"), &json!("user"), &json!("unknown"))
    );
    assert_members(&error["details"], &["call", "job", "targets", "maybeCarriedOut", "commands"]);
    let job = json!({ "id": isolation(&inside)["id"], "state": "pending", "adopted": false });
    let target = json!({ "target": { "id": MACHINE }, "state": "running", "job": job, "error": null });
    assert_eq!((&error["details"]["job"], &error["details"]["targets"]), (&job, &json!([target])));
    inside.service().advance(2 * HOUR);
    let resume = error["details"]["commands"]["resume"][0].as_str().unwrap();
    assert_eq!(inside.shell(resume).succeeds()["job"]["state"], "succeeded");
}

#[test]
fn sigterm_is_as_good_as_ctrl_c() {
    let inside = Inside::new();
    let running = inside.isolation("");
    line_with(&running, "pending");
    running.signal("TERM");
    assert!(running.ends(1).stderr.contains(" resume "));
}

#[test]
fn a_terminal_that_is_gone_is_as_good_as_ctrl_c() {
    let inside = Inside::new();
    let running = inside.isolation("--audit audit.jsonl");
    line_with(&running, "pending");
    running.signal("HUP");
    assert!(running.ends(1).stderr.contains(" resume "));
    let lines = inside.audited();
    assert_eq!((lines.len(), &lines[1]["outcome"]), (2, &json!("interrupted")));
    assert_eq!(lines[1]["error"]["maybeCarriedOut"], true);
}

#[cfg(target_os = "linux")]
#[test]
fn nohup_outlasts_the_terminal() {
    let inside = Inside::new();
    let isolate = format!("execute isolateHost --yes -p id={MACHINE} -p comment=c -p wait.pollSeconds=1");
    let binary = env!("CARGO_BIN_EXE_defenderctl");
    let call = inside.shell(&format!("trap '' HUP; exec {binary} {isolate}"));
    let running = call.env("DEFENDERCTL_CONFIG", "my prod.json").start();
    line_with(&running, "pending");
    running.signal("HUP");
    inside.service().advance(2 * HOUR);
    running.ends(0);
}

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
    assert!(ran.stderr.contains(&format!("{MACHINE}: in doubt: it may have been carried out")), "{}", ran.stderr);
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
    let target = json!({ "target": { "id": MACHINE }, "state": "in-doubt", "job": null, "error": null });
    assert_eq!((&error["details"]["job"], &error["details"]["targets"]), (&Value::Null, &json!([target])));
}

#[test]
fn of_many_machines_each_is_told_and_one_command_goes_on_with_all() {
    let inside = Inside::new();
    let ids = format!("-p ids=[\"{MACHINE}\",\"{OTHER}\"]");
    let running = inside.call(&format!("execute isolateHost --yes {ids} -p comment=c -p wait.pollSeconds=1")).start();
    for machine in [MACHINE, OTHER] {
        assert!(line_with(&running, "pending").contains(machine));
    }
    running.interrupt();
    let ran = running.ends(1);
    assert!(ran.stderr.contains("was interrupted: 2 running; nothing was cancelled"), "{}", ran.stderr);
    assert_eq!(ran.stderr.matches("execute cancelAction").count(), 2);
    inside.service().advance(2 * HOUR);
    let went_on = inside.shell(&command(&ran, "resume")).ends(0).json();
    let results = went_on["results"].as_array().unwrap();
    assert_eq!(results.len(), 2);
    assert!(results.iter().all(|result| result["data"]["status"] == "Succeeded"), "{went_on}");
    assert_eq!((inside.service().sent(ISOLATE), inside.service().sent(CANCEL)), (2, 0));
}

#[test]
fn a_wait_that_was_interrupted_is_resumed_as_often_as_it_takes() {
    let inside = Inside::new();
    let ran = interrupted(&inside, "");
    let running = inside.shell(&format!("exec {}", command(&ran, "resume"))).start();
    line_with(&running, "pending");
    running.interrupt();
    let again = running.ends(1);
    assert_eq!(command(&again, "resume"), command(&ran, "resume"));
}

#[test]
fn what_only_waits_is_gone_on_with_by_waiting_again() {
    let inside = Inside::new();
    let started = inside.call(&format!("execute isolateHost --yes -p id={MACHINE} -p comment=c --json")).succeeds();
    let id = started["job"]["id"].as_str().unwrap();
    let running = inside.call(&format!("execute waitForAction -p id={id} -p wait.pollSeconds=1")).start();
    line_with(&running, "pending");
    running.interrupt();
    let ran = running.ends(1);
    assert!(ran.stderr.contains("it only reads, so nothing was changed"), "{}", ran.stderr);
    assert!(!ran.stderr.contains("cancelAction"), "it may be another's:\n{}", ran.stderr);
    inside.service().advance(2 * HOUR);
    inside.shell(&command(&ran, "execute waitForAction")).ends(0);
}

#[test]
fn an_interrupted_read_has_changed_nothing() {
    let inside = Inside::without_answer_to("GET /api/machines");
    let running = inside.call("execute getAgentList --json").start();
    inside.has_got(1, "GET /api/machines");
    running.interrupt();
    let ran = running.ends(1);
    assert!(
        ran.stderr.contains("it only reads, so nothing was changed") && !ran.stderr.contains("execute "),
        "{}",
        ran.stderr
    );
    assert_eq!(error_document(&ran)["error"]["kind"], "timed-out");
}

#[test]
fn a_call_that_the_host_had_to_end_leaves_as_much() {
    let inside = Inside::new();
    let mut settings: Value = serde_json::from_slice(&inside.folder.read("my prod.json")).unwrap();
    settings["host"] = json!({ "limits": { "callTime": "2s" } });
    inside.folder.write("hurried.json", settings.to_string());
    inside.service().add_fault(Fault::new("GET /api/machineactions", LATE).times(3));
    let isolate = format!(
        "execute isolateHost --yes -c hurried.json -p id={MACHINE} -p comment=c -p wait.pollSeconds=1 --audit audit.jsonl"
    );
    let ran = inside.call(&isolate).ends(3);
    assert!(ran.stderr.contains("host: out-of-time"), "{}", ran.stderr);
    let after = &inside.audited()[1];
    let id = isolation(&inside)["id"].clone();
    assert_eq!((&after["outcome"], &after["error"]["maybeCarriedOut"]), (&json!("error"), &json!(true)));
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
    let isolate = format!("execute isolateHost --yes -c hurried.json -p id={MACHINE} -p comment=c --json");
    let document = inside.call(&isolate).succeeds();
    assert_eq!(document["job"]["id"], isolation(&inside)["id"]);
    assert_eq!(inside.service().sent(ISOLATE), 1);
}

#[test]
fn a_second_ctrl_c_ends_it_though_nobody_reads_what_is_said_and_the_audit_file_has_its_line() {
    let inside = Inside::without_answer_to(ISOLATE);
    let (_reader, mut writer) = pipe().unwrap();
    // As much as a pipe holds: the next word waits for a reader.
    writer.write_all(&[b'\n'; 64 << 10]).unwrap();
    let isolate = format!("execute isolateHost --yes -q -p id={MACHINE} -p comment=c --audit audit.jsonl");
    let running = inside.call(&isolate).stderr(Stdio::from(writer)).start();
    inside.has_got(1, ISOLATE);
    let began = Instant::now();
    assert_eq!(running.interrupted_to_its_end(), Some(130));
    assert!(began.elapsed() < Duration::from_secs(4), "the outcome of the request was waited for");
    let lines = inside.audited();
    assert_eq!((lines.len(), &lines[1]["outcome"]), (2, &json!("interrupted")));
    assert_eq!(lines[1]["targets"][0]["state"], "in-doubt");
}

#[test]
fn what_a_colleague_has_under_way_is_not_given_as_this_call_s() {
    let inside = Inside::new();
    inside.call(&format!("execute isolateHost --yes -p id={MACHINE} -p comment=theirs")).ends(0);
    let ran = interrupted(&inside, "-p ensure=true --json --audit audit.jsonl");
    assert_eq!(inside.service().sent(ISOLATE), 1, "the colleague's");
    let error = &error_document(&ran)["error"];
    assert_eq!((&error["kind"], &error["retry"]), (&json!("timed-out"), &json!("never")));
    let (details, theirs) = (&error["details"], isolation(&inside)["id"].clone());
    assert_eq!((&details["job"], &details["maybeCarriedOut"]), (&Value::Null, &json!(false)));
    let found = json!({ "id": theirs, "state": "pending", "adopted": true });
    assert_eq!((&details["targets"][0]["job"], &details["commands"]["cancel"]), (&found, &json!([])));
    let after = &inside.audited()[1];
    assert_eq!((&after["outcome"], &after["error"]["maybeCarriedOut"]), (&json!("interrupted"), &json!(false)));
    assert_eq!((&after["job"], &after["targets"][0]["job"]), (&Value::Null, &found));
}

#[test]
fn the_audit_file_has_all_that_an_interrupted_call_has_started() {
    let inside = Inside::new();
    inside.service().add_fault(Fault::new(ISOLATE, LATE).skip(2).always());
    let ids = format!("-p ids=[\"{MACHINE}\",\"{OTHER}\",\"{LINUX}\"]");
    let isolate =
        format!("execute isolateHost --yes {ids} -p comment=c -p wait.pollSeconds=1 --json --audit audit.jsonl");
    let running = inside.call(&isolate).start();
    inside.has_got(3, ISOLATE);
    running.interrupt();
    let details = error_document(&running.ends(1))["error"]["details"].clone();
    let after = &inside.audited()[1];
    let states: Vec<&Value> = after["targets"].as_array().unwrap().iter().map(|target| &target["state"]).collect();
    assert_eq!(states, ["running", "running", "in-doubt"], "{after}");
    assert_eq!(after["targets"], details["targets"]);
    assert!(after["targets"][0]["job"]["id"].is_string(), "{after}");
}

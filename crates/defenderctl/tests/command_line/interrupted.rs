//! Ctrl-C: what was started goes on, what is known is said and nothing more, and what is printed
//! can be run.

use serde_json::{Value, json};

use crate::inside::{CANCEL, HOUR, ISOLATE, Inside, command, line_with};
use crate::run::Ran;
use crate::shape::{assert_members, error_document};
use crate::world::MACHINE;

/// The one isolation that there is at the service, for who did not do it.
pub(crate) fn isolation(inside: &Inside) -> Value {
    let list = inside.call("run getActions --json").succeeds();
    let actions = list["data"]["value"].as_array().expect("a list");
    assert_eq!(actions.len(), 1, "{list}");
    actions[0].clone()
}

/// An isolation that was interrupted while it was pending.
pub(crate) fn interrupted(inside: &Inside, options: &str) -> Ran {
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
        format!("{MACHINE}: running, job {id} is pending\n"),
        "kind: unfinished".to_owned(),
    ] {
        assert!(ran.stderr.contains(&text), "{text} in:\n{}", ran.stderr);
    }
    assert_eq!((inside.service().sent(ISOLATE), inside.service().sent(CANCEL)), (1, 0));

    inside.service().advance(2 * HOUR);
    let went_on = inside.shell(&command(&ran, "resume")).ends(0);
    assert_eq!(
        (&went_on.json()["id"], &went_on.json()["status"]),
        (&json!(id), &json!("Succeeded"))
    );
    assert_eq!((inside.service().sent(ISOLATE), inside.service().sent(CANCEL)), (1, 0));
}

#[test]
fn the_printed_command_cancels() {
    let inside = Inside::new();
    let ran = interrupted(&inside, "");
    let cancelled = inside.shell(&command(&ran, "run cancelAction")).ends(0).json();
    assert_eq!(cancelled["status"], "Cancelled");
    assert_eq!(cancelled["cancellationComment"], "cancelled before isolateHost had ended");
}

#[test]
fn the_audit_file_has_the_interruption_and_the_printed_cancellation() {
    let inside = Inside::new();
    let ran = interrupted(&inside, "--audit audit.jsonl");
    inside.shell(&command(&ran, "run cancelAction")).ends(0);
    let lines = inside.audited();
    let phases: Vec<&str> = lines.iter().filter_map(|line| line["phase"].as_str()).collect();
    assert_eq!(phases, ["before", "after", "before", "after"]);
    assert_eq!(
        (&lines[0]["action"], &lines[1]["error"]["kind"]),
        (&json!("isolateHost"), &json!("unfinished"))
    );
    assert_eq!(
        (&lines[1]["outcome"], &lines[1]["error"]["maybeCarriedOut"]),
        (&json!("interrupted"), &json!(true))
    );
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
    let target =
        json!({ "target": { "id": MACHINE }, "state": "running", "job": job, "error": null });
    assert_eq!((&error["details"]["job"], &error["details"]["targets"]), (&job, &json!([target])));
    inside.service().advance(2 * HOUR);
    let resume = error["details"]["commands"]["resume"][0].as_str().unwrap();
    assert_eq!(inside.shell(resume).succeeds()["job"]["state"], "succeeded");
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
    let started = inside
        .call(&format!("run isolateHost --yes -p id={MACHINE} -p comment=c --json"))
        .succeeds();
    let id = started["job"]["id"].as_str().unwrap();
    let running =
        inside.call(&format!("run waitForAction -p id={id} -p wait.pollSeconds=1")).start();
    line_with(&running, "pending");
    running.interrupt();
    let ran = running.ends(1);
    assert!(ran.stderr.contains("it only reads, so nothing was changed"), "{}", ran.stderr);
    assert!(!ran.stderr.contains("cancelAction"), "it may be another's:\n{}", ran.stderr);
    inside.service().advance(2 * HOUR);
    inside.shell(&command(&ran, "run waitForAction")).ends(0);
}

#[test]
fn an_interrupted_read_has_changed_nothing() {
    let inside = Inside::without_answer_to("GET /api/machines");
    let running = inside.call("run getAgentList --json").start();
    inside.has_got(1, "GET /api/machines");
    running.interrupt();
    let ran = running.ends(1);
    assert!(
        ran.stderr.contains("it only reads, so nothing was changed")
            && !ran.stderr.contains("defenderctl run "),
        "{}",
        ran.stderr
    );
    assert_eq!(error_document(&ran)["error"]["kind"], "timed-out");
}

//! What a script prints on each of many machines: shown as that machine ends, whatever the others
//! do.

use serde_json::{Value, json};

use crate::inside::{command, line_with};
use crate::run::Running;
use crate::world::World;

/// A script on two machines, and on one that is offline.
const SCRIPT: &str =
    "script run triage.ps1 ws-ops-014 ws-fin-002 srv-old-009 --yes -c prod.json --skip-missing";

fn world() -> World {
    World::with(json!({ "liveResponseQueueSeconds": 7200.0, "machines": [
        { "id": "a".repeat(40), "computerDnsName": "ws-ops-014.example.test" },
        { "id": "b".repeat(40), "computerDnsName": "ws-fin-002.example.test" },
        {
            "id": "c".repeat(40), "computerDnsName": "srv-old-009.example.test",
            "healthStatus": "Inactive", "online": false
        },
    ] }))
}

fn has_both(text: &str) {
    for machine in ["ws-ops-014", "ws-fin-002"] {
        assert!(text.contains(&format!("triage of {machine}")), "{machine} in:\n{text}");
    }
}

/// What is printed until both machines' output is.
fn both_of(running: &Running) -> String {
    let mut printed = String::new();
    while printed.matches("triage of").count() < 2 {
        printed += &running.line();
    }
    has_both(&printed);
    printed
}

#[test]
fn each_output_is_printed_as_its_machine_ends_and_not_once_more() {
    let world = world();
    let running = world.call(&format!("{SCRIPT} -o table")).start();
    // The one that is offline ends in two hours.
    let printed = both_of(&running);
    assert!(printed.starts_with("ws-ops-014.example.test:\n| "), "{printed}");
    running.interrupt();
    let ran = running.ends(1);
    assert!(!ran.stderr.contains("triage of"), "printed before:\n{}", ran.stderr);
    // Its job may not have been created yet when the others have ended.
    let is_left = |state| ran.stderr.contains(&format!("srv-old-009.example.test: {state}"));
    assert!(is_left("running") || is_left("unsent"), "{}", ran.stderr);
    let resumed = world.folder.call(command(&ran, "resume").split_once(' ').expect("words").1);
    let resumed = resumed.start();
    both_of(&resumed);
    resumed.interrupt();
    resumed.ends(1);
}

#[test]
fn on_a_terminal_the_output_stays_above_the_line_that_changes() {
    let world = world();
    let mut terminal = world.call(SCRIPT).on_a_terminal();
    terminal.shows("| triage of ws-ops-014");
    terminal.shows("| triage of ws-fin-002");
    terminal.shows("1 pending");
    terminal.interrupts();
    terminal.shows("srv-old-009.example.test: running");
    terminal.ends(1);
}

#[test]
fn a_machine_that_does_not_end_in_time_takes_no_output_with_it() {
    let world = world();
    let ran = world.call(&format!("{SCRIPT} --wait=1")).ends(1);
    let results: Value = ran.json()["results"].clone();
    has_both(&results.to_string());
    assert_eq!(results[2]["status"], "error", "{results}");
    let summary = "runScript: 2 of 3 succeeded; 1 unfinished";
    assert!(ran.stderr.contains(summary), "{summary} in:\n{}", ran.stderr);
    assert!(!ran.stderr.contains("triage of"), "it is on stdout:\n{}", ran.stderr);

    let ran = world.call(&format!("{SCRIPT} --wait=1 -o table")).ends(1);
    has_both(&ran.stdout);
    assert_eq!(ran.stdout.matches("triage of ws-ops-014").count(), 1, "{}", ran.stdout);
}

#[test]
fn on_interruption_what_is_there_is_printed_whatever_the_form() {
    let world = world();
    let running = world.call(SCRIPT).start();
    line_with(&running, "ws-ops-014.example.test: succeeded");
    line_with(&running, "ws-fin-002.example.test: succeeded");
    running.interrupt();
    let ran = running.ends(1);
    has_both(&ran.stderr);
    assert_eq!(ran.stdout, "");
}

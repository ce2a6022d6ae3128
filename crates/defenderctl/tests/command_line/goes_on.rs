//! What goes on at the service when a call is over: the user reads it, and gets
//! the commands to go on.

use serde_json::json;

use crate::inside::{HOUR, ISOLATE, Inside, command};
use crate::world::MACHINE;

#[test]
fn a_wait_that_was_too_short_prints_the_command_that_goes_on_with_it() {
    let inside = Inside::new();
    let ran = inside.isolation("-p wait.timeoutSeconds=1").ends(1);
    for text in ["kind: unfinished", MACHINE, " is pending", "run cancelAction"] {
        assert!(ran.stderr.contains(text), "{text} in:\n{}", ran.stderr);
    }
    assert!(!ran.stderr.contains('{'), "no JSON for users:\n{}", ran.stderr);
    inside.service().advance(2 * HOUR);
    let went_on = inside.shell(&command(&ran, "run waitForAction")).ends(0);
    assert_eq!(went_on.json()["status"], "Succeeded");
    assert_eq!(inside.service().sent(ISOLATE), 1);
}

#[test]
fn for_programs_it_is_the_connector_s_own_error() {
    let inside = Inside::new();
    let document = inside.isolation("-p wait.timeoutSeconds=1 --json").ends(1).json();
    assert_eq!(document["error"]["kind"], "unfinished");
    assert_eq!(document["error"]["details"]["machineAction"]["status"], "Pending");
    assert_eq!(document["error"]["details"]["targets"], json!(null));
}

#[test]
fn an_action_that_is_in_the_way_is_shown_in_words_with_the_command_that_waits_for_it() {
    let inside = Inside::new();
    let isolate = format!("run isolateHost --yes -p id={MACHINE} -p comment=c");
    let first = inside.call(&isolate).ends(0);
    let wait = "isolateHost: ws-ops-014.example.test is pending; it goes on. To wait:";
    assert!(first.stderr.contains(wait) && !first.stderr.contains("bytes"), "{}", first.stderr);
    let second = inside.call(&isolate.replace("comment=c", "comment=another")).ends(1);
    let reported = "job: name ws-ops-014.example.test, ";
    assert!(
        second.stderr.contains(reported) && second.stderr.contains("status Pending"),
        "{}",
        second.stderr
    );
    assert!(!second.stderr.contains('{'), "no JSON for users:\n{}", second.stderr);
    inside.service().advance(2 * HOUR);
    let waited = inside.shell(&command(&second, "run waitForAction")).ends(0);
    assert_eq!(waited.json()["status"], "Succeeded");
}

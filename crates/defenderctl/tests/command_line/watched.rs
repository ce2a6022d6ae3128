//! What is said while a call waits, where nobody looks at a terminal: a line for each change of
//! state.

use crate::inside::{HOUR, Inside, line_with};
use crate::world::MACHINE;

#[test]
fn a_wait_tells_each_state_once_and_stdout_has_the_result_alone() {
    let inside = Inside::new();
    let running = inside.isolation("--json");
    let first = running.error_line();
    assert!(first.starts_with(&format!("isolateHost {MACHINE}: pending, job ")), "{first}");
    inside.has_got(3, "GET /api/machineactions");
    inside.service().advance(HOUR);
    assert_eq!(running.error_line(), format!("isolateHost {MACHINE}: pending → in-progress\n"));
    inside.service().advance(HOUR);
    assert_eq!(
        running.error_line(),
        "isolateHost ws-ops-014.example.test: in-progress → succeeded\n"
    );
    let document = running.ends(0).json();
    assert_eq!(document["job"]["state"], "succeeded");
}

#[test]
fn a_machine_that_is_named_is_shown_by_its_name() {
    let inside = Inside::new();
    let isolate = "run isolateHost --yes -p host.computerDnsName=ws-ops-014 -p comment=c -p wait.pollSeconds=1";
    let running = inside.call(isolate).start();
    line_with(&running, "isolateHost ws-ops-014.example.test: pending, job ");
    inside.service().advance(2 * HOUR);
    running.ends(0);
}

#[test]
fn what_is_followed_by_its_identifier_is_shown_too() {
    let inside = Inside::new();
    let started = inside
        .call(&format!("run isolateHost --yes -p id={MACHINE} -p comment=c --json"))
        .succeeds();
    let id = started["job"]["id"].as_str().unwrap();
    let running =
        inside.call(&format!("run waitForAction -p id={id} -p wait.pollSeconds=1")).start();
    line_with(&running, &format!("waitForAction {id}: pending"));
    inside.service().advance(2 * HOUR);
    line_with(&running, "waitForAction ws-ops-014.example.test: pending → succeeded");
    running.ends(0);
}

#[test]
fn what_another_user_has_running_is_shown_as_found() {
    let inside = Inside::new();
    inside.call(&format!("run isolateHost --yes -p id={MACHINE} -p comment=c")).ends(0);
    let running = inside.isolation("-p ensure=true");
    let line = line_with(&running, &format!("isolateHost {MACHINE}: pending"));
    assert!(line.contains("which was running before: it may be another user's"), "{line}");
    running.interrupt();
    let ran = running.ends(1);
    assert!(
        ran.stderr.contains("it may be another user's") && !ran.stderr.contains("cancelAction"),
        "{}",
        ran.stderr
    );
    assert_eq!(inside.service().sent("POST /api/machines/{id}/isolate"), 1);
}

#[test]
fn quiet_calls_and_those_that_do_not_wait_tell_nothing_on_their_way() {
    let inside = Inside::new();
    let running = inside.isolation("--quiet");
    inside.has_got(1, "GET /api/machineactions");
    inside.service().advance(2 * HOUR);
    let ran = running.ends(0);
    assert!(!ran.stderr.contains("pending, "), "{}", ran.stderr);
    let ran = inside.call(&format!("run releaseHost --yes -p id={MACHINE} -p comment=c")).ends(0);
    assert!(!ran.stderr.contains("pending, "), "{}", ran.stderr);
}

#[test]
fn a_result_whose_file_is_taken_meanwhile_is_one_document_all_the_same() {
    let inside = Inside::new();
    let running = inside.isolation("--json --to out.json");
    inside.has_got(1, "GET /api/machineactions");
    inside.folder.write("out.json", "the only copy");
    inside.service().advance(2 * HOUR);
    let ran = running.ends(1);
    assert_eq!(ran.json()["status"], "ok", "{}", ran.stdout);
    assert!(ran.stderr.contains("the result is on stdout instead"), "{}", ran.stderr);
    assert_eq!(inside.folder.read("out.json"), b"the only copy");
}

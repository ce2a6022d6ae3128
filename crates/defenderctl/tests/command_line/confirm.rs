//! The question before something disruptive: asked on the terminal, whatever the streams are
//! redirected to, and else `--yes` is needed. What the service has on record is the answer's doing.

mod terminals;

use serde_json::{Value, json};

use crate::run::shell;
use crate::terminal::Terminal;
use crate::world::{MACHINE, World};

/// The machine's name, and another machine that has it too in a world with twins.
const NAME: &str = "ws-ops-014";
const LINUX: &str = "311a000000000000000000000000000000000004";
const NOTHING_SENT: &str = "not confirmed: nothing was sent to any machine";

fn isolate(world: &World, more: &str) -> Terminal {
    world.call(&format!("run isolateHost -c prod.json -p comment=INC-1 {more}")).on_a_terminal()
}

#[test]
fn yes_sends_what_was_shown_once_and_by_its_id() {
    let world = World::new();
    let mut terminal = isolate(&world, &format!("-p host.computerDnsName={NAME}"));
    let shown = terminal.shows("Isolate 1 machine? [y/N] ");
    for part in [
        "isolateHost: Cuts a machine off the network",
        "INC-1",
        "ws-ops-014.example.test",
        MACHINE,
        "example\\jdoe, seen ",
        "Windows",
        "Active",
        "last seen",
    ] {
        assert!(shown.contains(part), "{part} in {shown}");
    }
    assert!(!shown.contains("unknown"), "{shown}");
    assert!(world.actions(MACHINE).is_empty(), "nothing is sent before the answer");
    terminal.types("y");
    let shown = terminal.ends(0);
    assert!(shown.contains("type") && shown.contains("Isolate"), "lines for users: {shown}");
    let actions = world.actions(MACHINE);
    assert_eq!(actions.len(), 1, "{actions:?}");
    assert_eq!(actions[0]["type"], "Isolate");
    assert!(
        actions[0]["requestorComment"].as_str().is_some_and(|text| text.ends_with("] INC-1")),
        "{actions:?}"
    );
}

#[test]
fn no_and_the_end_of_input_and_anything_else_send_nothing() {
    let world = World::new();
    for answer in [Some("n"), Some(""), Some("yep"), None] {
        let mut terminal = isolate(&world, &format!("-p id={MACHINE}"));
        terminal.shows("[y/N] ");
        match answer {
            Some(line) => terminal.types(line),
            None => terminal.ends_input(),
        }
        let shown = terminal.ends(1);
        assert!(shown.contains(NOTHING_SENT), "{answer:?}: {shown}");
    }
    assert!(world.actions(MACHINE).is_empty());
}

#[test]
fn many_machines_are_shown_each_and_counted() {
    let world = World::new();
    let mut terminal =
        isolate(&world, &format!("-p ids=[\"{MACHINE}\",\"{LINUX}\",\"{MACHINE}\"]"));
    let shown = terminal.shows("Isolate 2 machines? [y/N] ");
    assert!(shown.contains("ws-ops-014") && shown.contains("srv-web-003"), "{shown}");
    terminal.types("yes");
    let shown = terminal.ends(0);
    assert!(shown.contains("TARGET") && shown.contains("STATUS"), "{shown}");
    assert_eq!((world.actions(MACHINE).len(), world.actions(LINUX).len()), (1, 1));
}

#[test]
fn a_name_is_looked_up_for_the_question_and_not_again_for_the_action() {
    let world = World::with(json!({ "faults": [
        {
            "on": "GET /api/machines", "skip": 1, "times": 99,
            "kind": { "empty": { "status": 403 } }
        },
    ]}));
    let mut terminal = isolate(&world, &format!("-p host.computerDnsName={NAME}"));
    terminal.shows("[y/N] ");
    terminal.types("y");
    terminal.ends(0);
    assert_eq!(world.actions(MACHINE).len(), 1);
    // The fault struck nothing, which is what it is for.
    world.end();
}

#[test]
fn what_was_typed_before_the_question_is_no_answer() {
    let world = World::new();
    let mut terminal = isolate(&world, &format!("-p id={MACHINE}"));
    terminal.types("y");
    terminal.shows("[y/N] ");
    terminal.ends_input();
    assert!(terminal.ends(1).contains(NOTHING_SENT));
    assert!(world.actions(MACHINE).is_empty());
}

#[test]
fn a_result_that_finds_its_file_taken_is_shown_and_the_file_is_spared() {
    let world = World::new();
    let mut terminal = isolate(&world, &format!("-p id={MACHINE} --to out.json"));
    terminal.shows("[y/N] ");
    assert!(
        !world.folder.names().iter().any(|name| name.contains("out.json")),
        "nothing to leave behind yet"
    );
    world.folder.write("out.json", "the only copy");
    terminal.types("y");
    let shown = terminal.ends(1);
    assert!(
        shown.contains("requestorComment") && shown.contains("the result is on stdout instead"),
        "{shown}"
    );
    assert_eq!(world.folder.read("out.json"), b"the only copy");
    assert_eq!(world.actions(MACHINE).len(), 1);
}

#[test]
fn what_ensure_finds_done_already_is_shown() {
    let world = World::new();
    world
        .call(&format!("run isolateHost --yes -c prod.json -p comment=INC-1 -p id={MACHINE}"))
        .ends(0);
    let mut terminal = isolate(&world, &format!("-p id={MACHINE} -p ensure=true"));
    let shown = terminal.shows("[y/N] ");
    assert!(
        shown.contains("already so") && shown.contains("is Succeeded: nothing will be sent"),
        "{shown}"
    );
    terminal.types("y");
    terminal.ends(0);
    assert_eq!(world.actions(MACHINE).len(), 1);
}

#[test]
fn machines_that_look_the_same_are_not_asked_about() {
    let world = World::new();
    let shown = isolate(
        &world,
        "-p hosts=[{\"computerDnsName\":\"kiosk\"},{\"computerDnsName\":\"ws-ops-014\"}]",
    )
    .ends(1);
    assert!(!shown.contains("[y/N]") && shown.contains("kiosk"), "{shown}");
    assert!(shown.contains("nothing was sent to any machine"), "{shown}");
    assert!(world.actions(MACHINE).is_empty(), "the others are not acted upon either");
}

#[test]
fn what_cannot_be_looked_up_is_unknown_and_no_obstacle() {
    let world = World::with(json!({ "roles": ["Machine.Isolate"] }));
    let mut terminal = isolate(&world, &format!("-p id={MACHINE}"));
    let shown = terminal.shows("Isolate 1 machine? [y/N] ");
    assert!(shown.matches("unknown").count() >= 4, "{shown}");
    terminal.types("Y");
    terminal.ends(0);
}

#[test]
fn a_permission_that_is_missing_is_reported_before_the_question() {
    let world = World::with(json!({ "roles": ["Machine.Read.All"] }));
    let shown = isolate(&world, &format!("-p id={MACHINE}")).ends(1);
    assert!(shown.contains("forbidden") && !shown.contains("[y/N]"), "{shown}");
}

#[test]
fn a_cancellation_shows_the_machine_action() {
    let world = World::with(json!({ "pendingSeconds": 3600.0 }));
    let isolate =
        format!("run isolateHost --yes -c prod.json --json -p comment=INC-1 -p id={MACHINE}");
    let id = world.call(&isolate).succeeds()["job"]["id"].as_str().unwrap().to_owned();
    for (answer, status, code) in [("n", "Pending", 1), ("y", "Cancelled", 0)] {
        let cancel = format!("run cancelAction -c prod.json -p comment=wrong -p actionId={id}");
        let mut terminal = world.call(&cancel).on_a_terminal();
        let shown = terminal.shows("Cancel machine action? [y/N] ");
        for part in [id.as_str(), "Isolate", "Pending", "ws-ops-014", "INC-1"] {
            assert!(shown.contains(part), "{part} in {shown}");
        }
        terminal.types(answer);
        terminal.ends(code);
        assert_eq!(world.actions(MACHINE)[0]["status"], status);
    }
}

#[test]
fn a_confirmed_cancellation_is_written_down_with_its_machine_action_and_no_machines() {
    let world = World::with(json!({ "pendingSeconds": 3600.0 }));
    let isolate = format!("run isolateHost --yes -c prod.json --json -p comment=c -p id={MACHINE}");
    let id = world.call(&isolate).succeeds()["job"]["id"].clone();
    let cancel =
        format!("run cancelAction -c prod.json -p comment=c -p actionId={}", id.as_str().unwrap());
    let mut terminal = world.call(&format!("{cancel} --audit audit.jsonl")).on_a_terminal();
    terminal.shows("[y/N] ");
    terminal.types("y");
    terminal.ends(0);
    let text = String::from_utf8(world.folder.read("audit.jsonl")).unwrap();
    let before: Value = serde_json::from_str(text.lines().next().unwrap()).unwrap();
    assert_eq!((&before["targets"], &before["confirmed"]), (&Value::Null, &json!(true)));
    assert_eq!(before["params"]["actionId"], id);
}

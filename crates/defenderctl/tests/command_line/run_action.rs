//! `run`: one action, and its parameters from wherever they come.

use serde_json::{Value, json};

use crate::shape::assert_members;
use crate::world::{MACHINE, World};

#[test]
fn a_read_is_an_executor_result_without_a_machine_action() {
    let world = World::new();
    let document = world.call("run getAgentList -c prod.json --json -p pageSize=2").succeeds();
    assert_eq!(document["connectorId"], "prod");
    assert_eq!(document["data"]["value"].as_array().map(Vec::len), Some(2));
    assert_eq!(document["job"], Value::Null);
    let usage = &document["usage"];
    assert_members(
        usage,
        &["callId", "requests", "retries", "requestBytes", "responseBytes", "waitedMs"],
    );
    assert_eq!(
        (&usage["requests"], &usage["retries"]),
        (&json!(2), &json!(0)),
        "one for the token, one for the list"
    );
    assert!(usage["responseBytes"].as_u64() > Some(1_000), "{usage}");
}

#[test]
fn a_change_is_an_executor_result_with_its_machine_action() {
    let world = World::with(json!({ "pendingSeconds": 60.0 }));
    let arguments =
        format!("run isolateHost --yes -c prod.json --json -p id={MACHINE} -p comment=INC-1");
    let document = world.call(&arguments).succeeds();
    assert_members(&document["job"], &["id", "state", "adopted"]);
    let action = &document["job"];
    assert_eq!((&action["state"], &action["adopted"]), (&json!("pending"), &json!(false)));
    assert_eq!(action["id"], document["data"]["id"]);
    // The operation's mark is in front: by it the job is found again.
    let comment = document["data"]["requestorComment"].as_str().expect("a comment");
    assert!(comment.starts_with("[op:") && comment.ends_with("] INC-1"), "{comment}");
}

#[test]
fn a_change_is_followed_to_its_end_by_a_flag() {
    let world = World::new();
    let isolate = format!(
        "run isolateHost --yes -c prod.json --json -p id={MACHINE} -p comment=INC-1 -p wait.pollSeconds=1"
    );
    assert_eq!(world.call(&format!("{isolate} --wait")).succeeds()["job"]["state"], "succeeded");
    let patient = world.call(&format!("{isolate} -p wait.timeoutSeconds=5 --wait=60"));
    assert!(
        patient.fails(2, "invalid-params")["serviceMessage"].as_str().unwrap().contains("twice")
    );
    let read =
        world.call(&format!("run getAgentDetails -c prod.json --json -p id={MACHINE} --wait"));
    assert!(
        read.fails(2, "invalid-params")["serviceMessage"]
            .as_str()
            .unwrap()
            .contains("nothing that could be waited for")
    );
}

#[test]
fn as_text_stdout_is_the_data_alone() {
    let world = World::new();
    let ran = world.call(&format!("run getAgentDetails -c prod.json -p id={MACHINE}")).ends(0);
    assert_eq!(ran.json()["id"], MACHINE);
    assert!(ran.stdout.lines().count() > 10, "for users, a line for each member");
    assert!(!ran.stderr.is_empty(), "what it cost");
}

#[test]
fn parameters_may_come_from_arguments_a_file_and_stdin() {
    let world = World::new();
    let params = json!({ "id": MACHINE }).to_string();
    world.folder.write("params.json", &params);
    let trials = [
        ("--params @params.json".to_owned(), ""),
        ("--params -".to_owned(), params.as_str()),
        (format!("--params {{}} -p id={MACHINE}"), ""),
    ];
    for (arguments, input) in trials {
        let call = world
            .call(&format!("run getAgentDetails -c prod.json --json {arguments}"))
            .input(input);
        assert_eq!(call.succeeds()["data"]["id"], MACHINE, "{arguments}");
    }
}

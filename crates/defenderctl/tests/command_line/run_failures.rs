//! `run`, when it does not go well: the exit status says whose turn it is, and the document
//! says why.

use serde_json::{Value, json};

use crate::world::{MACHINE, World};

#[test]
fn parameters_that_cannot_be_read_are_usage() {
    let world = World::new();
    let trials = ["--params -", "-p pageSize=two", "--params {\"page\":1} -p page=2"];
    for arguments in trials {
        world
            .call(&format!("run getAgentList -c prod.json --json {arguments}"))
            .fails(2, "invalid-params");
    }
}

#[test]
fn parameters_that_the_action_refuses_are_usage_with_a_pointer_to_each() {
    let world = World::new();
    let call = world.call("run isolateHost --yes -c prod.json --json -p id=../x -p coment=typo");
    let document = call.fails(2, "invalid-params");
    assert_eq!((&document["errorSource"], &document["retry"]), (&json!("user"), &json!(false)));
    let problems = document["error"]["details"].as_array().unwrap();
    let mut pointers: Vec<&str> =
        problems.iter().filter_map(|problem| problem["pointer"].as_str()).collect();
    pointers.sort_unstable();
    assert_eq!(pointers, ["/coment", "/comment", "/id"]);
    assert!(problems.iter().all(|problem| problem["problem"].is_string()), "{problems:?}");
}

#[test]
fn an_unknown_action_is_usage_and_the_nearest_is_named() {
    let world = World::new();
    let document = world.call("run isolatehost -c prod.json --json").fails(2, "unknown-action");
    assert!(
        document["serviceMessage"]
            .as_str()
            .is_some_and(|message| message.contains("`isolateHost`")),
        "{document}"
    );
}

#[test]
fn a_refusal_by_the_service_keeps_its_status_code_and_request_id() {
    let world = World::with(json!({ "roles": ["Machine.Read.All"] }));
    let trials = [
        (
            "getAgentDetails -p id=0000000000000000000000000000000000000000",
            "not-found",
            404,
            "ResourceNotFound",
        ),
        ("getLibraryFiles", "forbidden", 403, "Forbidden"),
    ];
    for (arguments, kind, status, code) in trials {
        let document = world.call(&format!("run {arguments} -c prod.json --json")).fails(1, kind);
        let error = &document["error"];
        assert_eq!((&error["status"], &error["code"]), (&json!(status), &json!(code)), "{error}");
        assert!(error["requestId"].is_string(), "{error}");
        assert_eq!((&error["retry"], &document["retry"]), (&json!("never"), &json!(false)));
    }
}

#[test]
fn a_failed_sign_in_is_a_failure_of_the_user_s_settings() {
    let world = World::new();
    world.settings("prod.json", json!({ "secrets": { "clientSecret": "another-one" } }));
    let document = world.call("run getAgentList -c prod.json --json").fails(1, "unauthenticated");
    assert_eq!(document["errorSource"], "user");
    assert_eq!(document["error"]["status"], 401);
    assert!(
        document["error"]["code"].as_str().is_some_and(|code| code.starts_with("AADSTS")),
        "{document}"
    );
}

#[test]
fn retry_is_a_date_when_it_is_safe_and_false_when_nobody_knows() {
    let world = World::with(json!({ "faults": [
        { "on": "GET /api/machines", "times": 99, "kind": { "throttle": { "retryAfter": 7200 } } },
        {
            "on": "POST /api/machines/{id}/setDeviceValue", "times": 99,
            "kind": { "html": { "status": 502 } }
        },
    ]}));
    let throttled = world.call("run getAgentList -c prod.json --json").fails(1, "throttled");
    assert!(
        throttled["error"]["retry"]["afterMilliseconds"].as_u64() > Some(7_000_000),
        "{throttled}"
    );
    let date = throttled["retry"].as_str().unwrap();
    assert!(date.len() == "2026-01-01T00:00:00.000Z".len() && date.ends_with('Z'), "{date}");
    assert_eq!(throttled["error"]["status"], 429);

    // It is read back once, and the record does not show it.
    let arguments =
        format!("run setDeviceValue -c prod.json --json -p id={MACHINE} -p deviceValue=Low");
    let lost = world.call(&arguments).fails(1, "unavailable");
    assert_eq!((&lost["retry"], &lost["error"]["retry"]), (&Value::Bool(false), &json!("unknown")));
    assert_eq!(lost["error"]["status"], 502);
}

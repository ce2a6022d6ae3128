//! Whose action a record is: ours, or another one that must not be taken for it.

use super::*;

#[test]
fn an_action_of_another_is_never_taken_for_ours() {
    let other = |name: &str, value: &str| {
        let mut action: Value = serde_json::from_str(ISOLATING).unwrap();
        action[name] = value.into();
        action.to_string()
    };
    for (status, answer) in [
        (201, other("type", "Unisolate")),
        (201, other("machineId", "m2")),
        (200, other("requestorComment", "another's")),
    ] {
        let mut bench = bench().signed_in();
        bench.network.answer(status, &answer);
        let error = bench.isolate().unwrap_err();
        assert_eq!(
            (error.kind(), error.status(), error.retry()),
            (Kind::Conflict, Some(status), Retry::Unknown),
            "{answer}"
        );
        assert_eq!(error.details().unwrap()["machineAction"]["id"], "a1");
    }
    for status in ["Failed", "TimeOut", "Cancelled"] {
        let mut bench = bench().signed_in();
        let mut action: Value = serde_json::from_str(&other("status", status)).unwrap();
        action["creationDateTimeUtc"] = "2026-11-24T12:00:00Z".into();
        bench.network.answer_with(
            201,
            &[("date", "Tue, 24 Nov 2026 12:00:00 GMT")],
            &action.to_string(),
        );
        assert_eq!(bench.isolate().unwrap_err().kind(), Kind::ActionFailed, "{status}");
    }
    let mut bench = bench().signed_in();
    bench.network.answer(201, &other("status", "Queued"));
    assert_eq!(bench.isolate().unwrap().0.job.unwrap().state, State::Unknown);
}

#[test]
fn a_running_action_is_named_in_the_conflict() {
    let mut bench = bench().signed_in();
    bench.network.answer(
        400,
        r#"{"error":{"code":"ActiveRequestAlreadyExists","message":"Action is already in progress","target":"t"}}"#,
    );
    bench.network.answer(
        200,
        r#"{"value":[{"id":"b","type":"LiveResponse"},{"id":"a","type":"Isolate","status":"InProgress"}]}"#,
    );
    let error = bench.isolate().unwrap_err();
    assert_eq!(
        (error.kind(), error.status(), error.code()),
        (Kind::Conflict, Some(400), Some("ActiveRequestAlreadyExists"))
    );
    let details = error.details().unwrap();
    assert_eq!(
        (&details["machineAction"]["id"], &details["serviceMessage"]),
        (&json!("a"), &json!("Action is already in progress"))
    );
}

#[test]
fn an_answer_for_another_machine_is_reported_whatever_its_name() {
    let answer = |name: Value| {
        json!({
            "id": "a1", "type": "Isolate", "status": "Pending", "machineId": "m2",
            "computerDnsName": name
        })
        .to_string()
    };
    for name in [
        Value::Null,
        json!(""),
        json!("ws.example"),
        json!("d1000000000000000000000000000000x.example"),
    ] {
        let mut bench = bench().signed_in();
        bench.network.answer(201, &answer(name.clone()));
        assert_eq!(bench.isolate().unwrap_err().kind(), Kind::Conflict, "{name}");
    }
}

#[test]
fn a_script_that_nothing_shows_to_be_ours_is_not_ours() {
    let mut bench = bench().signed_in();
    bench.network.answer(
        201,
        r#"{"id":"a","type":"LiveResponse","status":"Pending","machineId":"d1000000000000000000000000000000","commands":[],"requestorComment":null}"#,
    );
    let params = json!({
        "id": "d1000000000000000000000000000000", "parameters": { "scriptName": "a.ps1" }
    });
    assert_eq!(bench.call("runScript", params).unwrap_err().kind(), Kind::Conflict);
}

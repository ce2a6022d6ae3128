//! Live response whose action failed although some of its commands were carried out.

use super::*;

fn command(index: u64, kind: &str, status: &str, errors: Value) -> Value {
    json!({
        "index": index, "commandStatus": status, "errors": errors,
        "command": { "type": kind, "params": [] }
    })
}

fn action(status: &str, code: Value, commands: Value) -> String {
    let record = json!({
        "id": "a1", "type": "LiveResponse", "status": status,
        "machineId": "d1000000000000000000000000000000",
        "requestorComment": "c", "errorHResult": code, "commands": commands,
    });
    json!({ "value": [record] }).to_string()
}

/// How a machine action ends that is waited for; the links to what its commands left lead nowhere.
fn end(listed: &str) -> Error {
    let mut bench = bench().signed_in();
    bench.network.answer(200, listed);
    bench.call("waitForAction", json!({ "id": "a1" })).unwrap_err()
}

#[test]
fn a_script_that_ran_and_could_not_hand_in_its_result_is_said_to_have_run() {
    for (code, words) in [
        (json!(-2_147_012_839_i64), "revocation of a certificate could not be checked"),
        (json!("-2147012839"), "revocation of a certificate could not be checked"),
        (json!(2_147_954_402_u64), "timed out"),
        (json!(-2_147_012_889_i64), "could not resolve a name"),
        (json!(-2_147_012_867_i64), "could not connect"),
        (json!(-2_147_012_721_i64), "TLS"),
    ] {
        let error = end(&action(
            "Failed",
            code.clone(),
            json!([command(0, "RunScript", "Completed", json!([]))]),
        ));
        assert_eq!((error.kind(), error.retry()), (Kind::ActionFailed, Retry::Unknown), "{code}");
        assert!(error.message().contains(words), "{}", error.message());
        assert!(
            error.message().contains("completed on the machine: RunScript (command 0)"),
            "{}",
            error.message()
        );
        let details = error.details().unwrap();
        assert_eq!(
            details["commands"],
            json!([{ "index": 0, "type": "RunScript", "status": "Completed" }])
        );
        assert!(details["meaning"].as_str().unwrap().contains(words));
    }
}

#[test]
fn what_did_not_run_is_not_said_to_have_run() {
    for (status, commands) in [
        ("Failed", json!([command(0, "RunScript", "Failed", json!(["no"]))])),
        ("Failed", json!([command(0, "RunScript", "Created", json!([]))])),
        ("Failed", json!([])),
        ("Failed", Value::Null),
    ] {
        let error = end(&action(status, json!(-2_147_467_259_i64), commands.clone()));
        assert_eq!((error.kind(), error.retry()), (Kind::ActionFailed, Retry::Never), "{commands}");
        assert!(!error.message().contains("completed on the machine"), "{}", error.message());
    }
}

#[test]
fn of_several_commands_those_that_ran_are_named() {
    let commands = json!([
        command(0, "PutFile", "Completed", json!([])),
        command(1, "RunScript", "COMPLETED", json!([])),
        command(2, "GetFile", "Failed", json!(["File not found"])),
    ]);
    for status in ["Succeeded", "Failed", "Cancelled"] {
        let error = end(&action(status, json!(0), commands.clone()));
        assert_eq!((error.kind(), error.retry()), (Kind::ActionFailed, Retry::Unknown), "{status}");
        assert!(
            error.message().contains("PutFile (command 0), RunScript (command 1)"),
            "{}",
            error.message()
        );
        assert!(error.message().contains("File not found"), "{}", error.message());
    }
}

#[test]
fn a_script_that_is_waited_for_says_so_too_although_its_result_is_not_there() {
    let mut bench = bench();
    let answer = json!({
        "token_type": "Bearer",
        "access_token": token(&["Machine.Read.All", "Machine.LiveResponse"]), "expires_in": 3600,
    });
    bench.network.answer(200, &answer.to_string());
    let commands = json!([{
        "index": 0, "commandStatus": "Completed", "errors": [],
        "command": {
            "type": "RunScript", "params": [{ "key": "ScriptName", "value": "hello copy.sh" }]
        },
    }]);
    let mut pending: Value =
        serde_json::from_str(&action("Pending", json!(0), commands.clone())).unwrap();
    bench.network.answer(201, &pending["value"][0].take().to_string());
    bench.network.answer(200, &action("Failed", json!(-2_147_012_839_i64), commands));
    bench
        .network
        .answer(404, r#"{"error":{"code":"ResourceNotFound","message":"no result","target":"t"}}"#);
    let params = json!({
        "id": "d1000000000000000000000000000000", "comment": "c", "wait": {},
        "parameters": { "scriptName": "hello copy.sh" },
    });
    let error = bench.call("runScript", params).unwrap_err();
    assert_eq!(
        (error.kind(), error.retry(), bench.posts()),
        (Kind::ActionFailed, Retry::Unknown, 1)
    );
    assert!(
        error.message().contains("completed on the machine: RunScript (command 0)"),
        "{}",
        error.message()
    );
    // The name of the script has a blank in it.
    let sent = bench
        .network
        .log()
        .iter()
        .find(|logged| logged.body.contains("ScriptName"))
        .unwrap()
        .body
        .clone();
    assert!(sent.contains("\"hello copy.sh\""), "{sent}");
}

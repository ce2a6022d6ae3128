//! Live response in one call: uploads, scripts, and the result of each command.

use defender_stub::demo::{LINUX, WINDOWS};
use defender_stub::{FaultKind, Scenario};
use host_harness::ErrorKind;
use serde_json::{Value, json};

use crate::world::{TestEnv, details, is, pointers};

pub(super) const RESULT: &str = "GET /results/{action}/{index}";

pub(super) fn wait() -> Value {
    json!({ "pollSeconds": 1, "timeoutSeconds": 20 })
}

pub(super) fn quick() -> Scenario {
    Scenario { pending_seconds: 0.0, running_seconds: 0.0, ..Scenario::default() }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_script_that_is_waited_for_gives_its_output() {
    let env = TestEnv::with(quick()).await;
    let params = |script: &str| {
        json!({
            "id": WINDOWS, "comment": "c",
            "parameters": { "scriptName": script, "args": "-Case 7" }, "wait": wait()
        })
    };
    let data = env.data("runScript", params("triage.ps1")).await;
    assert_eq!((&data["script_name"], &data["exit_code"]), (&json!("triage.ps1"), &json!(0)));
    assert_eq!(
        data["script_output"],
        "triage of ws-ops-014.example.test\r\nargs: -Case 7\r\nok\r\n"
    );
    assert!(
        data["raw"]["script_output"].as_str().unwrap().starts_with("Transcript started"),
        "{data}"
    );
    assert!(data["machineActionId"].is_string());
    // An exit code is data.
    assert_eq!(env.data("runScript", params("warn.sh")).await["exit_code"], 2);
    // A failed action is an error, and the script's output explains it.
    let error = env.error("runScript", params("fail.ps1")).await;
    is(&error, ErrorKind::ActionFailed);
    let details = details(&error);
    assert_eq!(
        (&details["result"]["exit_code"], &details["machineAction"]["status"]),
        (&json!(3), &json!("Failed"))
    );
    assert!(details["commandErrors"][0].as_str().unwrap().contains("exit code 3"), "{details}");
    let params = json!({
        "ids": [WINDOWS, LINUX], "parameters": { "scriptName": "triage.ps1" }, "wait": wait()
    });
    let data = env.data("runScript", params).await;
    assert!(
        data["results"][1]["data"]["script_output"].as_str().unwrap().contains("srv-web-003"),
        "{data}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_gives_a_record_for_each_command() {
    let env = TestEnv::with(quick()).await;
    let commands = json!([
        { "putFile": "tool.exe" },
        { "runScript": "triage.ps1", "args": "-Case 7" },
        { "runScript": "warn.sh" },
        { "getFile": "C:\\Windows\\Temp\\out.txt" },
    ]);
    let params = json!({ "id": WINDOWS, "comment": "c", "commands": commands, "wait": wait() });
    let data = env.data("runLiveResponse", params).await;
    let id = &data["machineActionId"];
    let rows = data["commands"].as_array().unwrap();
    let types: Vec<&str> = rows.iter().map(|row| row["type"].as_str().unwrap()).collect();
    assert_eq!(types, ["PutFile", "RunScript", "RunScript", "GetFile"]);
    assert!(rows.iter().all(|row| row["status"] == "Completed"), "{data}");
    assert_eq!(
        (&rows[0]["result"], &rows[0]["download"]),
        (&Value::Null, &Value::Null),
        "nothing is left of it"
    );
    assert_eq!(
        (&rows[1]["result"]["exit_code"], &rows[2]["result"]["exit_code"]),
        (&json!(0), &json!(2))
    );
    assert_eq!(
        rows[3]["download"],
        json!({ "action": "getActionResults", "params": { "id": id, "index": 3 } })
    );
    // The same again later, including the file.
    let all = env.data("getActionResults", json!({ "id": id, "index": "all" })).await;
    assert_eq!(all["commands"][3]["result"], json!({ "text": "collected evidence\r\n" }));
    assert_eq!(
        env.data("getActionResults", json!({ "id": id, "index": 2 })).await["script_name"],
        "warn.sh"
    );
    is(&env.error("getActionResults", json!({ "id": id, "index": 0 })).await, ErrorKind::NotFound);
    is(
        &env.error("getActionResults", json!({ "id": "nobody", "index": "all" })).await,
        ErrorKind::NotFound,
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn commands_come_in_the_service_s_order() {
    let env = TestEnv::start().await;
    for (commands, pointer) in [
        (json!([{ "getFile": "x" }, { "runScript": "a.ps1" }]), "/commands/1"),
        (json!([{ "runScript": "a.ps1" }, { "putFile": "x" }]), "/commands/1"),
        (json!([{ "putFile": "x", "args": "-a" }]), "/commands/0"),
        (json!([{ "putFile": "x", "getFile": "y" }]), "/commands/0"),
        (json!([]), "/commands"),
    ] {
        let params = json!({ "id": WINDOWS, "comment": "c", "commands": commands });
        let error = env.error("runLiveResponse", params).await;
        is(&error, ErrorKind::InvalidParams);
        assert_eq!(pointers(&error), [pointer], "{commands}");
    }
    assert!(env.service().ledger().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_result_that_cannot_be_read_does_not_undo_the_success() {
    let env = TestEnv::with(quick()).await;
    env.fault(RESULT, FaultKind::Html { status: 500 });
    let params =
        json!({ "id": WINDOWS, "parameters": { "scriptName": "triage.ps1" }, "wait": wait() });
    let error = env.error("runScript", params).await;
    assert_eq!((error.kind, error.retry), (ErrorKind::Unavailable, host_harness::Retry::Unknown));
    assert!(error.message.contains("succeeded"), "{error:?}");
    let id = details(&error)["machineAction"]["id"].clone();
    assert_eq!(env.data("getActionResults", json!({ "id": id })).await["exit_code"], 0);
}

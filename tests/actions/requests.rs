//! Each action's request, and that the action returns the service's data.

mod parameters;

use defender_connector::actions::CATALOGUE;
use defender_stub::Entry;
use defender_stub::demo::{FILE_SHA1, LINUX, NOT_ONBOARDED};
use host_harness::{ErrorKind, JobState};
use serde_json::{Value, json};

use crate::actions::request_rows;
use crate::world::{MACHINE, TestEnv, details, is, pointers};

/// An action and its parameters, then method, path, query and body of the last request.
pub(crate) type Row = (&'static str, Value, String, &'static str, Value);

/// One row for every action.
pub(crate) fn rows() -> Vec<Row> {
    machine_rows().into_iter().chain(request_rows::rows()).collect()
}

fn machine_rows() -> Vec<Row> {
    let machine = |verb: &str| format!("POST /api/machines/{MACHINE}/{verb}");
    let list = "$count=true&$top=20";
    let commands = |commands: Value| json!({ "Comment": "c", "Commands": commands });
    let (plain, comment) =
        (|| json!({ "id": MACHINE, "comment": "c" }), || json!({ "Comment": "c" }));
    vec![
        ("testConnector", json!({}), "GET /api/machines".into(), "$count=true&$top=1", Value::Null),
        (
            "getAgentDetails",
            json!({ "id": MACHINE }),
            format!("GET /api/machines/{MACHINE}"),
            "",
            Value::Null,
        ),
        ("getAgentList", json!({}), "GET /api/machines".into(), list, Value::Null),
        (
            "isolateHost",
            json!({ "id": MACHINE, "comment": "c" }),
            machine("isolate"),
            "",
            json!({ "Comment": "c", "IsolationType": "Full" }),
        ),
        (
            "releaseHost",
            json!({ "id": MACHINE, "comment": "c" }),
            machine("unisolate"),
            "",
            json!({ "Comment": "c" }),
        ),
        ("restrictAppExecution", plain(), machine("restrictCodeExecution"), "", comment()),
        ("unrestrictAppExecution", plain(), machine("unrestrictCodeExecution"), "", comment()),
        (
            "runAntivirusScan",
            plain(),
            machine("runAntiVirusScan"),
            "",
            json!({ "Comment": "c", "ScanType": "Quick" }),
        ),
        (
            "stopAndQuarantineFile",
            json!({ "id": MACHINE, "comment": "c", "sha1": FILE_SHA1 }),
            machine("StopAndQuarantineFile"),
            "",
            json!({ "Comment": "c", "Sha1": FILE_SHA1 }),
        ),
        (
            "collectInvestigationPackage",
            plain(),
            machine("collectInvestigationPackage"),
            "",
            comment(),
        ),
        ("offboardHost", plain(), machine("offboard"), "", comment()),
        ("getActions", json!({}), "GET /api/machineactions".into(), list, Value::Null),
        ("getLibraryFiles", json!({}), "GET /api/libraryfiles".into(), "", Value::Null),
        (
            "resolveHost",
            json!({ "computerDnsName": "WS-OPS-014" }),
            "GET /api/machines".into(),
            "$top=1000&$filter=computerDnsName%20in%20(%27ws-ops-014%27)%20or%20startswith(computerDnsName,%27ws-ops-014.%27)",
            Value::Null,
        ),
        (
            "putFile",
            json!({ "id": MACHINE, "comment": "c", "fileName": "tool.exe" }),
            machine("runliveresponse"),
            "",
            commands(json!(
                [{ "type": "PutFile", "params": [{ "key": "FileName", "value": "tool.exe" }] }]
            )),
        ),
        (
            "getFile",
            json!({ "id": MACHINE, "comment": "c", "path": r"C:\Windows\Temp\out.txt" }),
            machine("runliveresponse"),
            "",
            commands(json!(
                [
                    {
                        "type": "GetFile",
                        "params": [{ "key": "Path", "value": r"C:\Windows\Temp\out.txt" }]
                    }
                ]
            )),
        ),
        (
            "runLiveResponse",
            json!({ "id": MACHINE, "comment": "c", "commands": [
                { "putFile": "tool.exe" }, {
                    "runScript": "triage.ps1", "args": "-Case 7"
                }, { "getFile": "C:/x" }] }),
            machine("runliveresponse"),
            "",
            commands(json!([
                { "type": "PutFile", "params": [{ "key": "FileName", "value": "tool.exe" }] },
                { "type": "RunScript", "params": [
                    {
                        "key": "ScriptName", "value": "triage.ps1"
                    }, { "key": "Args", "value": "-Case 7" }] },
                { "type": "GetFile", "params": [{ "key": "Path", "value": "C:/x" }] }])),
        ),
        (
            "runScript",
            json!({
                "id": MACHINE, "comment": "c",
                "parameters": { "scriptName": "triage.ps1", "args": "-Case 7" }
            }),
            machine("runliveresponse"),
            "",
            json!({ "Comment": "c", "Commands": [{ "type": "RunScript", "params": [
                {
                    "key": "ScriptName", "value": "triage.ps1"
                }, { "key": "Args", "value": "-Case 7" }] }] }),
        ),
    ]
}

/// Actions whose requests have separate tests.
const ELSEWHERE: [&str; 9] = [
    "cancelAction",
    "deleteLibraryFile",
    "getAction",
    "getActionResults",
    "getIsolationState",
    "getPackageLink",
    "startInvestigation",
    "uploadLibraryFile",
    "waitForAction",
];

fn line(entry: &Entry) -> String {
    format!("{} {}", entry.method, entry.path)
}

#[test]
fn every_action_has_a_row() {
    let rows = rows();
    for action in CATALOGUE {
        let known = rows.iter().any(|row| row.0 == action.name)
            || ELSEWHERE.contains(&action.name)
            || request_rows::TIMED.contains(&action.name);
        assert!(known, "{} has no row", action.name);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_action_sends_what_its_row_says() {
    for (action, params, sent, query, body) in rows() {
        let env = TestEnv::start().await;
        let outcome =
            env.execute(action, params).await.unwrap_or_else(|error| panic!("{action}: {error:?}"));
        let ledger = env.service().ledger();
        // A read may follow a change.
        let last = ledger
            .iter()
            .rev()
            .find(|entry| sent.starts_with("GET") || entry.method != "GET")
            .unwrap();
        assert_eq!((line(last), last.query.as_str()), (sent, query), "{action}");
        let found: Value = if last.body.is_empty() {
            Value::Null
        } else {
            serde_json::from_str(&last.body).unwrap()
        };
        assert_eq!(found, body, "{action}");
        assert_eq!(
            last.header("content-type"),
            (!body.is_null()).then_some("application/json; charset=utf-8"),
            "{action}"
        );
        assert!(last.bearer_valid && last.header("accept") == Some("application/json"), "{action}");
        assert_eq!(outcome.usage.requests as usize, ledger.len(), "{action}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn isolation_is_seen_through_to_its_end_and_released() {
    let env = TestEnv::start().await;
    for (action, kind) in [("isolateHost", "Isolate"), ("releaseHost", "Unisolate")] {
        let outcome =
            env.execute(action, json!({ "id": MACHINE, "comment": "case 1042" })).await.unwrap();
        let started = outcome.job.unwrap();
        assert_eq!((started.state, started.adopted), (JobState::Pending, false));
        let data: Value = serde_json::from_str(&outcome.data).unwrap();
        let members = ["id", "type", "requestorComment", "machineId"]
            .map(|name| data[name].as_str().unwrap_or_default());
        assert_eq!(members, [started.id.as_str(), kind, "case 1042", MACHINE]);
        assert_eq!(env.end_of(&started.id).await["status"], "Succeeded");
    }
    assert_eq!(env.service().sent("POST *"), 3, "a token, an isolation, a release");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_machine_action_is_read() {
    let env = TestEnv::start().await;
    let id = env.isolate().await.unwrap().job.unwrap().id;
    let action = env.data("getAction", json!({ "id": id })).await;
    assert_eq!((&action["id"], &action["status"]), (&json!(id), &json!("Pending")));
    is(
        &env.error("getAction", json!({ "id": "00000000-0000-0000-0000-000000000000" })).await,
        ErrorKind::NotFound,
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn isolation_has_three_types_and_the_service_s_refusals_are_reported() {
    let env = TestEnv::start().await;
    let isolate = |id: &str, kind: &str| json!({ "id": id, "comment": "c", "isolationType": kind });
    for (id, kind) in [(MACHINE, "Selective"), (NOT_ONBOARDED, "UnManagedDevice")] {
        let data = env.data("isolateHost", isolate(id, kind)).await;
        assert_eq!((&data["type"], &data["scope"]), (&json!("Isolate"), &json!(kind)), "{data}");
    }
    let linux = env.data("getAgentDetails", json!({ "id": LINUX })).await["osPlatform"]
        .as_str()
        .unwrap()
        .to_owned();
    let error = env.error("isolateHost", isolate(LINUX, "Selective")).await;
    is(&error, ErrorKind::Rejected);
    assert_eq!((error.status, error.code.as_deref()), (Some(400), Some("OsPlatformNotSupported")));
    assert_eq!(details(&error)["osPlatform"].as_str(), Some(linux.as_str()));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_action_is_cancelled_while_it_can_be() {
    let env = TestEnv::start().await;
    let id = env.isolate().await.unwrap().job.unwrap().id;
    let outcome = env
        .execute("cancelAction", json!({ "actionId": id, "comment": "wrong host" }))
        .await
        .unwrap();
    assert_eq!(outcome.job.unwrap().state, JobState::Cancelled);
    let ledger = env.service().ledger();
    let last = ledger.last().unwrap();
    assert_eq!(
        (line(last), last.body.as_str()),
        (format!("POST /api/machineactions/{id}/cancel"), r#"{"Comment":"wrong host"}"#)
    );
    assert_eq!(env.end_of(&id).await["status"], "Cancelled");
    let error = env.error("cancelAction", json!({ "actionId": id, "comment": "again" })).await;
    assert!(matches!(error.kind, ErrorKind::Rejected | ErrorKind::Conflict), "{error:?}");
    let error = env
        .error(
            "cancelAction",
            json!({ "actionId": "00000000-0000-0000-0000-000000000000", "comment": "c" }),
        )
        .await;
    is(&error, ErrorKind::NotFound);
}

#[tokio::test(flavor = "multi_thread")]
async fn members_of_the_service_pass_through_untouched() {
    let env = TestEnv::start().await;
    let unknown = r#"{"id":"m","new":{"b":1.50,"a":[null,"ü"]},"computerDnsName":"n"}"#;
    env.fault(
        "GET /api/machines/{id}",
        defender_stub::FaultKind::Status { status: 200, headers: vec![], body: unknown.into() },
    );
    assert_eq!(env.details().await.unwrap().data, unknown);
}

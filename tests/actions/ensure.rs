//! `ensure`: adopts an existing state or a pending action, and nothing that only resembles one.

use defender_stub::demo::{LINUX, OFFLINE, WINDOWS};
use defender_stub::{Duplicate, Fault, FaultKind, Scenario};
use host_harness::ErrorKind;
use serde_json::{Value, json};

use crate::contract::operations::quick;
use crate::world::{TestEnv, is};

const ISOLATE: &str = "POST /api/machines/{id}/isolate";

#[tokio::test(flavor = "multi_thread")]
async fn what_is_so_already_is_not_done_again() {
    let env = TestEnv::with(quick()).await;
    let call = |action: &'static str, id: &str| {
        (action, json!({ "id": id, "comment": "case 1042", "ensure": true }))
    };
    for (action, adopted) in [
        ("releaseHost", false),
        ("isolateHost", false),
        ("isolateHost", true),
        ("releaseHost", false),
        ("releaseHost", true),
        ("isolateHost", false),
        ("restrictAppExecution", false),
        ("restrictAppExecution", true),
    ] {
        let (action, params) = call(action, WINDOWS);
        let outcome = env.execute(action, params).await.unwrap();
        assert_eq!(outcome.job.unwrap().adopted, adopted, "{action}");
    }
    // Another isolation type does not satisfy the request.
    let selective =
        json!({ "id": WINDOWS, "comment": "c", "isolationType": "Selective", "ensure": true });
    assert!(!env.execute("isolateHost", selective).await.unwrap().job.unwrap().adopted);
    // A past scan counts only if it carries this case's reference.
    for (reference, adopted) in [
        (None, false),
        (None, false),
        (Some("C-7"), false),
        (Some("C-7"), true),
        (Some("C-8"), false),
    ] {
        let mut params = json!({ "id": WINDOWS, "comment": "scan", "ensure": true });
        if let Some(reference) = reference {
            params["reference"] = json!(reference);
        }
        let outcome = env.execute("runAntivirusScan", params).await.unwrap();
        assert_eq!(outcome.job.unwrap().adopted, adopted, "{reference:?}");
    }
    assert_eq!(
        env.service().machine_actions().last().unwrap()["requestorComment"],
        "[ref:C-8] scan"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pending_action_is_adopted_regardless_of_its_requestor() {
    for duplicate_isolate in [Duplicate::Reject, Duplicate::ReturnPending] {
        let env = TestEnv::with(Scenario { duplicate_isolate, ..Scenario::default() }).await;
        let first = env.isolate().await.unwrap().job.unwrap().id;
        let mut params =
            json!({ "id": WINDOWS, "comment": "another user's reason", "ensure": true });
        let outcome = env.execute("isolateHost", params.clone()).await.unwrap();
        let action = outcome.job.unwrap();
        assert_eq!(
            (action.id.as_str(), action.adopted),
            (first.as_str(), true),
            "{duplicate_isolate:?}"
        );
        assert_eq!(env.service().sent(ISOLATE), 1, "it was seen beforehand");
        // If reads do not show it yet, the service's refusal or response leads to it.
        env.service().add_fault(Fault::new(
            "GET /api/machineactions",
            FaultKind::Status { status: 200, headers: vec![], body: r#"{"value":[]}"#.into() },
        ));
        let action = env.execute("isolateHost", params.clone()).await.unwrap().job.unwrap();
        assert_eq!(
            (action.id.as_str(), action.adopted),
            (first.as_str(), true),
            "{duplicate_isolate:?}"
        );
        // Another isolation type is not adopted.
        params["isolationType"] = json!("Selective");
        is(&env.error("isolateHost", params).await, ErrorKind::Conflict);
        assert_eq!(env.service().machine_actions().len(), 1);
    }
    let env = TestEnv::start().await;
    let script =
        |name: &str| json!({ "id": WINDOWS, "parameters": { "scriptName": name }, "ensure": true });
    let first = env.execute("runScript", script("triage.ps1")).await.unwrap().job.unwrap().id;
    let again = env.execute("runScript", script("triage.ps1")).await.unwrap().job.unwrap();
    assert_eq!((again.id, again.adopted), (first, true));
    is(&env.error("runScript", script("warn.sh")).await, ErrorKind::Conflict);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_about_to_be_undone_is_not_taken_for_so() {
    let env = TestEnv::start().await;
    // Both wait for a machine that is offline: their order is unknown.
    env.service().start_externally("Unisolate", OFFLINE);
    env.service().start_externally("Isolate", OFFLINE);
    for action in ["releaseHost", "isolateHost"] {
        let error =
            env.error(action, json!({ "id": OFFLINE, "comment": "c", "ensure": true })).await;
        is(&error, ErrorKind::Conflict);
    }
    assert_eq!(env.service().machine_actions().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_that_does_not_say_what_it_is_proves_nothing() {
    let env = TestEnv::with(quick()).await;
    let record = |name: &str, value: Value| {
        let mut record = json!({
            "id": "old", "type": "Isolate", "status": "Succeeded", "machineId": WINDOWS,
            "scope": "Full",
            "creationDateTimeUtc": "2026-03-01T08:44:05Z",
            "lastUpdateTimeUtc": "2026-03-01T08:44:09Z",
        });
        record[name] = value;
        json!({ "value": [record] }).to_string()
    };
    let params = json!({ "id": WINDOWS, "comment": "c", "ensure": true });
    for (name, value, adopted) in [
        ("x", json!(1), true),
        ("scope", Value::Null, false),
        ("scope", json!("Selective"), false),
        ("status", json!("Failed"), false),
        ("type", json!("Unisolate"), false),
        ("machineId", json!(LINUX), false),
    ] {
        let body = record(name, value.clone());
        env.fault(
            "GET /api/machineactions",
            FaultKind::Status { status: 200, headers: vec![], body },
        );
        let action = env.execute("isolateHost", params.clone()).await.unwrap().job.unwrap();
        assert_eq!(action.adopted, adopted, "{name}: {value}");
    }
}

//! Which machines are isolated: what the service's records prove, and nothing else.

use std::time::Duration;

use defender_stub::demo::{FILE_SHA1, FILE_SHA256, LINUX, MAC, OFFLINE, WINDOWS};
use defender_stub::{Ending, Outcome, Scenario};
use host_harness::ErrorKind;
use serde_json::{Value, json};

use crate::contract::operations::quick;
use crate::world::{TestEnv, details, is};

async fn isolation(env: &TestEnv, params: Value) -> (Value, Vec<String>) {
    let outcome = env.execute("getIsolationState", params).await.unwrap();
    let codes = outcome.warnings.iter().map(|warning| warning.code.clone()).collect();
    (serde_json::from_str(&outcome.data).unwrap(), codes)
}

async fn one(env: &TestEnv, id: &str) -> Value {
    isolation(env, json!({ "id": id })).await.0["value"][0].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_isolation_or_release_that_succeeded_counts() {
    let env = TestEnv::with(quick()).await;
    assert_eq!(one(&env, WINDOWS).await["isolated"], "no", "known, and without a record");
    let (tenant, _) = isolation(&env, json!({})).await;
    assert_eq!(tenant, json!({ "value": [], "total": 0, "complete": true }));
    for (action, kind, isolated) in [
        ("isolateHost", Some("Full"), "yes"),
        ("releaseHost", None, "no"),
        ("isolateHost", Some("Selective"), "yes"),
    ] {
        env.service().advance(Duration::from_secs(5));
        let mut params = json!({ "id": WINDOWS, "comment": "case 1042" });
        if let Some(kind) = kind {
            params["isolationType"] = kind.into();
        }
        let job = env.execute(action, params).await.unwrap().job.unwrap().id;
        let row = one(&env, WINDOWS).await;
        assert_eq!((&row["isolated"], &row["job"]["id"]), (&json!(isolated), &json!(job)), "{row}");
        assert_eq!(row["isolationType"].as_str(), kind, "{row}");
        assert_eq!(row["job"]["requestorComment"], "case 1042", "{row}");
        assert!(row["since"].is_string() && row["reason"].is_null(), "{row}");
    }
    // As `ensure` decides it.
    let params =
        json!({ "id": WINDOWS, "comment": "c", "ensure": true, "isolationType": "Selective" });
    assert!(env.execute("isolateHost", params).await.unwrap().job.unwrap().adopted);
    let (tenant, warnings) = isolation(&env, json!({})).await;
    assert_eq!((&tenant["total"], &tenant["complete"]), (&json!(1), &json!(true)), "{tenant}");
    assert_eq!(tenant["value"][0]["id"], WINDOWS);
    assert_eq!(tenant["value"][0]["computerDnsName"], "ws-ops-014.example.test");
    assert!(warnings.is_empty(), "{warnings:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_pending_failed_or_anothers_is_distinguished() {
    let outcomes = vec![Outcome {
        kind: Some("Isolate".into()),
        machine_id: Some(LINUX.into()),
        status: Ending::Failed,
        error_h_result: 0,
        command: 0,
        result_is_lost: false,
    }];
    let env = TestEnv::with(Scenario { outcomes, ..quick() }).await;
    env.service().start_externally("Isolate", MAC);
    env.execute("isolateHost", json!({ "id": OFFLINE, "comment": "c" })).await.unwrap();
    let failed = env.error("isolateHost", json!({ "id": LINUX, "comment": "c" })).await;
    is(&failed, ErrorKind::ActionFailed);
    env.service().advance(Duration::from_secs(60));
    let ids = json!({ "ids": [OFFLINE, LINUX, MAC] });
    let (named, warnings) = isolation(&env, ids).await;
    let rows = named["value"].as_array().unwrap();
    let states: Vec<&str> = rows.iter().map(|row| row["isolated"].as_str().unwrap()).collect();
    assert_eq!(states, ["no", "no", "yes"], "{named}");
    assert_eq!(rows[0]["pending"][0]["status"], "Pending", "{named}");
    assert_eq!(rows[1]["pending"], json!([]), "{named}");
    let requestor = rows[2]["job"]["requestor"].as_str().unwrap();
    assert!(!requestor.is_empty() && warnings.is_empty(), "{named}");
    // Of the tenant, those that are isolated or are about to be.
    let (tenant, _) = isolation(&env, json!({})).await;
    let mut listed: Vec<&str> =
        tenant["value"].as_array().unwrap().iter().map(|row| row["id"].as_str().unwrap()).collect();
    listed.sort_unstable();
    let mut expected = [OFFLINE, MAC];
    expected.sort_unstable();
    assert_eq!(listed, expected, "{tenant}");
    // One request for all that were named, and none that changes anything.
    assert_eq!(env.service().sent("POST /api/*"), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_that_was_cut_off_says_so_and_never_no() {
    let env = TestEnv::with(quick()).await;
    for id in [WINDOWS, LINUX, MAC] {
        env.service().advance(Duration::from_secs(5));
        env.execute("isolateHost", json!({ "id": id, "comment": "c" })).await.unwrap();
    }
    env.service().advance(Duration::from_secs(5));
    env.execute("releaseHost", json!({ "id": LINUX, "comment": "c" })).await.unwrap();
    let (tenant, warnings) = isolation(&env, json!({ "maxItems": 2 })).await;
    assert_eq!((&tenant["complete"], &tenant["total"]), (&json!(false), &json!(2)), "{tenant}");
    let rows = tenant["value"].as_array().unwrap();
    assert!(rows.iter().all(|row| row["isolated"] == "unknown"), "{tenant}");
    assert_eq!(warnings, ["cut-off"]);
    let (whole, warnings) = isolation(&env, json!({ "maxItems": 4 })).await;
    assert_eq!((&whole["complete"], &whole["total"]), (&json!(true), &json!(2)), "{whole}");
    assert!(warnings.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_machine_may_be_named_in_every_way_and_must_be_there() {
    let env = TestEnv::with(quick()).await;
    env.execute("isolateHost", json!({ "id": WINDOWS, "comment": "c" })).await.unwrap();
    for name in ["WS-OPS-014", "EXAMPLE\\ws-ops-014$", " ws-ops-014.example.test.\r"] {
        let (data, _) = isolation(&env, json!({ "host": { "computerDnsName": name } })).await;
        assert_eq!(data["value"][0]["isolated"], "yes", "{name}: {data}");
    }
    let nobody = "0".repeat(40);
    is(&env.error("getIsolationState", json!({ "id": nobody })).await, ErrorKind::NotFound);
    let hosts = json!([{ "computerDnsName": "ws-ops-14" }, { "computerDnsName": "ws-ops-014" }]);
    let (data, warnings) = isolation(&env, json!({ "hosts": hosts })).await;
    let rows = data["value"].as_array().unwrap();
    assert_eq!((&rows[0]["isolated"], &rows[1]["isolated"]), (&json!("unknown"), &json!("yes")));
    let similar = &rows[0]["error"]["details"]["similar"];
    assert_eq!(similar[0]["computerDnsName"], "ws-ops-014.example.test", "{data}");
    assert_eq!((&data["complete"], &*warnings), (&json!(false), &["not-found".to_owned()][..]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_near_name_is_shown_and_not_acted_on() {
    let env = TestEnv::start().await;
    let params = json!({ "host": { "computerDnsName": "ws-ops-015" }, "comment": "c" });
    let error = env.error("isolateHost", params).await;
    is(&error, ErrorKind::NotFound);
    assert!(error.message.contains("ws-ops-014.example.test"), "{}", error.message);
    assert_eq!(details(&error)["similar"][0]["id"], WINDOWS);
    assert_eq!(env.service().sent("POST /api/*"), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sha256_leads_to_the_file_that_it_is_of() {
    let env = TestEnv::start().await;
    let stop = |sha1: &str| json!({ "id": WINDOWS, "comment": "c", "sha1": sha1 });
    env.execute("stopAndQuarantineFile", stop(FILE_SHA256)).await.unwrap();
    let started = env.service().machine_actions().pop().unwrap();
    assert_eq!(started["relatedFileInfo"]["fileIdentifier"], FILE_SHA1, "{started}");
    let by_sha1 = env.data("getFileMachines", json!({ "sha1": FILE_SHA1 })).await;
    assert_eq!(env.data("getFileMachines", json!({ "sha1": FILE_SHA256 })).await, by_sha1);
    let error = env.error("stopAndQuarantineFile", stop(&"ab".repeat(32))).await;
    is(&error, ErrorKind::NotFound);
    assert_eq!(env.service().sent("POST /api/*"), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn several_jobs_are_cancelled_by_one_call() {
    let env = TestEnv::start().await;
    let mut ids = Vec::new();
    for id in [WINDOWS, LINUX] {
        let params = json!({ "id": id, "comment": "c" });
        ids.push(env.execute("isolateHost", params).await.unwrap().job.unwrap().id);
    }
    let data = env.data("cancelAction", json!({ "ids": ids, "comment": "wrong hosts" })).await;
    let rows = data["results"].as_array().unwrap();
    for (row, id) in rows.iter().zip(&ids) {
        assert_eq!((&row["target"]["id"], &row["job"]["id"]), (&json!(id), &json!(id)), "{row}");
    }
    assert_eq!(env.service().sent("POST /api/machineactions/{id}/cancel"), 2);
    let actions = env.service().machine_actions();
    assert!(actions.iter().all(|action| action["status"] == "Cancelled"), "{actions:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_id_in_capitals_is_the_same_machine() {
    let env = TestEnv::with(quick()).await;
    let isolate = |id: &str| json!({ "id": id, "comment": "case 1042", "ensure": true });
    let first = env.execute("isolateHost", isolate(WINDOWS)).await.unwrap();
    env.service().advance(Duration::from_secs(5));
    let capitals = WINDOWS.to_ascii_uppercase();
    assert_eq!(one(&env, &capitals).await["isolated"], "yes");
    let again = env.execute("isolateHost", isolate(&capitals)).await.unwrap();
    assert_eq!(again.job.unwrap().id, first.job.unwrap().id);
    let jobs = env.execute("getActions", json!({ "machineId": capitals })).await.unwrap();
    assert_eq!(jobs.data.parse::<Value>().unwrap()["value"].as_array().unwrap().len(), 1);
    assert_eq!(env.service().sent("POST /api/machines/{id}/isolate"), 1);
}

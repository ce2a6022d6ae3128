//! Follows machine actions to their end. Only Succeeded is success.

mod endings;

use std::time::Duration;

use defender_stub::demo::{self, LINUX, MAC, OFFLINE, WINDOWS};
use defender_stub::{Ending, Fault, FaultKind, Outcome, Scenario};
use host_harness::{ErrorKind, JobState, Retry};
use serde_json::{Value, json};

use crate::contract::operations::quick;
use crate::world::{TestEnv, details, is};

const POLL: &str = "GET /api/machineactions";

fn isolate(wait: Value) -> Value {
    json!({ "id": WINDOWS, "comment": "case 1042", "wait": wait })
}

fn every_second() -> Value {
    json!({ "pollSeconds": 1, "timeoutSeconds": 20 })
}

#[tokio::test(flavor = "multi_thread")]
async fn success_is_proven_by_the_record() {
    let env = TestEnv::with(Scenario { running_seconds: 0.5, ..Scenario::default() }).await;
    let outcome = env.execute("isolateHost", isolate(every_second())).await.unwrap();
    let data: Value = serde_json::from_str(&outcome.data).unwrap();
    assert_eq!(data["status"], "Succeeded");
    assert_eq!(outcome.job.unwrap().state, JobState::Succeeded);
    assert!(outcome.usage.waited.as_secs() >= 1, "{:?}", outcome.usage);
}

#[tokio::test(flavor = "multi_thread")]
async fn many_actions_are_followed_with_one_request_a_poll() {
    let env = TestEnv::with(Scenario {
        fleet: 30,
        running_seconds: 0.2,
        pending_seconds: 0.2,
        ..Scenario::default()
    })
    .await;
    let hosts: Vec<Value> =
        (0..30).map(|n| json!({ "computerDnsName": format!("fleet-{n:05}") })).collect();
    let params =
        json!({ "hosts": hosts, "maxTargets": 30, "comment": "c", "wait": every_second() });
    let outcome = env.execute("isolateHost", params).await.unwrap();
    let data: Value = serde_json::from_str(&outcome.data).unwrap();
    assert!(
        data["results"].as_array().unwrap().iter().all(|row| row["data"]["status"] == "Succeeded"),
        "{data}"
    );
    let (lookups, polls) = (env.service().sent("GET /api/machines"), env.service().sent(POLL));
    assert_eq!((lookups, env.service().sent("POST /api/machines/{id}/isolate")), (1, 30));
    assert_eq!(
        outcome.usage.requests as usize,
        1 + 1 + 30 + polls,
        "a token, a lookup, the isolations, the polls"
    );
    assert!(polls <= 2, "{polls}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_one_request_cannot_hold_takes_as_few_as_can_be() {
    let scenario =
        Scenario { fleet: 120, running_seconds: 0.2, pending_seconds: 0.2, ..Scenario::default() };
    let env = TestEnv::configured(scenario, json!({ "limits": { "budgetPercent": 0 } })).await;
    let hosts: Vec<Value> =
        (0..120).map(|n| json!({ "computerDnsName": format!("fleet-{n:05}") })).collect();
    let mut params =
        json!({ "hosts": hosts, "maxTargets": 120, "comment": "c", "wait": every_second() });
    let outcome = env.execute("isolateHost", params.clone()).await.unwrap();
    let data: Value = serde_json::from_str(&outcome.data).unwrap();
    let rows = data["results"].as_array().unwrap();
    assert_eq!(
        rows.iter().filter(|row| row["data"]["status"] == "Succeeded").count(),
        120,
        "{data}"
    );
    let sent = |on: &str| env.service().sent(on);
    assert_eq!(
        (sent("GET /api/machines"), sent("POST /api/machines/{id}/isolate")),
        (3, 120),
        "fifty names a lookup"
    );
    // A hundred actions per request; then, once, fifty machines per request, to check for a pending
    // release.
    assert!((2 + 3..=4 + 3).contains(&sent(POLL)), "{}", sent(POLL));
    // If already isolated: fifty machines per read, which also shows that no release is pending.
    env.service().clear_ledger();
    params["ensure"] = json!(true);
    env.execute("isolateHost", params).await.unwrap();
    assert_eq!((sent("POST /api/machines/{id}/isolate"), sent(POLL)), (0, 3));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_action_may_be_missing_for_a_while_and_so_may_one_that_is_named() {
    let env = TestEnv::with(Scenario {
        propagation_seconds: 2.0,
        running_seconds: 0.0,
        ..Scenario::default()
    })
    .await;
    let outcome = env.execute("isolateHost", isolate(every_second())).await.unwrap();
    assert_eq!(outcome.job.unwrap().state, JobState::Succeeded);
    let params =
        json!({ "id": "no-such-action", "wait": { "pollSeconds": 1, "timeoutSeconds": 1 } });
    let error = env.error("waitForAction", params).await;
    is(&error, ErrorKind::Unfinished);
    assert_eq!(error.retry, Retry::Unknown);
}

#[tokio::test(flavor = "multi_thread")]
async fn looks_that_fail_do_not_end_the_waiting_unless_they_always_will() {
    let env = TestEnv::with(Scenario { running_seconds: 0.5, ..Scenario::default() }).await;
    env.service().add_fault(Fault::new(POLL, FaultKind::Html { status: 500 }));
    env.service().add_fault(Fault::new(POLL, FaultKind::Garbage { text: "{".into() }));
    let outcome = env.execute("isolateHost", isolate(every_second())).await.unwrap();
    assert_eq!(outcome.job.unwrap().state, JobState::Succeeded);

    let env = TestEnv::start().await;
    env.service().add_fault(Fault::new(POLL, FaultKind::Html { status: 403 }).always());
    let error = env.error("isolateHost", isolate(every_second())).await;
    is(&error, ErrorKind::Unfinished);
    assert_eq!(
        (error.status, details(&error)["cause"]["kind"].as_str()),
        (Some(403), Some("forbidden")),
        "{error:?}"
    );
    assert_eq!(env.service().sent(POLL), 1, "once is enough");
    assert_eq!(details(&error)["machineAction"]["type"], "Isolate");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_ends_in_mid_wait_is_renewed() {
    let env = TestEnv::start().await;
    env.service().add_fault(Fault::new(POLL, FaultKind::Unauthorized));
    let outcome = env.execute("isolateHost", isolate(every_second())).await.unwrap();
    assert_eq!(outcome.job.unwrap().state, JobState::Succeeded);
    assert_eq!(env.service().sent("POST *"), 3, "two tokens, one isolation");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_each_has_its_own_end() {
    let outcomes = vec![Outcome {
        kind: None,
        machine_id: Some(LINUX.into()),
        status: Ending::Failed,
        error_h_result: -2_147_024_891,
        command: 0,
        result_is_lost: false,
    }];
    let scenario =
        Scenario { outcomes, pending_seconds: 0.2, running_seconds: 0.2, ..Scenario::default() };
    let env = TestEnv::with(scenario).await;
    let wait = json!({ "pollSeconds": 1, "timeoutSeconds": 3 });
    let params = json!({ "ids": [WINDOWS, LINUX, OFFLINE, MAC], "comment": "c", "wait": wait });
    let error = env.error("isolateHost", params).await;
    is(&error, ErrorKind::ActionFailed);
    assert_eq!(error.retry, Retry::Unknown, "one of them goes on");
    let results = details(&error)["results"].clone();
    let kind = |n: usize| results[n]["error"]["kind"].as_str().unwrap_or("none").to_owned();
    assert_eq!(
        [kind(0), kind(1), kind(2), kind(3)],
        ["none", "action-failed", "unfinished", "none"],
        "{results}"
    );
    assert!(
        results[1]["error"]["message"].as_str().unwrap().contains("access was denied"),
        "{results}"
    );
    let ids: Vec<&Value> =
        vec![&results[0]["data"]["id"], &results[1]["error"]["details"]["machineAction"]["id"]];
    let error = env.error("waitForAction", json!({ "ids": ids })).await;
    let results = details(&error)["results"].clone();
    assert_eq!((&results[0]["status"], &results[1]["status"]), (&json!("ok"), &json!("error")));
}

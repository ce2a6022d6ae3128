//! Follows machine actions to their end. Only Succeeded is success.
//!
//! One file, because its cases are variations of one wait.

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
async fn a_bad_end_is_a_failure_that_says_why() {
    for (status, error_h_result, name, words, retry) in [
        (Ending::Failed, -2_147_467_260, "Failed", "E_ABORT", Retry::Never),
        // The machine may still carry it out.
        (Ending::TimeOut, -2_145_844_840, "TimeOut", "HTTP 408", Retry::Unknown),
    ] {
        let outcomes = vec![Outcome {
            kind: None,
            machine_id: None,
            status,
            error_h_result,
            command: 0,
            result_is_lost: false,
        }];
        let env = TestEnv::with(Scenario {
            outcomes,
            pending_seconds: 0.5,
            running_seconds: 0.0,
            ..Scenario::default()
        })
        .await;
        let error = env.error("isolateHost", isolate(every_second())).await;
        is(&error, ErrorKind::ActionFailed);
        assert_eq!(error.retry, retry);
        assert!(error.message.contains(words) && error.message.contains(name), "{error:?}");
        let details = details(&error);
        assert_eq!(
            (&details["machineAction"]["status"], &details["errorHResult"]),
            (&json!(name), &json!(error_h_result))
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_service_s_troubleshooting_text_is_reported_and_sanitized() {
    let outcomes = vec![Outcome {
        kind: None,
        machine_id: None,
        status: Ending::Failed,
        error_h_result: -2_147_467_259,
        command: 0,
        result_is_lost: false,
    }];
    let env = TestEnv::with(Scenario { outcomes, ..quick() }).await;
    is(&env.isolate().await.unwrap_err(), ErrorKind::ActionFailed);
    let id = env.service().machine_actions()[0]["id"].clone();
    for (said, reported) in [
        (json!("Sensor 10.8 \u{1b}[31mwas\r\nbusy\u{202e}"), json!("Sensor 10.8 [31mwas busy")),
        (json!("see https://x.example/log?sig=SIGNED"), json!("see https://x.example/log?…")),
        (json!(demo::CLIENT_SECRET), json!("…")),
        (json!("x".repeat(5000)), json!(format!("{}…", "x".repeat(300)))),
        (json!(null), json!(null)),
        (json!({ "step": "network" }), json!(null)),
    ] {
        let mut record = env.service().machine_actions()[0].clone();
        record["troubleshootInfo"] = said;
        env.fault(
            POLL,
            FaultKind::Status {
                status: 200,
                headers: vec![],
                body: json!({ "value": [record] }).to_string(),
            },
        );
        let error = env.error("waitForAction", json!({ "id": id })).await;
        is(&error, ErrorKind::ActionFailed);
        let shown = &details(&error)["machineAction"];
        assert_eq!(
            (&shown["status"], &shown["troubleshootInfo"]),
            (&json!("Failed"), &reported),
            "{error:?}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_action_that_is_cancelled_meanwhile_is_no_success() {
    let env = TestEnv::with(Scenario { pending_seconds: 30.0, ..Scenario::default() }).await;
    let waiting = env.execute("isolateHost", isolate(every_second()));
    let cancelling = async {
        loop {
            tokio::time::sleep(Duration::from_millis(100)).await;
            if let Some(action) = env.service().machine_actions().first() {
                let other = crate::world::connector(&env.stub);
                let (config, secrets) =
                    (env.stub.config().to_string(), env.stub.secrets().to_string());
                other.configure(&config, &secrets).await.unwrap();
                let params = json!({
                    "actionId": action["id"], "comment": "wrong host", "wait": every_second()
                });
                return other.execute("cancelAction", &params.to_string()).await.unwrap();
            }
        }
    };
    let (waited, cancelled) = tokio::join!(waiting, cancelling);
    is(&waited.unwrap_err(), ErrorKind::ActionFailed);
    assert_eq!(cancelled.job.unwrap().state, JobState::Cancelled);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_goes_on_is_unfinished_and_can_be_waited_for_later() {
    let env = TestEnv::with(Scenario { pending_seconds: 600.0, ..Scenario::default() }).await;
    let error =
        env.error("isolateHost", isolate(json!({ "pollSeconds": 1, "timeoutSeconds": 2 }))).await;
    is(&error, ErrorKind::Unfinished);
    assert_eq!(error.retry, Retry::Unknown);
    let id = details(&error)["machineAction"]["id"].as_str().unwrap().to_owned();
    assert!(error.message.contains(&id) && error.message.contains("waitForAction"), "{error:?}");
    env.service().advance(Duration::from_secs(700));
    let outcome = env.execute("waitForAction", json!({ "id": id })).await.unwrap();
    let action = outcome.job.unwrap();
    assert_eq!(
        (action.id.as_str(), action.state, action.adopted),
        (id.as_str(), JobState::Succeeded, true)
    );
    assert_eq!(outcome.usage.waited, Duration::ZERO, "it had ended long ago");
    assert_eq!(env.service().sent("POST /api/machines/{id}/isolate"), 1);
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

#[tokio::test(flavor = "multi_thread")]
async fn a_cancellation_is_made_sure_of() {
    let env = TestEnv::with(Scenario {
        pending_seconds: 1.0,
        running_seconds: 60.0,
        ..Scenario::default()
    })
    .await;
    let id = env.isolate().await.unwrap().job.unwrap().id;
    let params = json!({ "actionId": id, "comment": "wrong host", "ensure": true });
    let mut dry = params.clone();
    dry["dryRun"] = json!(true);
    let data = env.data("cancelAction", dry).await;
    assert_eq!(data["request"]["body"], json!({ "Comment": "wrong host" }));
    for adopted in [false, true] {
        let action = env.execute("cancelAction", params.clone()).await.unwrap().job.unwrap();
        assert_eq!((action.state, action.adopted), (JobState::Cancelled, adopted));
    }
    assert_eq!(env.service().sent("POST /api/machineactions/{id}/cancel"), 1);
    // The response is lost: the record shows the result.
    let id = env.isolate().await.unwrap().job.unwrap().id;
    env.service()
        .add_fault(Fault::new("POST /api/machineactions/{id}/cancel", FaultKind::ResetAfter));
    let action =
        env.execute("cancelAction", json!({ "actionId": id, "comment": "c" })).await.unwrap();
    assert_eq!(action.job.unwrap().state, JobState::Cancelled);
    // Too late.
    let id = env.isolate().await.unwrap().job.unwrap().id;
    env.service().advance(Duration::from_secs(100));
    let error =
        env.error("cancelAction", json!({ "actionId": id, "comment": "c", "ensure": true })).await;
    is(&error, ErrorKind::Conflict);
    assert_eq!(
        (details(&error)["machineAction"]["status"].as_str(), error.retry),
        (Some("Succeeded"), Retry::Never)
    );
}

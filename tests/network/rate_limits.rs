//! The service's rate limits: obeyed before it refuses, and across instances.

use std::time::Duration;

use defender_stub::Scenario;
use defender_stub::demo::WINDOWS;
use host_harness::{ErrorKind, Retry};
use serde_json::{Value, json};

use crate::world::{TestEnv, connector, is, plugin};

/// A stub that enforces the limits, and a connector that gives up rather than wait for a minute.
async fn hurried() -> TestEnv {
    let scenario = Scenario { enforce_rate_limits: true, ..Scenario::default() };
    TestEnv::configured(scenario, json!({ "limits": { "callTimeoutSeconds": 30 } })).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_would_be_refused_is_not_made() {
    let env = hurried().await;
    let link = json!({ "id": "none" });
    for _ in 0..2 {
        is(&env.error("getPackageLink", link.clone()).await, ErrorKind::NotFound);
    }
    let error = env.error("getPackageLink", link.clone()).await;
    is(&error, ErrorKind::Throttled);
    let Retry::After(wait) = error.retry else { panic!("{error:?}") };
    assert!(
        (Duration::from_secs(30)..=Duration::from_secs(61)).contains(&wait)
            && error.status.is_none(),
        "{error:?}"
    );
    assert_eq!(
        env.service().sent("GET /api/machineactions/{id}/getPackageUri"),
        2,
        "the service need not refuse"
    );
    // Other limits are not affected.
    env.details().await.unwrap();
    let script =
        json!({ "id": WINDOWS, "parameters": { "scriptName": "triage.ps1" }, "dryRun": true });
    assert_eq!(
        env.data("runScript", script).await["budget"],
        json!({ "perMinute": 10, "perHour": 1500, "waitSeconds": 0 })
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_used_up_goes_along_with_the_session() {
    let env = hurried().await;
    for _ in 0..2 {
        env.error("getPackageLink", json!({ "id": "none" })).await;
    }
    let snapshot = env.connector.save().await.unwrap().unwrap();
    let config = env.stub.config();
    let mut hurried = config.clone();
    hurried["limits"] = json!({ "callTimeoutSeconds": 30 });
    let next = connector(&env.stub);
    next.configure(&hurried.to_string(), &env.stub.secrets().to_string()).await.unwrap();
    next.restore(&snapshot).await.unwrap();
    let error = plugin(next.execute("getPackageLink", r#"{"id":"none"}"#).await).unwrap_err();
    is(&error, ErrorKind::Throttled);
    let rows = serde_json::from_str::<Value>(&snapshot).unwrap()["sent"].clone();
    assert!(rows.as_array().is_some_and(|rows| !rows.is_empty()), "{rows}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_part_of_the_budgets_can_be_left_to_others() {
    for (percent, allowed) in [(50, 1), (0, 3)] {
        let limits = json!({ "limits": { "callTimeoutSeconds": 30, "budgetPercent": percent } });
        let env = TestEnv::configured(Scenario::default(), limits).await;
        for n in 0..3 {
            let error = env.error("getPackageLink", json!({ "id": "none" })).await;
            is(&error, if n < allowed { ErrorKind::NotFound } else { ErrorKind::Throttled });
        }
    }
}

//! The host library's interface: errors with predicates, values as JSON.

use std::error::Error as _;
use std::time::Duration;

use defender_stub::{FaultKind, Scenario, Stub};
use host_harness::egress::Egress;
use host_harness::{CallError, ErrorKind, HostError, Outcome, PluginError};
use serde_json::{Value, json};

use crate::world::{HOST, MACHINE, TestEnv};

const ISOLATE: &str = "POST /api/machines/{id}/isolate";

async fn call(env: &TestEnv, action: &str) -> CallError {
    let params = json!({ "id": MACHINE, "comment": "case 1042" });
    env.connector.execute(action, &params.to_string()).await.unwrap_err()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_error_says_when_to_repeat_the_call_and_whether_it_may_have_been_carried_out() {
    let env =
        TestEnv::configured(Default::default(), json!({ "limits": { "callTimeoutSeconds": 2 } }))
            .await;
    env.fault(
        ISOLATE,
        FaultKind::Throttle { retry_after: Some(30), code: "TooManyRequests".into() },
    );
    let throttled = call(&env, "isolateHost").await;
    assert!(throttled.is_throttled() && !throttled.may_have_been_carried_out(), "{throttled:?}");
    assert_eq!(throttled.retry_after(), Some(Duration::from_secs(30)));

    env.fault(ISOLATE, FaultKind::Delay { ms: 3000 });
    let doubtful = call(&env, "isolateHost").await;
    assert!(doubtful.may_have_been_carried_out() && !doubtful.is_throttled(), "{doubtful:?}");
    assert_eq!(doubtful.retry_after(), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn outcome_and_error_are_json_with_the_service_s_own_members_inside() {
    let env = TestEnv::start().await;
    let outcome = env.details().await.unwrap();
    let value = serde_json::to_value(&outcome).unwrap();
    assert_eq!(value["data"]["id"], MACHINE);
    assert_eq!(value["usage"]["callId"], outcome.usage.call_id);
    assert_eq!(serde_json::from_value::<Outcome>(value).unwrap().usage, outcome.usage);
    assert_eq!(outcome.parse::<Value>().unwrap()["id"], MACHINE);

    let error = env.error("getAgentDetails", json!({ "id": MACHINE, "nonsense": 1 })).await;
    let text = serde_json::to_string(&error).unwrap();
    let value: Value = serde_json::from_str(&text).unwrap();
    assert_eq!((&value["kind"], &value["retry"]), (&json!("invalid-params"), &json!("never")));
    assert_eq!(value["details"][0]["pointer"], "/nonsense");
    assert_eq!(serde_json::from_str::<PluginError>(&text).unwrap(), error);
}

/// An egress that knows the stub and allows nothing.
fn way(stub: &Stub) -> Egress {
    let egress = Egress::builder().platform_roots(false).ca_pem(stub.ca_pem().unwrap());
    stub.names()
        .iter()
        .fold(egress, |egress, name| egress.route(*name, stub.addr()))
        .build()
        .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connector_is_connected_by_its_settings_alone() {
    let stub = Stub::start(Scenario::default()).unwrap();
    let (config, secrets) = (stub.config().to_string(), stub.secrets().to_string());
    let host = HOST.with_egress(way(&stub));
    let connector = host.connect("defender", &config, &secrets).await.unwrap();
    assert_eq!(connector.id(), "defender");
    let params = json!({ "id": MACHINE }).to_string();
    assert_eq!(
        connector.execute("getAgentDetails", &params).await.unwrap().parse::<Value>().unwrap()["id"],
        MACHINE
    );
    assert!(host.egress().allowed().is_empty(), "the host is as closed as it was");

    let refused = host.connect("defender", "{}", &secrets).await.unwrap_err();
    assert_eq!(refused.plugin().unwrap().kind, ErrorKind::InvalidConfig);
    // The long form grants nothing.
    let closed = host.connector("closed");
    closed.configure(&config, &secrets).await.unwrap();
    let denied = closed.execute("getAgentDetails", &params).await.unwrap_err();
    assert_eq!(denied.plugin().unwrap().kind, ErrorKind::Denied);
}

#[tokio::test(flavor = "multi_thread")]
async fn each_connector_has_connections_of_its_own() {
    let stub = Stub::start(Scenario::default()).unwrap();
    let (config, secrets) = (stub.config().to_string(), stub.secrets().to_string());
    let needs = HOST.connector("closed").configure(&config, &secrets).await.unwrap();
    let all =
        way(&stub).allowing(needs.origins.iter().map(|origin| origin.pattern.as_str())).unwrap();
    let host = HOST.with_egress(all);
    let params = json!({ "id": MACHINE }).to_string();
    for _ in 0..2 {
        let connector = host.connect("defender", &config, &secrets).await.unwrap();
        connector.execute("getAgentDetails", &params).await.unwrap();
    }
    assert_eq!(stub.connections(), 4, "for each, one to the login server and one to the API");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_error_of_the_host_keeps_its_cause() {
    let error = host_harness::Host::builder(b"no component").build().unwrap_err();
    assert!(matches!(error, HostError::Compile(_)) && error.source().is_some(), "{error:?}");
    assert!(error.to_string().contains(&error.source().unwrap().to_string()), "{error}");
    let unset = HOST.connector("unset").execute("getAgentList", "").await.unwrap_err();
    assert!(!unset.may_have_been_carried_out() && unset.plugin().is_some(), "{unset:?}");
}

//! Every cloud preset: its servers and scopes, and the message for settings that belong to another
//! cloud.

use defender_stub::Scenario;
use host_harness::{ErrorKind, StepStatus};
use serde_json::json;

use crate::world::{TestEnv, is};

/// Cloud, API, login server, scope, Graph.
const CLOUDS: [(&str, &str, &str, &str, &str); 11] = [
    ("commercial", "api.security.microsoft.com", COMMERCIAL, WORLDWIDE, "graph.microsoft.com"),
    ("us", "us.api.security.microsoft.com", COMMERCIAL, WORLDWIDE, "graph.microsoft.com"),
    ("eu", "eu.api.security.microsoft.com", COMMERCIAL, WORLDWIDE, "graph.microsoft.com"),
    ("uk", "uk.api.security.microsoft.com", COMMERCIAL, WORLDWIDE, "graph.microsoft.com"),
    ("au", "au.api.security.microsoft.com", COMMERCIAL, WORLDWIDE, "graph.microsoft.com"),
    ("swa", "swa.api.security.microsoft.com", COMMERCIAL, WORLDWIDE, "graph.microsoft.com"),
    ("ina", "ina.api.security.microsoft.com", COMMERCIAL, WORLDWIDE, "graph.microsoft.com"),
    ("aea", "aea.api.security.microsoft.com", COMMERCIAL, WORLDWIDE, "graph.microsoft.com"),
    (
        "gcc",
        "api-gcc.securitycenter.microsoft.us",
        COMMERCIAL,
        "api-gcc.securitycenter.microsoft.us",
        "graph.microsoft.com",
    ),
    (
        "gccHigh",
        "api-gov.securitycenter.microsoft.us",
        GOVERNMENT,
        "api-gov.securitycenter.microsoft.us",
        "graph.microsoft.us",
    ),
    (
        "dod",
        "api-gov.securitycenter.microsoft.us",
        GOVERNMENT,
        "api-gov.securitycenter.microsoft.us",
        "dod-graph.microsoft.us",
    ),
];

const COMMERCIAL: &str = "login.microsoftonline.com";
const GOVERNMENT: &str = "login.microsoftonline.us";
const WORLDWIDE: &str = "api.securitycenter.microsoft.com";

#[tokio::test(flavor = "multi_thread")]
async fn each_cloud_has_its_servers_and_its_scope() {
    for (cloud, api, login, audience, graph) in CLOUDS {
        let env = TestEnv::configured(Scenario::default(), json!({ "cloud": cloud })).await;
        env.data("getAgentList", json!({})).await;
        env.data("runHuntingQuery", json!({ "query": "DeviceInfo | take 1" })).await;
        let ledger = env.service().ledger();
        let hosts: Vec<&str> = ledger.iter().map(|entry| entry.host.as_str()).collect();
        assert_eq!(hosts, [login, api, login, graph], "{cloud}");
        let scope = |host: &str| format!("scope=https%3A%2F%2F{host}%2F.default");
        assert!(ledger[0].body.contains(&scope(audience)), "{cloud}: {}", ledger[0].body);
        assert!(ledger[2].body.contains(&scope(graph)), "{cloud}: {}", ledger[2].body);
        env.data("getIncidents", json!({})).await;
        let at = env.service().ledger().last().unwrap().host.clone();
        assert_eq!(at, graph, "{cloud}: incidents");
        assert!(env.connector.test().await.unwrap().passed, "{cloud}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_setting_of_another_cloud_is_reported_with_the_remedy() {
    for (settings, step, words) in [
        // The token is for the XDR API, which shares the address.
        (
            json!({ "oAuthScope": "https://api.security.microsoft.com/.default" }),
            "audience",
            "oAuthScope",
        ),
        // The commercial login server does not know the government API.
        (
            json!({ "cloud": "gccHigh", "oAuthServerUrl": "https://login.microsoftonline.com" }),
            "token",
            "cloud",
        ),
        (json!({ "tenantId": "other.example" }), "token", "tenantId"),
        (json!({ "clientId": "00000000-1111-2222-3333-444444444444" }), "token", "cloud"),
    ] {
        let env = TestEnv::configured(Scenario::default(), settings.clone()).await;
        let report = env.connector.test().await.unwrap();
        let failed = report.steps.iter().find(|step| step.status == StepStatus::Failed).unwrap();
        assert_eq!(failed.name, step, "{settings}: {failed:?}");
        assert!(failed.detail.contains(words), "{settings}: {failed:?}");
    }
    let env = TestEnv::with(Scenario { roles: Vec::new(), ..Scenario::default() }).await;
    let report = env.connector.test().await.unwrap();
    let roles = report.steps.iter().find(|step| step.name == "roles").unwrap();
    assert!(
        roles.status == StepStatus::Failed && roles.detail.contains("admin consent"),
        "{roles:?}"
    );
    // A token for the wrong API is refused by the service too.
    let settings = json!({ "oAuthScope": "https://api.security.microsoft.com/.default" });
    let env = TestEnv::configured(Scenario::default(), settings).await;
    is(&env.details().await.unwrap_err(), ErrorKind::Forbidden);
}

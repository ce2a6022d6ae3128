//! The results of each family's actions against the stub.

use std::collections::BTreeSet;

use defender_connector::actions::{Action, CATALOGUE, ResponseBody};
use defender_stub::{Fault, FaultKind, NextLink, Scenario};
use host_harness::{ErrorKind, Retry};
use serde_json::{Value, json};

use crate::actions::request_rows::{indicator, reads};
use crate::actions::requests;
use crate::world::{MACHINE, TestEnv, details, is};

#[tokio::test(flavor = "multi_thread")]
async fn every_list_of_the_demonstration_has_something_in_it() {
    let env = TestEnv::start().await;
    for (action, params, path, _) in reads() {
        let data = env.data(action, params).await;
        // No update patches the demo scenario's product.
        let empty = data["value"].as_array().is_some_and(Vec::is_empty);
        assert!(!empty || action == "getSoftwareMissingUpdates", "{action} {path}: {data}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn moments_are_sent_bare() {
    let env = TestEnv::start().await;
    let details = env.data("getAgentDetails", json!({ "id": MACHINE })).await;
    let (at, ip) = (details["lastSeen"].as_str().unwrap(), &details["lastIpAddress"]);
    let found = env.data("findAgentsByIp", json!({ "ip": ip, "timestamp": at })).await;
    assert_eq!(found["value"][0]["id"], MACHINE);
    env.data("exportVulnerabilityChanges", json!({ "sinceTime": at })).await;
    let ledger = env.service().ledger();
    let [.., by_ip, changes] = ledger.as_slice() else { panic!("{ledger:?}") };
    let encoded = at.replace(':', "%3A");
    let ip = ip.as_str().unwrap();
    assert_eq!(by_ip.path, format!("/api/machines/findbyip(ip='{ip}',timestamp={encoded})"));
    assert_eq!(changes.path, "/api/machines/SoftwareVulnerabilityChangesByMachine");
    assert_eq!(changes.query, format!("sinceTime={at}&pageSize=10000"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_is_read_page_by_page_to_its_end() {
    let env = TestEnv::start().await;
    let whole = env.data("exportSoftwareVulnerabilities", json!({})).await;
    assert!(whole.get("cursor").is_none());
    let whole = whole["value"].as_array().unwrap().len();
    let (mut seen, mut pages, mut cursor) = (BTreeSet::new(), 0, Value::Null);
    loop {
        let mut params = json!({ "pageSize": 2 });
        if !cursor.is_null() {
            params["cursor"] = cursor;
        }
        let page = env.data("exportSoftwareVulnerabilities", params).await;
        seen.extend(page["value"].as_array().unwrap().iter().map(|row| row["id"].to_string()));
        pages += 1;
        match page.get("cursor") {
            Some(next) => cursor = next.clone(),
            None => break,
        }
    }
    assert_eq!((seen.len(), pages), (whole, whole.div_ceil(2)));
}

#[tokio::test(flavor = "multi_thread")]
async fn next_links_that_lead_astray_are_not_followed() {
    let env = TestEnv::with(Scenario { next_link: NextLink::Foreign, ..Scenario::default() }).await;
    let first = env.data("exportSoftwareVulnerabilities", json!({ "pageSize": 1 })).await;
    let params = json!({ "pageSize": 1, "cursor": first["cursor"] });
    let second = env.data("exportSoftwareVulnerabilities", params).await;
    assert_ne!(first["value"][0]["id"], second["value"][0]["id"]);
    let ledger = env.service().ledger();
    let hosts: Vec<&str> = ledger[1..].iter().map(|entry| entry.host.as_str()).collect();
    assert_eq!(hosts, ["api.security.microsoft.com"; 2], "whichever host the link names");

    let env = TestEnv::with(Scenario { next_link: NextLink::Looping, ..Scenario::default() }).await;
    let outcome =
        env.execute("exportSoftwareVulnerabilities", json!({ "pageSize": 1 })).await.unwrap();
    let page: Value = serde_json::from_str(&outcome.data).unwrap();
    assert_eq!((page["value"].as_array().unwrap().len(), page.get("cursor")), (1, None));
    assert_eq!(outcome.warnings[0].code, "cut-off");
    assert_eq!(env.service().sent("GET *"), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_tells_which_indicators_were_refused() {
    let env = TestEnv::start().await;
    let params = json!({
        "indicators": [
            indicator("a.example", "DomainName"),
            indicator("no thumbprint", "CertificateThumbprint")
        ]
    });
    let error = env.error("importIndicators", params).await;
    is(&error, ErrorKind::ActionFailed);
    assert!(matches!(error.retry, Retry::Never), "{error:?}");
    let results = &details(&error)["results"];
    assert_eq!((&results[0]["isFailed"], &results[1]["isFailed"]), (&json!(false), &json!(true)));
    let page = env.data("getIndicators", json!({ "indicatorValue": "a.example" })).await;
    assert_eq!(page["total"], 1, "what was taken stays");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_indicator_beside_one_with_another_action_says_so() {
    let env = TestEnv::start().await;
    let mut sent = indicator("a.example", "DomainName");
    sent["action"] = json!("Allowed");
    let first = env.execute("submitIndicator", sent.clone()).await.unwrap();
    assert!(first.warnings.is_empty(), "{:?}", first.warnings);
    let first: Value = serde_json::from_str(&first.data).unwrap();
    sent["action"] = json!("Block");
    let second = env.execute("submitIndicator", sent).await.unwrap();
    assert_eq!(second.warnings[0].code, "another-indicator");
    let details: Value =
        serde_json::from_str(second.warnings[0].details.as_deref().unwrap()).unwrap();
    assert_eq!(details["indicators"], json!([{ "id": first["id"], "action": "Allowed" }]));
}

#[tokio::test(flavor = "multi_thread")]
async fn hunting_needs_no_token_of_the_other_server() {
    let env = TestEnv::start().await;
    let data = env.data("runHuntingQuery", json!({ "query": "DeviceInfo | take 1" })).await;
    assert_eq!(data["results"].as_array().unwrap().len(), 1);
    let ledger = env.service().ledger();
    let hosts: Vec<&str> = ledger.iter().map(|entry| entry.host.as_str()).collect();
    assert_eq!(hosts, ["login.microsoftonline.com", "graph.microsoft.com"]);
    let data = env.data("runAdvancedQuery", json!({ "query": "DeviceInfo | take 1" })).await;
    assert_eq!(data["Results"].as_array().unwrap().len(), 1);
}

/// Rows of actions whose requests have separate tests, for the tests that cover every action.
pub(crate) fn elsewhere() -> Vec<(&'static str, Value)> {
    let at = "2026-03-01T08:44:05Z";
    vec![
        ("cancelAction", json!({ "actionId": "a", "comment": "c" })),
        ("deleteLibraryFile", json!({ "fileName": "a" })),
        ("exportVulnerabilityChanges", json!({ "sinceTime": at })),
        ("findAgentsByIp", json!({ "ip": "10.0.0.1", "timestamp": at })),
        ("getAction", json!({ "id": "a" })),
        ("getActionResults", json!({ "id": "a" })),
        ("getIsolationState", json!({})),
        ("getPackageLink", json!({ "id": "a" })),
        ("uploadLibraryFile", json!({ "fileName": "a", "content": "x" })),
        ("waitForAction", json!({ "id": "a", "wait": { "timeoutSeconds": 1 } })),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_that_is_missing_is_named() {
    let env = TestEnv::start().await;
    // A permission that no action needs.
    env.service().set_roles(["Machine.Read.None"]);
    // Actions that send no request are not refused.
    let sends = |action: &&&Action| !action.roles.is_empty() && action.name != "startInvestigation";
    for action in CATALOGUE.iter().filter(sends) {
        let row = requests::rows().into_iter().find(|row| row.0 == action.name);
        let params = row
            .map(|row| row.1)
            .or_else(|| elsewhere().into_iter().find(|row| row.0 == action.name).map(|row| row.1));
        let params = params.unwrap_or_else(|| panic!("{} has no row", action.name));
        let error = env.error(action.name, params).await;
        // An error while waiting is reported as the cause.
        let details = match error.kind {
            ErrorKind::Unfinished => details(&error)["cause"]["details"].clone(),
            _ => details(&error),
        };
        assert!(
            matches!(error.kind, ErrorKind::Forbidden | ErrorKind::Unfinished),
            "{}: {error:?}",
            action.name
        );
        assert_eq!(details["required"], json!(action.roles), "{}", action.name);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_service_gives_is_given_back_untouched() {
    let env =
        TestEnv::configured(Scenario::default(), json!({ "limits": { "budgetPercent": 0 } })).await;
    // Numbers as written, unknown members, and the original order of members.
    let odd = r#""zeta":1.50,"alpha":[null,{"b":1e2,"a":"\u00fc"}]"#;
    for (action, params, sent, ..) in requests::rows() {
        let row = CATALOGUE.iter().find(|row| row.name == action).unwrap();
        let Some(route) = row.route() else { continue };
        let machine = params["id"].as_str().unwrap_or_default();
        let body = match &route.response {
            ResponseBody::Empty | ResponseBody::CancelledJob => continue,
            ResponseBody::Job(started) => format!(
                r#"{{"id":"a1","type":"{}","status":"Pending","machineId":"{machine}","requestorComment":"c",{odd}}}"#,
                started.kind
            ),
            // Each changed object needs its own result.
            ResponseBody::WithCheck(_) if params["indicators"].is_array() => {
                let of = |one: &Value| {
                    format!(r#"{{"indicator":{},"isFailed":false,{odd}}}"#, one["indicatorValue"])
                };
                format!(r#"{{{odd},"value":[{}]}}"#, each(&params["indicators"], of))
            }
            ResponseBody::WithCheck(_) if params["ids"].is_array() => {
                let of = |id: &Value| format!(r#"{{"id":{id},{odd}}}"#);
                format!(r#"{{{odd},"value":[{}]}}"#, each(&params["ids"], of))
            }
            ResponseBody::Changed(_) => {
                let named = ["machineId", "indicatorValue", "indicatorType"]
                    .into_iter()
                    .filter_map(|name| {
                        let value = params
                            .get(name)
                            .or(params.get("id").filter(|_| name == "machineId"))?;
                        Some(format!(r#""{name}":{value},"#))
                    });
                let id = if machine.is_empty() { "x" } else { machine };
                format!(r#"{{"id":"{id}",{}{odd},"value":[]}}"#, named.collect::<String>())
            }
            _ => format!(r#"{{"id":"x",{odd},"value":[{{"id":"y",{odd}}}]}}"#),
        };
        env.service().clear_faults();
        env.service().add_fault(Fault::new(
            sent,
            FaultKind::Status { status: 200, headers: vec![], body: body.clone() },
        ));
        let data = env
            .execute(action, params)
            .await
            .unwrap_or_else(|error| panic!("{action}: {error:?}"))
            .data;
        let own = matches!(route.response, ResponseBody::Page);
        assert!(
            if own {
                data.starts_with(body.trim_end_matches('}').trim_end_matches(']'))
            } else {
                data == body
            },
            "{action}: {data}"
        );
    }
}

/// The items of a list as sorted text.
fn each(list: &Value, of: impl Fn(&Value) -> String) -> String {
    list.as_array().into_iter().flatten().map(of).collect::<Vec<_>>().join(",")
}

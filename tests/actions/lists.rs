//! Lists. The stub parses queries as the service does, so the result shows that the query was
//! right.

use defender_stub::{Fault, FaultKind, Scenario, demo};
use host_harness::ErrorKind;
use serde_json::{Value, json};

use crate::world::{TestEnv, is};

fn ids(page: &Value) -> Vec<&str> {
    page["value"].as_array().unwrap().iter().map(|record| record["id"].as_str().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_says_which_it_is_and_how_many_there_are() {
    let env = TestEnv::with(Scenario { fleet: 45, ..Scenario::default() }).await;
    let first = env.data("getAgentList", json!({})).await;
    assert_eq!(
        (&first["page"], &first["pageSize"], ids(&first).len()),
        (&json!(1), &json!(20), 20)
    );
    assert_eq!(first["total"], first["@odata.count"]);
    let total = first["total"].as_u64().unwrap() as usize;
    let mut seen: Vec<String> = Vec::new();
    for page in 1..=6 {
        let page = env
            .data(
                "getAgentList",
                json!({ "page": page, "pageSize": "10", "sortField": "id", "sortDirection": "asc" })
            )
            .await;
        seen.extend(ids(&page).into_iter().map(str::to_owned));
    }
    assert_eq!(seen.len(), total, "every machine once");
    assert!(seen.is_sorted(), "in the order asked for");
}

#[tokio::test(flavor = "multi_thread")]
async fn filters_find_what_they_name() {
    let env = TestEnv::start().await;
    let found = async |params: Value| -> Vec<String> {
        let page = env.data("getAgentList", params).await;
        ids(&page).into_iter().map(str::to_owned).collect()
    };
    assert_eq!(found(json!({ "id": demo::MAC })).await, [demo::MAC]);
    assert_eq!(found(json!({ "id": [demo::MAC, demo::LINUX] })).await.len(), 2);
    assert_eq!(found(json!({ "computerDnsName": "kiosk.example.test" })).await.len(), 2);
    assert_eq!(
        found(json!({ "computerDnsName": "ws-fin-002.example.test", "healthStatus": "Active" }))
            .await,
        [demo::DUPLICATE_NEW]
    );
    assert_eq!(found(json!({ "machineTags": "o'brien" })).await, [demo::WINDOWS]);
    assert_eq!(found(json!({ "machineTags": ["dmz", "pilot"] })).await.len(), 2);
    assert_eq!(found(json!({ "rbacGroupId": 42 })).await, [demo::WINDOWS]);
    assert_eq!(
        found(json!({ "aadDeviceId": "6c0a55f1-2d1e-4b8a-9a39-0f2f6b0a7c11" })).await,
        [demo::WINDOWS]
    );
    assert_eq!(
        found(json!({ "aaDeviceId": "6c0a55f1-2d1e-4b8a-9a39-0f2f6b0a7c11" })).await,
        [demo::WINDOWS]
    );
    assert_eq!(found(json!({ "osPlatform": ["macOS", "Ubuntu"] })).await.len(), 2);
    let old = found(json!({ "lastSeen": { "lt": "2026-01-01T00:00:00Z" } })).await.len();
    let new = found(json!({ "lastSeen": { "ge": "2026-01-01T00:00:00Z" } })).await.len();
    assert_eq!(old + new, found(json!({})).await.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn quotes_and_separators_in_values_stay_inside_their_literal() {
    let env = TestEnv::start().await;
    for name in ["o'brien", "x' or '1' eq '1", "''", "a&$top=1", "a#b?c+d%20", "é 漢", "')"] {
        let page = env.data("getAgentList", json!({ "computerDnsName": name })).await;
        assert_eq!((ids(&page).len(), &page["total"]), (0, &json!(0)), "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn actions_are_filtered_and_sorted() {
    let env = TestEnv::start().await;
    let first = env.isolate().await.unwrap().job.unwrap().id;
    env.end_of(&first).await;
    let release = json!({ "id": demo::WINDOWS, "comment": "c" });
    let second = env.execute("releaseHost", release).await.unwrap().job.unwrap().id;
    let found = async |params: Value| -> Vec<String> {
        let page = env.data("getActions", params).await;
        ids(&page).into_iter().map(str::to_owned).collect()
    };
    assert_eq!(found(json!({ "status": "Succeeded" })).await, [first.as_str()]);
    assert_eq!(
        found(json!({ "type": ["Isolate", "Unisolate"], "machineId": demo::WINDOWS })).await.len(),
        2
    );
    let sorted =
        |direction: &str| json!({ "sortField": "creationDateTimeUtc", "sortDirection": direction });
    assert_eq!(found(sorted("asc")).await, [first.as_str(), second.as_str()]);
    assert_eq!(
        found(json!({ "sortField": "creationDateTimeUtc" })).await,
        [second.as_str(), first.as_str()]
    );
    assert_eq!(
        found(json!({ "creationDateTimeUtc": { "gt": "2126-01-01T00:00:00Z" } })).await.len(),
        0
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn alerts_and_indicators_are_those_that_fit_every_filter() {
    const EXECUTION: &str = demo::ALERT;
    const CONTROL: &str = "da638990002222222222_1357913579";
    const TRAFFIC: &str = "da638990003333333333_-2468024680";
    let env = TestEnv::start().await;
    let found = async |action: &str, params: Value| -> Vec<String> {
        let page = env.data(action, params).await;
        assert_eq!(page["total"], ids(&page).len(), "{page}");
        ids(&page).into_iter().map(str::to_owned).collect()
    };
    let by_age =
        |direction: &str| json!({ "sortField": "alertCreationTime", "sortDirection": direction });
    for (params, expected) in [
        (by_age("asc"), &[TRAFFIC, CONTROL, EXECUTION][..]),
        (by_age("desc"), &[EXECUTION, CONTROL, TRAFFIC]),
        (json!({ "severity": ["Medium", "High"] }), &[EXECUTION, CONTROL]),
        (json!({ "severity": ["Medium", "High"], "status": "New" }), &[EXECUTION]),
        (json!({ "severity": "Low", "status": "New" }), &[]),
        (json!({ "assignedTo": "analyst@contoso.example" }), &[CONTROL]),
        (json!({ "incidentId": [51207, "51209"] }), &[EXECUTION, TRAFFIC]),
        (json!({ "alertCreationTime": { "ge": "2126-01-01T00:00:00Z" } }), &[]),
        (json!({ "category": "Execution' or category eq 'SuspiciousActivity" }), &[]),
    ] {
        assert_eq!(found("getAlerts", params.clone()).await, expected, "{params}");
    }
    for (params, expected) in [
        (json!({ "title": { "startsWith": "C2 " } }), &["20417", "20419"][..]),
        (json!({ "title": { "startsWith": "C2 " }, "generateAlert": true }), &["20417"]),
        (json!({ "generateAlert": false }), &["20419"]),
        (json!({ "indicatorType": ["IpAddress", "FileSha256"], "action": "Block" }), &["20417"]),
        (json!({ "createdByDisplayName": "Analyst" }), &["20419"]),
        (json!({ "rbacGroupNames": "servers" }), &[]),
        (json!({ "title": "' or true or title eq '" }), &[]),
    ] {
        assert_eq!(found("getIndicators", params.clone()).await, expected, "{params}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_that_the_service_calls_not_found_is_empty() {
    let env =
        TestEnv::with(Scenario { empty_list_is_not_found: true, ..Scenario::default() }).await;
    let page = env.data("getAgentList", json!({ "computerDnsName": "nobody" })).await;
    assert_eq!(page, json!({ "value": [], "page": 1, "pageSize": 20, "total": 0 }));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_404_of_anything_else_is_no_empty_list() {
    let env = TestEnv::start().await;
    let route = r#"{"error":{"code":"NotFound","message":"No HTTP resource was found that matches the request URI 'https://x/api/api/machines'.","target":"0b7c2f10-1111-4d7e-9c55-3f0a7b6e1d21"}}"#;
    for kind in [
        FaultKind::Status { status: 404, headers: vec![], body: route.to_owned() },
        FaultKind::ApiManagement { status: 404, message: "Resource not found".to_owned() },
        FaultKind::Html { status: 404 },
        FaultKind::Empty { status: 404 },
    ] {
        env.service().clear_faults();
        env.service().add_fault(Fault::new("GET /api/*", kind.clone()).always());
        for (action, params) in [
            ("getAgentList", json!({})),
            ("getActions", json!({ "all": true })),
            ("resolveHost", json!({ "computerDnsName": "ws-ops-014" })),
            ("waitForAction", json!({ "id": "a1" })),
            ("testConnector", json!({})),
        ] {
            let error = env.error(action, params).await;
            is(&error, ErrorKind::MalformedResponse);
            assert!(error.message.contains("`apiUrl`"), "{action} {kind:?}: {error:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_total_that_the_service_does_not_tell_is_minus_one() {
    let env = TestEnv::start().await;
    let body = r#"{"value":[]}"#.to_owned();
    env.fault("GET /api/machines", FaultKind::Status { status: 200, headers: vec![], body });
    assert_eq!(env.data("getAgentList", json!({})).await["total"], -1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_property_that_the_service_does_not_know_is_its_refusal() {
    let env = TestEnv::start().await;
    let error = env.error("getAgentList", json!({ "sortField": "nonsense" })).await;
    is(&error, ErrorKind::Rejected);
    assert_eq!(error.status, Some(400));
    assert!(error.code.is_some() && error.request_id.is_some(), "{error:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_value_of_the_closed_lists_is_taken() {
    let env = TestEnv::start().await;
    let health = [
        "Active",
        "Inactive",
        "ImpairedCommunication",
        "NoSensorData",
        "NoSensorDataImpairedCommunication",
        "Unknown",
    ];
    for value in health {
        env.data("getAgentList", json!({ "healthStatus": value })).await;
    }
    env.data("getAgentList", json!({ "healthStatus": health })).await;
    let statuses = ["Pending", "InProgress", "Succeeded", "Failed", "TimeOut", "Cancelled"];
    let types = [
        "RunAntiVirusScan",
        "Offboard",
        "LiveResponse",
        "CollectInvestigationPackage",
        "Isolate",
        "Unisolate",
        "StopAndQuarantineFile",
        "RestrictCodeExecution",
        "UnrestrictCodeExecution",
    ];
    for value in statuses {
        env.data("getActions", json!({ "status": value })).await;
    }
    for value in types {
        env.data("getActions", json!({ "type": value })).await;
    }
    let all = json!({
        "status": statuses, "type": types, "page": "1", "pageSize": 1000, "sortField": "status",
        "sortDirection": "asc"
    });
    env.data("getActions", all).await;
}

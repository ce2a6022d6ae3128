//! Observed responses of the service, its login server and the gateways in front of them, through
//! the real component.

use defender_stub::{Fault, FaultKind, GatewayPage, Grant, Machine, Scenario};
use host_harness::{ErrorKind, Retry};
use serde_json::{Map, Value, json};

use crate::world::{MACHINE, TestEnv, details, is};

const TOKEN: &str = "POST /{tenant}/oauth2/v2.0/token";
const HUNT: &str = "POST /v1.0/security/runHuntingQuery";
const ISOLATE: &str = "POST /api/machines/{id}/isolate";
const MACHINES: &str = "GET /api/machines";

fn entra(code: u32, status: u16, crlf: bool, claims: Option<&str>) -> FaultKind {
    let (error, message) = ("invalid_request".to_owned(), format!("The sentence of {code}."));
    FaultKind::Entra { code, error, message, status, crlf, claims: claims.map(str::to_owned) }
}

#[tokio::test(flavor = "multi_thread")]
async fn entra_s_refusals_keep_their_code_and_trace_id_in_either_form() {
    let claims = r#"{"access_token":{"capolids":{"essential":true,"values":["c0ffee00-0000-4000-8000-000000000001"]}}}"#;
    for (code, status, crlf, claims, kind) in [
        (900_382, 400, true, None, ErrorKind::Unauthenticated),
        (50_059, 400, false, None, ErrorKind::Unauthenticated),
        (500_014, 400, true, None, ErrorKind::Unauthenticated),
        (7_000_229, 401, false, None, ErrorKind::Unauthenticated),
        (53_003, 400, true, Some(claims), ErrorKind::Unauthenticated),
        (1_234_567, 400, true, None, ErrorKind::Unauthenticated),
        (50_196, 400, false, None, ErrorKind::Throttled),
        (90_033, 503, true, None, ErrorKind::Unavailable),
    ] {
        let limits = json!({ "limits": { "maxRetries": 0 } });
        let env = TestEnv::configured(Scenario::default(), limits).await;
        env.service().add_fault(Fault::new(TOKEN, entra(code, status, crlf, claims)).always());
        let error = env.isolate().await.unwrap_err();
        is(&error, kind);
        assert_eq!(
            (error.code, error.status),
            (Some(format!("AADSTS{code}")), Some(status)),
            "{code}"
        );
        assert_eq!(error.request_id.as_deref().map(str::len), Some(36), "the trace ID of {code}");
        let details: Value = serde_json::from_str(error.details.as_deref().unwrap()).unwrap();
        assert_eq!(details["serviceMessage"], format!("AADSTS{code}: The sentence of {code}."));
        assert_eq!(
            matches!(error.retry, Retry::Never),
            kind == ErrorKind::Unauthenticated,
            "{code}: {:?}",
            error.retry
        );
        assert_eq!(env.service().ledger().len(), 1, "{code}: the API is not asked");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_query_has_more_time_than_other_requests() {
    let limits = json!({ "responseTimeoutSeconds": 1, "queryTimeoutSeconds": 20, "maxRetries": 0 });
    let env = TestEnv::configured(Scenario::default(), json!({ "limits": limits })).await;
    env.details().await.unwrap();
    env.service().clear_ledger();
    for on in ["POST /v1.0/*", "POST /api/advancedqueries/run", "GET /api/machines/{id}"] {
        env.service().add_fault(Fault::new(on, FaultKind::Delay { ms: 2500 }));
    }
    for action in ["runHuntingQuery", "runAdvancedQuery"] {
        env.data(action, json!({ "query": "DeviceInfo | take 1" })).await;
    }
    is(&env.details().await.unwrap_err(), ErrorKind::TimedOut);
    let ledger = env.service().ledger();
    let struck = ledger.iter().filter(|entry| entry.faults == ["delay"]).count();
    let sent = ledger.iter().filter(|entry| !entry.is(TOKEN)).count();
    assert_eq!((struck, sent), (3, 3), "each was sent once");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_query_that_a_gateway_gave_up_is_repeated_once_and_keeps_its_id() {
    let id = "5c0e1b7a-2222-4a44-8c10-49180d42a001";
    let inner = json!({ "date": "2026-01-20T11:29:01", "request-id": id, "client-request-id": id });
    let body = json!({ "error": { "code": "UnknownError", "message": "", "innerError": inner } });
    let headers = vec![
        ("content-type".into(), "application/json".into()),
        ("retry-after".into(), "0".into()),
    ];
    let env = TestEnv::start().await;
    env.service().add_fault(
        Fault::new(HUNT, FaultKind::Status { status: 504, headers, body: body.to_string() })
            .always(),
    );
    let error = env.error("runHuntingQuery", json!({ "query": "DeviceInfo" })).await;
    is(&error, ErrorKind::Unavailable);
    assert_eq!((error.status, error.request_id.as_deref()), (Some(504), Some(id)));
    assert_eq!(env.service().sent(HUNT), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_beyond_ascii_arrives_as_it_was_written() {
    let name = "b\u{fc}ro-pc01.firma.example";
    let machines = vec![Machine::new(MACHINE, name, "10.1.0.4")];
    let env = TestEnv::with(Scenario { machines, ..Scenario::default() }).await;
    for (action, rows) in [("runHuntingQuery", "/results"), ("runAdvancedQuery", "/Results")] {
        let query = format!("DeviceInfo | where DeviceName == '{name}' | project DeviceName");
        let data = env.data(action, json!({ "query": query })).await;
        assert_eq!(data.pointer(rows), Some(&json!([{ "DeviceName": name }])), "{action}");
    }
    let text = "Fall M\u{fc}ller \u{1f6a8} \u{2026}";
    env.data("isolateHost", json!({ "id": MACHINE, "comment": text })).await;
    let action = &env.service().machine_actions()[0];
    assert!(
        action["requestorComment"].as_str().is_some_and(|comment| comment.contains(text)),
        "{action}"
    );
    env.data("addTag", json!({ "id": MACHINE, "tag": "gr\u{fc}n" })).await;
    let indicator = json!({
        "indicatorValue": "a.example", "indicatorType": "DomainName", "action": "Audit",
        "generateAlert": true,
        "title": text, "description": text,
    });
    let id = env.data("submitIndicator", indicator).await["id"].clone();
    env.service().with_scenario(|scenario| {
        assert_eq!(scenario.machines[0].machine_tags, ["gr\u{fc}n"]);
        let made =
            scenario.records.indicators.iter().find(|indicator| indicator["id"] == id).unwrap();
        assert_eq!((&made["title"], &made["description"]), (&json!(text), &json!(text)));
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_that_is_granted_meanwhile_counts_with_the_next_token() {
    let grants = vec![Grant { roles: vec!["Machine.Isolate".into()], after_tokens: 1 }];
    let scenario =
        Scenario { roles: vec!["Machine.Read.All".into()], grants, ..Scenario::default() };
    let env = TestEnv::with(scenario).await;
    env.details().await.unwrap();
    env.isolate().await.unwrap();
    assert_eq!((env.service().sent(TOKEN), env.service().machine_actions().len()), (2, 1));

    let grants = vec![Grant { roles: vec!["Machine.Isolate".into()], after_tokens: 9 }];
    let scenario =
        Scenario { roles: vec!["Machine.Read.All".into()], grants, ..Scenario::default() };
    let env = TestEnv::with(scenario).await;
    env.details().await.unwrap();
    let error = env.isolate().await.unwrap_err();
    is(&error, ErrorKind::Forbidden);
    assert_eq!(
        (env.service().sent(TOKEN), &details(&error)["granted"]),
        (2, &json!(["Machine.Read.All"]))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_a_box_on_the_way_is_no_list_and_no_action() {
    for page in [GatewayPage::Rejected, GatewayPage::SignIn, GatewayPage::Blocked] {
        for status in [200, 403] {
            let limits = json!({ "limits": { "maxRetries": 0, "callTimeoutSeconds": 2 } });
            let env = TestEnv::configured(Scenario::default(), limits).await;
            env.service()
                .add_fault(Fault::new("* /api/*", FaultKind::Page { page, status }).always());
            let error = env.error("getAgentList", json!({})).await;
            let kind =
                if status == 200 { ErrorKind::MalformedResponse } else { ErrorKind::Forbidden };
            is(&error, kind);
            let error = env.isolate().await.unwrap_err();
            is(&error, kind);
            assert_eq!(error.retry, Retry::Unknown, "what the box did with it nobody can tell");
            assert_eq!(env.service().sent(ISOLATE), 1);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_byte_that_is_not_utf_8_hides_no_refusal_and_makes_no_list() {
    let env = TestEnv::start().await;
    env.isolate().await.unwrap();
    for after in ["\"message\":\"", "\"target\":\""] {
        env.fault(ISOLATE, FaultKind::StrayByte { after: after.into(), byte: 0xe9 });
        let error = env.isolate().await.unwrap_err();
        is(&error, ErrorKind::Conflict);
        assert_eq!(error.code.as_deref(), Some("ActiveRequestAlreadyExists"), "{after}");
    }
    env.fault(MACHINES, FaultKind::StrayByte { after: "\"osPlatform\":\"".into(), byte: 0xe9 });
    is(&env.error("getAgentList", json!({})).await, ErrorKind::MalformedResponse);
}

#[tokio::test(flavor = "multi_thread")]
async fn members_may_be_missing_null_or_in_other_letter_case() {
    let edit = |remove| FaultKind::Edit {
        at: "/onboardingStatus".into(),
        to: Value::Null,
        remove,
        only: Map::new(),
    };
    let case =
        FaultKind::Replace { find: "onboardingStatus".into(), with: "onboardingstatus".into() };
    for kind in [edit(true), edit(false), case] {
        let env = TestEnv::start().await;
        env.service().add_fault(Fault::new(MACHINES, kind.clone()).always());
        let found =
            env.data("resolveHost", json!({ "computerDnsName": "ws-ops-014.example.test" })).await;
        assert_eq!(found["id"], MACHINE, "{kind:?}");
    }
}

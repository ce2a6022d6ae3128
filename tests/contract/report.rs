//! `test`: a report of what works and what is missing. It changes nothing.

use defender_connector::actions::CATALOGUE;
use defender_stub::{FaultKind, Person, Scenario, TokenRules};
use host_harness::{ErrorKind, Report, StepStatus};
use serde_json::{Value, json};

use crate::world::{TestEnv, details, is};

fn statuses(report: &Report) -> Vec<(&str, StepStatus)> {
    report.steps.iter().map(|step| (step.name.as_str(), step.status)).collect()
}

fn missing<'r>(report: &'r Report, action: &str) -> (bool, &'r [String]) {
    let row = report.permissions.iter().find(|row| row.action == action).unwrap();
    (row.granted, &row.missing)
}

use StepStatus::{Failed, Passed, Skipped};

#[tokio::test(flavor = "multi_thread")]
async fn everything_granted_passes_with_a_token_for_each_server_and_one_read() {
    let env = TestEnv::start().await;
    let report = env.connector.test().await.unwrap();
    assert!(report.passed, "{report:?}");
    assert_eq!(
        statuses(&report),
        [("token", Passed), ("audience", Passed), ("roles", Passed), ("read", Passed)]
    );
    let names: Vec<&str> = report.permissions.iter().map(|row| row.action.as_str()).collect();
    assert_eq!(
        names,
        CATALOGUE.iter().map(|action| action.name).collect::<Vec<_>>(),
        "a row for every action"
    );
    assert!(report.permissions.iter().all(|row| row.granted && row.missing.is_empty()));
    let sent: Vec<String> = env
        .service()
        .ledger()
        .iter()
        .map(|entry| format!("{} {}", entry.method, entry.path))
        .collect();
    assert_eq!(sent.len(), 3, "{sent:?}");
    assert_eq!(sent[2], "GET /api/machines");
    assert!(env.service().machine_actions().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn missing_permissions_are_named_action_by_action() {
    let roles = vec!["Library.Manage".to_owned(), "Machine.Isolate".to_owned()];
    let env = TestEnv::with(Scenario { roles, ..Scenario::default() }).await;
    let report = env.connector.test().await.unwrap();
    assert!(report.passed, "{report:?}");
    assert_eq!(missing(&report, "isolateHost"), (true, &[][..]));
    assert_eq!(missing(&report, "cancelAction"), (true, &[][..]), "any one role is enough");
    assert_eq!(
        missing(&report, "getAgentList"),
        (false, &["Machine.Read.All".to_owned()][..]),
        "the least one"
    );
    assert_eq!(
        missing(&report, "runHuntingQuery"),
        (false, &["ThreatHunting.Read.All".to_owned()][..]),
        "Graph's own"
    );
    assert_eq!(missing(&report, "runScript"), (false, &["Machine.LiveResponse".to_owned()][..]));
    assert_eq!(
        env.service().ledger().last().unwrap().path,
        "/api/libraryfiles",
        "read what may be read"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_application_without_permissions_fails_and_reads_nothing() {
    let env = TestEnv::with(Scenario { roles: vec![], ..Scenario::default() }).await;
    let report = env.connector.test().await.unwrap();
    assert!(!report.passed);
    assert_eq!(
        statuses(&report),
        [("token", Passed), ("audience", Passed), ("roles", Failed), ("read", Skipped)]
    );
    assert_eq!(env.service().sent("GET *"), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_sign_in_skips_the_rest() {
    let env = TestEnv::with(Scenario { secret_expired: true, ..Scenario::default() }).await;
    let report = env.connector.test().await.unwrap();
    assert!(!report.passed);
    assert_eq!(
        statuses(&report),
        [("token", Failed), ("audience", Skipped), ("roles", Skipped), ("read", Skipped)]
    );
    assert!(report.permissions.iter().all(|row| !row.granted));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_for_another_api_is_reported() {
    let env = TestEnv::configured(
        Scenario::default(),
        json!({ "oAuthScope": "https://api.security.microsoft.com/.default" }),
    )
    .await;
    let report = env.connector.test().await.unwrap();
    assert!(!report.passed, "{report:?}");
    assert_eq!(report.steps[1].status, Failed, "{report:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_read_that_fails_fails_the_test() {
    let env = TestEnv::start().await;
    env.fault("GET /api/machines", FaultKind::Html { status: 500 });
    let report = env.connector.test().await.unwrap();
    assert_eq!((report.passed, report.steps[3].status), (false, Failed));
}

#[tokio::test(flavor = "multi_thread")]
async fn test_connector_is_the_same_as_an_action() {
    let env = TestEnv::start().await;
    let data = env.data("testConnector", json!({})).await;
    assert_eq!(data["results"].as_array().unwrap().len(), 4);
    assert_eq!(data["report"]["passed"], true);
    assert_eq!(data["report"]["permissions"].as_array().unwrap().len(), CATALOGUE.len());
    let identity = &data["report"]["identity"];
    assert_eq!(identity["tenantId"], Scenario::default().tenant_id);
    assert_eq!(identity["applicationId"], Scenario::default().client_id);
    let roles = identity["roles"].as_array().unwrap();
    assert!(roles.contains(&json!("Machine.Isolate")), "{identity}");
    assert!(roles.contains(&json!("ThreatHunting.Read.All")), "{identity}");
    assert!(
        identity["validForSeconds"].as_u64().is_some_and(|seconds| seconds > 3000),
        "{identity}"
    );
    assert_eq!(env.service().sent("POST *"), 2, "the tokens, and nothing that changes anything");

    let env = TestEnv::with(Scenario { secret_expired: true, ..Scenario::default() }).await;
    let error = env.error("testConnector", Value::Null).await;
    is(&error, ErrorKind::Unauthenticated);
    assert_eq!(error.code.as_deref(), Some("AADSTS7000222"));
    assert_eq!(details(&error)["report"]["passed"], false);
    assert_eq!(details(&error)["report"]["identity"], Value::Null);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_s_permissions_are_named_as_in_that_person_s_token() {
    let person = |scopes: &[&str]| {
        let scopes = scopes.iter().map(|&scope| scope.to_owned()).collect();
        let person = Some(Person { name: "jdoe@contoso.example".to_owned(), scopes });
        Scenario { token: TokenRules { person, ..TokenRules::default() }, ..Scenario::default() }
    };
    let scopes = ["Machine.Read", "Machine.Isolate", "SecurityIncident.Read.All"];
    let env = TestEnv::with(person(&scopes)).await;
    let report = env.connector.test().await.unwrap();
    assert!(report.passed, "{report:?}");
    assert_eq!(
        statuses(&report),
        [("token", Passed), ("audience", Passed), ("roles", Passed), ("read", Passed)]
    );
    for action in ["isolateHost", "getAgentList", "getIncidents"] {
        assert_eq!(missing(&report, action), (true, &[][..]), "{action}");
    }
    assert_eq!(missing(&report, "getAlerts"), (false, &["Alert.Read".to_owned()][..]));
    // What the report says, the service says too.
    env.data("getIncidents", json!({})).await;
    let error = env.error("getAlerts", json!({})).await;
    is(&error, ErrorKind::Forbidden);
    assert_eq!(details(&error)["required"], json!([["Alert.Read", "Alert.ReadWrite"]]));
}

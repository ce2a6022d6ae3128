//! No output shows a secret: every action runs with a recognizable secret, in success and failure,
//! and every output is searched for it.

use std::fmt::Write;

use defender_stub::{Fault, FaultKind, Scenario, demo};
use host_harness::CallError;
use serde_json::{Value, json};

use crate::actions::{families, requests};
use crate::world::TestEnv;

/// Every action.
fn calls() -> Vec<(&'static str, Value)> {
    requests::rows().into_iter().map(|row| (row.0, row.1)).chain(families::elsewhere()).collect()
}

/// A scenario with short waits.
async fn hurried() -> TestEnv {
    let scenario = Scenario { pending_seconds: 0.0, running_seconds: 0.0, ..Scenario::default() };
    let limits = json!({ "callTimeoutSeconds": 1, "maxRetries": 0, "budgetPercent": 0 });
    TestEnv::configured(scenario, json!({ "limits": limits })).await
}

/// The response of a service that echoes everything.
fn echo(secrets: &[String]) -> String {
    let everything = secrets.join(" ");
    json!({
        "error": { "code": everything, "message": everything, "target": everything },
        "error_description": everything, "value": everything
    })
    .to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn no_output_of_any_action_or_failure_shows_the_secret_or_the_token() {
    let env = hurried().await;
    env.details().await.unwrap();
    let snapshot: Value =
        serde_json::from_str(&env.connector.save().await.unwrap().unwrap()).unwrap();
    let token = snapshot["defender"]["accessToken"].as_str().unwrap().to_owned();
    let signature = token.rsplit('.').next().unwrap().to_owned();
    let secrets = [demo::CLIENT_SECRET.to_owned(), token, "SIGNED-URL-MARK".to_owned()];

    let mut shown = String::new();
    let mut show = |what: &dyn std::fmt::Debug| writeln!(shown, "{what:?}").unwrap();
    let echoed = echo(&secrets[..2]);
    let signed = json!({
        "value": "https://evil.example/x?sig=SIGNED-URL-MARK",
        "error": { "code": "X", "message": "see https://a.example/x?sig=SIGNED-URL-MARK" }
    })
    .to_string();
    let faults = [
        None,
        Some(FaultKind::Status { status: 400, headers: vec![], body: echoed.clone() }),
        Some(FaultKind::Status {
            status: 403,
            headers: vec![("request-id".into(), secrets[0].clone())],
            body: echoed.clone(),
        }),
        Some(FaultKind::Status { status: 500, headers: vec![], body: echoed.clone() }),
        Some(FaultKind::Status { status: 400, headers: vec![], body: signed.clone() }),
        Some(FaultKind::Status { status: 200, headers: vec![], body: signed }),
        Some(FaultKind::Status { status: 201, headers: vec![], body: echoed.clone() }),
        Some(FaultKind::Redirect {
            location: format!("https://evil.example/?{}", secrets[0]),
            status: 302,
        }),
        Some(FaultKind::Unauthorized),
    ];
    for fault in faults {
        for (action, params) in calls() {
            env.service().clear_faults();
            let echoes = fault
                .as_ref()
                .is_some_and(|kind| matches!(kind, FaultKind::Status { status: 200 | 201, .. }));
            if let Some(kind) = &fault {
                let is_at_graph = action == "runHuntingQuery" || action.starts_with("getIncident");
                let on = if is_at_graph { "* /v1.0/*" } else { "* /api/*" };
                env.service().add_fault(Fault::new(on, kind.clone()).always());
            }
            match env.connector.execute(action, &params.to_string()).await {
                // The service's own data is passed on unchanged, including an echo of the token.
                Ok(_) if echoes => {}
                Ok(outcome) => show(&outcome),
                Err(error) => show(&error),
            }
        }
        show(&env.connector.test().await);
    }
    env.service().clear_faults();
    env.service().add_fault(
        Fault::new(
            "POST /{tenant}/oauth2/v2.0/token",
            FaultKind::Status { status: 400, headers: vec![], body: echoed },
        )
        .always(),
    );
    env.connector
        .configure(&env.stub.config().to_string(), &env.stub.secrets().to_string())
        .await
        .unwrap();
    show(&env.connector.test().await);
    show(&env.connector.execute("testConnector", "").await.map(drop));
    show(&env.connector.describe().await);
    show(&env.connector);
    show(&env.connector.stderr());
    let broken = json!({ "clientSecret": format!("{} {}", secrets[0], secrets[1]) }).to_string();
    show(&env.connector.configure("{", &broken).await);
    show(&env.connector.configure(&broken, "{").await);
    show(&env.connector.restore(&broken).await);

    for secret in secrets.iter().chain([&signature]) {
        let at = shown.find(secret.as_str());
        assert!(at.is_none(), "{}", &shown[at.unwrap().saturating_sub(400)..]);
    }
    assert!(shown.lines().count() > 800, "something was searched");
}

#[tokio::test(flavor = "multi_thread")]
async fn secrets_go_to_the_login_server_and_tokens_to_the_api_only() {
    let env = hurried().await;
    for (action, params) in calls() {
        if let Err(CallError::Host(error)) =
            env.connector.execute(action, &params.to_string()).await
        {
            panic!("{action}: {error}");
        }
    }
    let script = json!({ "id": demo::LINUX, "parameters": { "scriptName": "warn.sh" } });
    let id = env.execute("runScript", script).await.unwrap().job.unwrap().id;
    env.data("getActionResults", json!({ "id": id })).await;
    let mut hosts = std::collections::BTreeSet::new();
    for entry in env.service().ledger() {
        hosts.insert(entry.host.clone());
        let everything = format!("{entry:?}");
        assert!(
            !everything.contains(demo::CLIENT_SECRET),
            "the ledger hides it in the form, so it was elsewhere: {everything}"
        );
        let takes_tokens =
            ["api.security.microsoft.com", "graph.microsoft.com"].contains(&entry.host.as_str());
        assert_eq!(entry.has_bearer, takes_tokens, "{everything}");
    }
    assert_eq!(hosts.len(), 4, "login, API, Graph, storage: {hosts:?}");
}

//! The component with stand-ins in place of its credentials: it does everything that it does with
//! them, and never has one.

use std::time::Duration;

use defender_stub::{Fault, FaultKind, Scenario, TokenRules, demo};
use host_harness::{Connector, ErrorKind, Injection};
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::world::{HOST, TestEnv, egress, is, plugin};

const TOKEN: &str = "POST /{tenant}/oauth2/v2.0/token";
const DETAILS: &str = "GET /api/machines/{id}";

/// What the component keeps, and the real tokens, which its host keeps.
async fn kept(connector: &Connector) -> (String, Vec<String>) {
    let saved = connector.save().await.unwrap().unwrap();
    let saved: Value = serde_json::from_str(&saved).unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let tokens: Vec<String> =
        saved["tokens"].as_array().unwrap().iter().map(|row| text(&row["token"])).collect();
    let session = text(&saved["session"]);
    let mut rows = saved["tokens"].as_array().unwrap().iter();
    assert!(rows.any(|row| session.contains(row["standIn"].as_str().unwrap())), "{session}");
    (session, tokens)
}

fn signature(token: &str) -> &str {
    token.rsplit('.').next().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_component_does_all_that_it_does_and_never_has_a_credential() {
    let quick = Scenario { pending_seconds: 0.0, running_seconds: 0.0, ..Scenario::default() };
    let env = TestEnv::injecting(quick).await;
    env.isolate().await.unwrap();
    env.data("runHuntingQuery", json!({ "query": "DeviceInfo | take 1" })).await;
    let script = json!({ "id": demo::LINUX, "parameters": { "scriptName": "warn.sh" } });
    let id = env.execute("runScript", script).await.unwrap().job.unwrap().id;
    env.data("getActionResults", json!({ "id": id })).await;
    let (session, tokens) = kept(&env.connector).await;
    assert_eq!(tokens.len(), 2, "Defender's and Graph's");
    for token in &tokens {
        assert!(!session.contains(signature(token)), "{session}");
        let claims = &token[..token.len() - signature(token).len()];
        assert!(session.contains(claims), "the claims stay: {session}");
    }
    assert!(!session.contains(demo::CLIENT_SECRET));
    for entry in env.service().ledger().iter().filter(|entry| entry.has_bearer) {
        assert!(entry.bearer_valid, "{entry:?}");
    }
    assert_eq!(env.service().sent(TOKEN), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn test_reads_the_roles_of_a_token_that_it_does_not_have() {
    let (with, without) = (TestEnv::injecting(Scenario::default()).await, TestEnv::start().await);
    for env in [&with, &without] {
        env.service().set_roles(["Machine.Read.All", "Alert.Read.All"]);
    }
    let report = |report: host_harness::Report| {
        let steps = report.steps.into_iter().map(|step| (step.name, step.status, step.detail));
        (report.passed, steps.collect::<Vec<_>>(), report.permissions)
    };
    let (with, without) =
        (with.connector.test().await.unwrap(), without.connector.test().await.unwrap());
    assert_eq!(report(with), report(without));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_renewed_when_it_expires_and_when_it_is_refused() {
    let token = TokenRules { lifetime_seconds: 2, ..TokenRules::default() };
    let env = TestEnv::injecting(Scenario { token, ..Scenario::default() }).await;
    env.details().await.unwrap();
    tokio::time::sleep(Duration::from_millis(2100)).await;
    env.details().await.unwrap();
    assert_eq!(env.service().sent(TOKEN), 2, "it had expired");
    env.service().with_scenario(|scenario| scenario.token.lifetime_seconds = 3599);
    env.service().revoke_tokens();
    env.details().await.unwrap();
    env.details().await.unwrap();
    assert_eq!(env.service().sent(TOKEN), 3, "it was refused once");
    let (_, tokens) = kept(&env.connector).await;
    assert!(tokens.len() <= 2, "what has expired is forgotten");
}

#[tokio::test(flavor = "multi_thread")]
async fn instances_share_a_sign_in_with_stand_ins() {
    let env = std::sync::Arc::new(TestEnv::injecting(Scenario::default()).await);
    env.service().add_fault(Fault::new(TOKEN, FaultKind::Delay { ms: 300 }));
    let calls = (0..4).map(|_| {
        let env = std::sync::Arc::clone(&env);
        async move { env.details().await.unwrap() }
    });
    calls.collect::<JoinSet<_>>().join_all().await;
    assert_eq!(env.service().sent(TOKEN), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_goes_on_in_another_process() {
    let env = TestEnv::injecting(Scenario::default()).await;
    env.details().await.unwrap();
    let saved = env.connector.save().await.unwrap().unwrap();
    let (config, secrets) = (env.stub.config().to_string(), env.stub.secrets().to_string());
    let host = HOST.with_egress(egress(&env.stub));
    let next = host.with_injection(Some(Injection::AsDeclared)).connector("next");
    next.configure(&config, &secrets).await.unwrap();
    next.restore(&saved).await.unwrap();
    let params = json!({ "id": crate::world::MACHINE }).to_string();
    plugin(next.execute("getAgentDetails", &params).await).unwrap();
    assert_eq!(env.service().sent(TOKEN), 1, "it need not sign in");
    // A session of the other kind is of no use: it holds a token, or stand-ins.
    let plain = host.connector("plain");
    plain.configure(&config, &secrets).await.unwrap();
    plugin(plain.execute("getAgentDetails", &params).await).unwrap();
    let with_token = plain.save().await.unwrap().unwrap();
    for (connector, saved) in [(&plain, &saved), (&next, &with_token)] {
        is(&plugin(connector.restore(saved).await).unwrap_err(), ErrorKind::InvalidParams);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn new_secrets_are_put_in_and_an_access_token_of_the_host_too() {
    let env = TestEnv::injecting(Scenario::default()).await;
    env.details().await.unwrap();
    let (_, tokens) = kept(&env.connector).await;
    let new = "another-secret-0123456789";
    env.service().with_scenario(|scenario| scenario.client_secret = new.to_owned());
    let config = env.stub.config().to_string();
    for secrets in [json!({ "clientSecret": new }), json!({ "accessToken": tokens[0] })] {
        env.service().clear_ledger();
        env.connector.configure(&config, &secrets.to_string()).await.unwrap();
        env.details().await.unwrap();
        assert!(env.service().ledger().iter().all(|entry| !entry.has_bearer || entry.bearer_valid));
    }
    assert_eq!(env.service().sent(TOKEN), 0, "the access token needs no sign-in");
    let host = HOST.with_egress(egress(&env.stub));
    let host = host.with_injection(Some(Injection::AsDeclared));
    let secrets = json!({ "clientSecret": new }).to_string();
    let source = move || std::future::ready(Ok::<_, std::io::Error>(secrets.clone()));
    let connected = host.connect_with("c", &config, source).await.unwrap();
    let params = json!({ "id": crate::world::MACHINE }).to_string();
    plugin(connected.execute("getAgentDetails", &params).await).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_service_repeats_of_a_credential_is_not_shown() {
    let env = TestEnv::injecting(Scenario::default()).await;
    env.details().await.unwrap();
    let (_, tokens) = kept(&env.connector).await;
    let body = format!("{{\"error\":{{\"code\":\"x\",\"message\":\"{}\"}}}}", tokens[0]);
    let headers = vec![("request-id".to_owned(), tokens[0].clone())];
    env.fault(DETAILS, FaultKind::Status { status: 400, headers, body });
    let mut shown = format!("{:?}", env.details().await.unwrap_err());
    env.service().revoke_tokens();
    let body = json!({ "error": "x", "error_description": demo::CLIENT_SECRET }).to_string();
    env.fault(TOKEN, FaultKind::Status { status: 400, headers: vec![], body });
    shown += &format!("{:?}", env.details().await.unwrap_err());
    for secret in [demo::CLIENT_SECRET, signature(&tokens[0])] {
        assert!(!shown.contains(secret), "{shown}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_compressed_sign_in_is_an_error_and_not_shown() {
    let env = TestEnv::injecting(Scenario::default()).await;
    let headers = vec![("content-encoding".to_owned(), "gzip".to_owned())];
    let body = "{\"access_token\":\"marked\"}".to_owned();
    env.service()
        .add_fault(Fault::new(TOKEN, FaultKind::Status { status: 200, headers, body }).always());
    let error = env.details().await.unwrap_err();
    assert_ne!(error.kind, ErrorKind::Internal, "{error:?}");
    assert!(!format!("{error:?}").contains("marked"));
}

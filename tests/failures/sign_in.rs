//! Sign-in: one token for many calls, renewed in time and once after a 401, never sent to another
//! server.

use std::time::Duration;

use defender_stub::{ExpiresIn, Fault, FaultKind, Scenario, TokenRules};
use host_harness::{ErrorKind, Retry};
use serde_json::json;

use crate::world::{TestEnv, is};

const TOKEN: &str = "POST /{tenant}/oauth2/v2.0/token";

#[tokio::test(flavor = "multi_thread")]
async fn one_token_serves_many_calls_and_the_form_is_entra_s() {
    let env = TestEnv::start().await;
    for _ in 0..3 {
        env.details().await.unwrap();
    }
    assert_eq!(env.service().sent(TOKEN), 1);
    let ledger = env.service().ledger();
    assert_eq!(ledger[0].host, "login.microsoftonline.com");
    assert_eq!(ledger[0].header("content-type"), Some("application/x-www-form-urlencoded"));
    assert!(!ledger[0].has_bearer);
    for entry in &ledger[1..] {
        assert!(entry.host == "api.security.microsoft.com" && entry.bearer_valid, "{entry:?}");
        assert_eq!(
            (entry.body.as_str(), entry.header("content-type")),
            ("", None),
            "a GET has no body"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_life_of_a_token_may_be_a_number_a_string_or_not_said() {
    for expires_in in [ExpiresIn::Number, ExpiresIn::String, ExpiresIn::Absent] {
        let token = TokenRules { expires_in, ..TokenRules::default() };
        let env = TestEnv::with(Scenario { token, ..Scenario::default() }).await;
        env.details().await.unwrap();
        env.details().await.unwrap();
        assert_eq!(env.service().sent(TOKEN), 1, "{expires_in:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_short_token_is_renewed_before_it_ends() {
    // A quarter of four seconds is one second: a new token is used from the fourth second.
    let token = TokenRules { lifetime_seconds: 4, ..TokenRules::default() };
    let env = TestEnv::with(Scenario { token, ..Scenario::default() }).await;
    env.details().await.unwrap();
    tokio::time::sleep(Duration::from_millis(3200)).await;
    env.details().await.unwrap();
    assert_eq!(env.service().sent(TOKEN), 2);
    assert!(env.service().ledger().iter().all(|entry| entry.status == 200), "no 401 on the way");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_the_service_no_longer_takes_costs_one_new_one() {
    let env = TestEnv::start().await;
    env.details().await.unwrap();
    env.service().revoke_tokens();
    let outcome = env.isolate().await.unwrap();
    assert_eq!(outcome.usage.retries, 1);
    assert_eq!(env.service().sent(TOKEN), 2);
    assert_eq!(env.service().machine_actions().len(), 1, "isolated once");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_401_is_final_and_keeps_what_the_service_said() {
    // A response that is not the service's own causes no new token and no second request.
    for (kind, retry, sent) in [
        (FaultKind::Unauthorized, Retry::Never, 2),
        (FaultKind::Empty { status: 401 }, Retry::Unknown, 1),
        (FaultKind::Html { status: 401 }, Retry::Unknown, 1),
    ] {
        let env = TestEnv::configured(
            Scenario::default(),
            json!({ "limits": { "callTimeoutSeconds": 2 } }),
        )
        .await;
        env.service().add_fault(Fault::new("POST /api/machines/{id}/isolate", kind).always());
        let error = env.isolate().await.unwrap_err();
        is(&error, ErrorKind::Unauthenticated);
        assert_eq!((error.status, error.retry), (Some(401), retry));
        assert_eq!(
            (env.service().sent(TOKEN), env.service().sent("POST /api/machines/{id}/isolate")),
            (sent, sent)
        );
        assert!(env.service().machine_actions().is_empty());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn refused_credentials_say_what_is_wrong_and_are_not_tried_again() {
    let expired = Scenario { secret_expired: true, ..Scenario::default() };
    let cases = [
        (expired, json!({}), "AADSTS7000222"),
        (
            Scenario::default(),
            json!({ "clientId": "00000000-0000-0000-0000-000000000000" }),
            "AADSTS700016",
        ),
        (Scenario::default(), json!({ "tenantId": "other.example" }), "AADSTS90002"),
        (
            Scenario::default(),
            json!({ "oAuthScope": "https://api.securitycenter.microsoft.com" }),
            "AADSTS1002012",
        ),
    ];
    for (scenario, settings, code) in cases {
        let env = TestEnv::configured(scenario, settings).await;
        let error = env.isolate().await.unwrap_err();
        is(&error, ErrorKind::Unauthenticated);
        assert_eq!(error.code.as_deref(), Some(code));
        assert!(error.status.is_some() && error.request_id.is_some(), "{error:?}");
        assert_eq!(env.service().ledger().len(), 1, "asked once, and the API not at all");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_secret_is_refused() {
    let env = TestEnv::start().await;
    let secrets = json!({ "clientSecret": "not-the-secret" }).to_string();
    env.connector.configure(&env.stub.config().to_string(), &secrets).await.unwrap();
    let error = env.isolate().await.unwrap_err();
    is(&error, ErrorKind::Unauthenticated);
    assert_eq!((error.code.as_deref(), error.status), (Some("AADSTS7000215"), Some(401)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_login_server_that_stumbles_is_asked_again() {
    let env = TestEnv::start().await;
    env.fault(
        TOKEN,
        FaultKind::Status {
            status: 503,
            headers: vec![("retry-after".into(), "0".into())],
            body: String::new(),
        },
    );
    env.fault(TOKEN, FaultKind::ResetBefore);
    let outcome = env.details().await.unwrap();
    assert_eq!(outcome.usage.retries, 2);
    assert_eq!(env.service().sent(TOKEN), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_of_the_host_is_used_as_it_is() {
    let env = TestEnv::start().await;
    env.details().await.unwrap();
    let saved: serde_json::Value =
        serde_json::from_str(&env.connector.save().await.unwrap().unwrap()).unwrap();
    let secrets = json!({ "accessToken": saved["defender"]["accessToken"] }).to_string();
    env.connector.configure(&env.stub.config().to_string(), &secrets).await.unwrap();
    env.service().clear_ledger();
    env.details().await.unwrap();
    assert_eq!(env.service().sent(TOKEN), 0);
    let kept = env.connector.save().await.unwrap().unwrap();
    assert!(kept.contains(r#""defender":null"#), "the host has it already: {kept}");
    env.service().revoke_tokens();
    is(&env.details().await.unwrap_err(), ErrorKind::Unauthenticated);
    assert_eq!(env.service().sent(TOKEN), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_at_the_same_time_share_one_token() {
    let env = TestEnv::start().await;
    let calls = (0..8).map(|_| {
        let connector = env.connector.clone();
        tokio::spawn(async move { connector.execute("getAgentList", "").await.map(drop) })
    });
    for call in calls.collect::<Vec<_>>() {
        call.await.unwrap().unwrap();
    }
    assert_eq!(env.service().sent(TOKEN), 1);
}

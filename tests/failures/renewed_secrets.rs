//! Secrets from a host's provider: requested again when the current ones have expired or were
//! refused.

use std::error::Error as _;
use std::io;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use defender_stub::{FederatedCredential, Scenario, Stub};
use host_harness::operation::{NextStep, NoJournal, Operation, OperationError};
use host_harness::{CallError, Clock, Connector, ErrorKind, Secrets};
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::world::clock::WallClock;
use crate::world::{HOST, MACHINE, egress, is, plugin};

const TOKEN: &str = "POST /{tenant}/oauth2/v2.0/token";

/// A stub, a clock in step with the stub's, and a provider of secrets that counts its calls.
struct TestEnv {
    stub: Arc<Stub>,
    clock: WallClock,
    asked: Arc<AtomicUsize>,
    fails: Arc<AtomicBool>,
}

impl TestEnv {
    fn with(scenario: Scenario) -> Self {
        let stub = Arc::new(Stub::start(scenario).unwrap());
        Self { stub, clock: WallClock::new(), asked: Arc::default(), fails: Arc::default() }
    }

    fn start() -> Self {
        Self::with(Scenario::default())
    }

    fn advance(&self, seconds: u64) {
        self.stub.service().advance(Duration::from_secs(seconds));
        self.clock.advance(Duration::from_secs(seconds));
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }

    /// A connector with access tokens that the host obtains itself, each valid for an hour.
    async fn connector(&self) -> Connector {
        let (stub, asked, fails) =
            (Arc::clone(&self.stub), Arc::clone(&self.asked), Arc::clone(&self.fails));
        let ask = move || {
            let (stub, nth, fails) = (
                Arc::clone(&stub),
                asked.fetch_add(1, Ordering::SeqCst),
                fails.load(Ordering::SeqCst),
            );
            async move {
                tokio::time::sleep(Duration::from_millis(20)).await;
                if fails {
                    return Err(io::Error::other(format!("the vault is sealed ({nth})")));
                }
                Ok(json!({ "accessToken": access_token(&stub).await }).to_string())
            }
        };
        let host = HOST.with_egress(egress(&self.stub)).with_clock(self.clock.clone());
        host.connect_with("test", &self.stub.config().to_string(), ask).await.unwrap()
    }
}

/// A token as a host would obtain it: here from another connector's session.
async fn access_token(stub: &Stub) -> Value {
    let other = HOST.with_egress(egress(stub)).connector("other");
    other.configure(&stub.config().to_string(), &stub.secrets().to_string()).await.unwrap();
    read(&other).await.unwrap();
    let session: Value = serde_json::from_str(&other.save().await.unwrap().unwrap()).unwrap();
    session["defender"]["accessToken"].clone()
}

async fn read(connector: &Connector) -> Result<(), CallError> {
    connector.execute("getAgentDetails", &json!({ "id": MACHINE }).to_string()).await.map(drop)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_access_token_that_ran_out_between_two_calls_is_asked_for_again() {
    let env = TestEnv::start();
    let connector = env.connector().await;
    for (later, asked) in [(0, 1), (1800, 1), (1790, 2), (0, 2)] {
        env.advance(later);
        read(&connector).await.unwrap();
        assert_eq!(env.asked(), asked, "{later}");
    }
    assert!(
        env.stub.service().ledger().iter().all(|entry| entry.status == 200),
        "no 401 on the way"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_assertion_that_ran_out_is_asked_for_again_and_signs_in_again() {
    let trusted = || FederatedCredential {
        issuer: "https://token.example".into(),
        subject: "pod".into(),
        audience: "api://AzureADTokenExchange".into(),
    };
    let env =
        TestEnv::with(Scenario { federated_credentials: vec![trusted()], ..Scenario::default() });
    let given = Arc::new(Mutex::new(Vec::new()));
    let (clock, kept) = (env.clock.clone(), Arc::clone(&given));
    let ask = move || {
        let expires = clock.unix_time().as_secs() + 600;
        kept.lock().unwrap().push(expires);
        let trusted = trusted();
        let claims = json!({
            "iss": trusted.issuer, "sub": trusted.subject, "aud": trusted.audience,
            "exp": expires
        });
        let part = |json: Value| URL_SAFE_NO_PAD.encode(json.to_string());
        let assertion = format!(
            "{}.{}.{}",
            part(json!({ "alg": "RS256", "typ": "JWT" })),
            part(claims),
            "c2lnbmVk"
        );
        async move {
            Ok::<_, io::Error>(Secrets::new(json!({ "clientAssertion": assertion }).to_string()))
        }
    };
    let host = HOST.with_egress(egress(&env.stub)).with_clock(env.clock.clone());
    let connector = host.connector("test");
    connector.configure_with(&env.stub.config().to_string(), ask).await.unwrap();
    read(&connector).await.unwrap();
    env.advance(900);
    read(&connector).await.unwrap();
    let given = given.lock().unwrap();
    assert!(matches!(given[..], [first, second] if second == first + 900), "{given:?}");
    assert_eq!(env.stub.service().sent(TOKEN), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_refused_is_asked_for_again_before_the_next_call() {
    let env = TestEnv::start();
    let connector = env.connector().await;
    env.stub.service().revoke_tokens();
    is(&plugin(read(&connector).await).unwrap_err(), ErrorKind::Unauthenticated);
    assert_eq!(env.asked(), 1);
    read(&connector).await.unwrap();
    assert_eq!(env.asked(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_side_by_side_ask_once() {
    let env = TestEnv::start();
    let connector = env.connector().await;
    env.advance(4000);
    let reads = (0..8).map(|_| {
        let connector = connector.clone();
        async move { read(&connector).await.unwrap() }
    });
    reads.collect::<JoinSet<_>>().join_all().await;
    assert_eq!(env.asked(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_source_that_fails_keeps_its_cause_and_nothing_is_sent() {
    let env = TestEnv::start();
    let connector = env.connector().await;
    env.advance(4000);
    env.stub.service().clear_ledger();
    env.fails.store(true, Ordering::SeqCst);
    let error = read(&connector).await.unwrap_err();
    assert!(
        matches!(error, CallError::Secrets(_)) && !error.may_have_been_carried_out(),
        "{error:?}"
    );
    assert_eq!(error.to_string(), "the secrets could not be had: the vault is sealed (1)");
    let cause = error
        .source()
        .and_then(|cause| cause.downcast_ref::<io::Error>())
        .expect("the source's own error");
    assert_eq!(cause.kind(), io::ErrorKind::Other);
    assert!(env.stub.service().ledger().is_empty());

    env.fails.store(false, Ordering::SeqCst);
    read(&connector).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_step_without_secrets_is_not_taken_and_not_in_doubt() {
    let env = TestEnv::start();
    let connector = env.connector().await;
    let params = json!({ "id": MACHINE, "comment": "case 1042" }).to_string();
    let mut operation =
        Operation::start(connector, "isolateHost", &params, NoJournal).await.unwrap();
    assert_eq!(operation.progress().next, NextStep::Send);
    env.advance(4000);
    env.fails.store(true, Ordering::SeqCst);
    let error = operation.take_step().await.unwrap_err();
    assert!(matches!(error, OperationError::Secrets(_)) && error.source().is_some(), "{error:?}");
    assert!(!operation.is_interrupted());
    assert!(env.stub.service().machine_actions().is_empty());

    env.fails.store(false, Ordering::SeqCst);
    operation.take_step().await.unwrap();
    assert_eq!(env.stub.service().machine_actions().len(), 1);
}

//! Concurrent calls on one connector: separate instances, shared settings and session.

use std::sync::Arc;
use std::time::{Duration, Instant};

use defender_stub::{Fault, FaultKind, Scenario, Stub};
use host_harness::CallError;
use serde_json::json;
use tokio::task::JoinSet;

use crate::contract::operations::quick;
use crate::world::{MACHINE, TestEnv, plugin};

const DETAILS: &str = "GET /api/machines/{id}";
const TOKEN: &str = "POST /{tenant}/oauth2/v2.0/token";

/// More calls than a connector has instances.
const MANY: usize = 8;

/// Many reads at once, all of which must succeed.
async fn reads(env: &Arc<TestEnv>) {
    let reads = (0..MANY).map(|_| {
        let env = Arc::clone(env);
        async move { drop(env.details().await.unwrap()) }
    });
    reads.collect::<JoinSet<_>>().join_all().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn first_calls_side_by_side_sign_in_once() {
    let env = Arc::new(TestEnv::start().await);
    // Long enough for all of them to arrive before the first response.
    env.fault(TOKEN, FaultKind::Delay { ms: 300 });
    reads(&env).await;
    assert_eq!((env.service().sent(TOKEN), env.service().sent(DETAILS)), (1, MANY));
    reads(&env).await;
    assert_eq!(env.service().sent(TOKEN), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_side_by_side_renew_a_token_once() {
    let env = Arc::new(TestEnv::start().await);
    reads(&env).await;
    env.service().revoke_tokens();
    env.fault(TOKEN, FaultKind::Delay { ms: 300 });
    reads(&env).await;
    assert_eq!(
        env.service().sent(TOKEN),
        2,
        "an answer that an instance has had is not given to it again"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_that_failed_is_nobody_else_s() {
    let env = Arc::new(TestEnv::start().await);
    env.fault(TOKEN, FaultKind::Empty { status: 503 });
    reads(&env).await;
    assert_eq!(env.service().sent(TOKEN), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_run_side_by_side_and_not_more_of_them_than_allowed() {
    let env = Arc::new(TestEnv::start().await);
    reads(&env).await;
    env.service().add_fault(Fault::new(DETAILS, FaultKind::Delay { ms: 500 }).times(MANY as u32));
    let began = Instant::now();
    reads(&env).await;
    // Eight calls of half a second each, four at a time: one after the other they would take four
    // seconds.
    assert!((1000..3000).contains(&began.elapsed().as_millis()), "{:?}", began.elapsed());
}

#[tokio::test(flavor = "multi_thread")]
async fn new_settings_reach_all_instances() {
    let env = Arc::new(TestEnv::start().await);
    reads(&env).await;
    let other = Stub::start(Scenario::default()).unwrap();
    let mut config = env.stub.config();
    config["apiUrl"] = json!("https://elsewhere.api.security.microsoft.com");
    let secrets = other.secrets();
    env.connector.configure(&config.to_string(), &secrets.to_string()).await.unwrap();
    // All four instances are called at once: none may return to its previous target.
    env.service().clear_ledger();
    let calls = (0..MANY).map(|_| {
        let env = Arc::clone(&env);
        async move { env.details().await.is_err() }
    });
    let failed = calls.collect::<JoinSet<_>>().join_all().await;
    assert_eq!(failed, [true; MANY]);
    assert_eq!(env.service().sent(DETAILS), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_abandoned_call_ends_its_own_instance_only() {
    let env = Arc::new(TestEnv::start().await);
    reads(&env).await;
    env.fault(DETAILS, FaultKind::Delay { ms: 60_000 });
    env.service().add_fault(Fault::new(DETAILS, FaultKind::Delay { ms: 600 }).skip(1));
    let abandoned = tokio::time::timeout(Duration::from_millis(300), env.details());
    let beside = async {
        tokio::time::sleep(Duration::from_millis(100)).await;
        env.details().await
    };
    let (abandoned, beside) = tokio::join!(abandoned, beside);
    assert!(abandoned.is_err());
    beside.unwrap();
    reads(&env).await;
    assert_eq!(env.service().sent(TOKEN), 1, "the successor has the token");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_read_on_while_others_call() {
    let env = Arc::new(TestEnv::with(quick()).await);
    let params =
        json!({ "id": MACHINE, "comment": "case 1042", "path": "C:\\Windows\\Temp\\out.txt" })
            .to_string();
    let mut file = env.connector.open("getFile", &params).await.unwrap();
    let first = file.read(1).await.unwrap();
    reads(&env).await;
    let mut length = first.len();
    loop {
        match file.read(8).await.unwrap() {
            piece if piece.is_empty() => break,
            piece => length += piece.len(),
        }
        reads(&env).await;
    }
    assert!(length > 1);
    assert!(file.sha256().await.unwrap().is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_that_are_refused_change_nothing_for_any_instance() {
    let env = Arc::new(TestEnv::start().await);
    reads(&env).await;
    let refused = env.connector.configure("{}", "{}").await;
    assert!(matches!(refused, Err(CallError::Plugin(_))), "{refused:?}");
    reads(&env).await;
    assert_eq!(env.service().sent(TOKEN), 1);
    plugin(env.connector.execute("getAgentList", "").await).unwrap();
}

//! Calls side by side on one connector: they have instances of their own, and settings and session
//! in common.

use std::sync::Arc;
use std::time::{Duration, Instant};

use defender_stub::{Fault, FaultKind, Scenario, Stub};
use host_harness::CallError;
use serde_json::json;
use tokio::task::JoinSet;

use crate::contract::operations::quick;
use crate::world::{MACHINE, World, plugin};

const DETAILS: &str = "GET /api/machines/{id}";
const TOKEN: &str = "POST /{tenant}/oauth2/v2.0/token";

/// More calls than a connector has instances.
const MANY: usize = 8;

/// Many reads at once, all of which must succeed.
async fn reads(world: &Arc<World>) {
    let reads = (0..MANY).map(|_| {
        let world = Arc::clone(world);
        async move { drop(world.details().await.unwrap()) }
    });
    reads.collect::<JoinSet<_>>().join_all().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn first_calls_side_by_side_sign_in_once() {
    let world = Arc::new(World::start().await);
    // So long that all of them are there before the first has its answer.
    world.fault(TOKEN, FaultKind::Delay { ms: 300 });
    reads(&world).await;
    assert_eq!((world.service().sent(TOKEN), world.service().sent(DETAILS)), (1, MANY));
    reads(&world).await;
    assert_eq!(world.service().sent(TOKEN), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_side_by_side_renew_a_token_once() {
    let world = Arc::new(World::start().await);
    reads(&world).await;
    world.service().revoke_tokens();
    world.fault(TOKEN, FaultKind::Delay { ms: 300 });
    reads(&world).await;
    assert_eq!(
        world.service().sent(TOKEN),
        2,
        "an answer that an instance has had is not given to it again"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_that_failed_is_nobody_else_s() {
    let world = Arc::new(World::start().await);
    world.fault(TOKEN, FaultKind::Empty { status: 503 });
    reads(&world).await;
    assert_eq!(world.service().sent(TOKEN), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_run_side_by_side_and_not_more_of_them_than_allowed() {
    let world = Arc::new(World::start().await);
    reads(&world).await;
    world.service().add_fault(Fault::new(DETAILS, FaultKind::Delay { ms: 500 }).times(MANY as u32));
    let began = Instant::now();
    reads(&world).await;
    // Eight calls of half a second each, four at a time: one after the other they would take four
    // seconds.
    assert!((1000..3000).contains(&began.elapsed().as_millis()), "{:?}", began.elapsed());
}

#[tokio::test(flavor = "multi_thread")]
async fn new_settings_reach_all_instances() {
    let world = Arc::new(World::start().await);
    reads(&world).await;
    let other = Stub::start(Scenario::default()).unwrap();
    let mut config = world.stub.config();
    config["apiUrl"] = json!("https://elsewhere.api.security.microsoft.com");
    let secrets = other.secrets();
    world.connector.configure(&config.to_string(), &secrets.to_string()).await.unwrap();
    // All four instances are asked at once: none may go where it went before.
    world.service().clear_ledger();
    let calls = (0..MANY).map(|_| {
        let world = Arc::clone(&world);
        async move { world.details().await.is_err() }
    });
    let failed = calls.collect::<JoinSet<_>>().join_all().await;
    assert_eq!(failed, [true; MANY]);
    assert_eq!(world.service().sent(DETAILS), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_abandoned_call_ends_its_own_instance_only() {
    let world = Arc::new(World::start().await);
    reads(&world).await;
    world.fault(DETAILS, FaultKind::Delay { ms: 60_000 });
    world.service().add_fault(Fault::new(DETAILS, FaultKind::Delay { ms: 600 }).skip(1));
    let abandoned = tokio::time::timeout(Duration::from_millis(300), world.details());
    let beside = async {
        tokio::time::sleep(Duration::from_millis(100)).await;
        world.details().await
    };
    let (abandoned, beside) = tokio::join!(abandoned, beside);
    assert!(abandoned.is_err());
    beside.unwrap();
    reads(&world).await;
    assert_eq!(world.service().sent(TOKEN), 1, "the successor has the token");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_read_on_while_others_call() {
    let world = Arc::new(World::with(quick()).await);
    let params =
        json!({ "id": MACHINE, "comment": "case 1042", "path": "C:\\Windows\\Temp\\out.txt" })
            .to_string();
    let mut file = world.connector.open("getFile", &params).await.unwrap();
    let first = file.read(1).await.unwrap();
    reads(&world).await;
    let mut length = first.len();
    loop {
        match file.read(8).await.unwrap() {
            piece if piece.is_empty() => break,
            piece => length += piece.len(),
        }
        reads(&world).await;
    }
    assert!(length > 1);
    assert!(file.sha256().await.unwrap().is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_that_are_refused_change_nothing_for_any_instance() {
    let world = Arc::new(World::start().await);
    reads(&world).await;
    let refused = world.connector.configure("{}", "{}").await;
    assert!(matches!(refused, Err(CallError::Plugin(_))), "{refused:?}");
    reads(&world).await;
    assert_eq!(world.service().sent(TOKEN), 1);
    plugin(world.connector.execute("getAgentList", "").await).unwrap();
}

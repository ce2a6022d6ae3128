//! Many connectors at once against a faulty service: each call ends, no action is carried out
//! twice, and no resources leak. Each connector has a pool of its own with connections to several
//! origins, and there are fewer connections for all than they would keep. It runs in a separate
//! process, so that leaks can only be its own.

use std::process::Command;
use std::time::{Duration, Instant};

use defender_stub::{Fault, FaultKind, Scenario, Stub};
use host_harness::{CallError, Connector, ErrorKind, Host, Outcome, Retry};
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::world::process_resources::Left;
use crate::world::{HOST, plugin, way};

const CONNECTORS: u32 = 64;
const ISOLATE: &str = "POST /api/machines/{id}/isolate";
const TOKEN: &str = "POST /{tenant}/oauth2/v2.0/token";
const DETAILS: &str = "GET /api/machines/{id}";
const RECORDS: &str = "GET /api/machineactions";

/// The time limit of one round: four consecutive calls of four seconds each, with a margin for a
/// busy machine.
const ROUND: Duration = Duration::from_secs(24);

/// The request limit of one round: two sign-ins, three reads and an action for each connector, with
/// retries and record reads.
const REQUESTS: usize = CONNECTORS as usize * 18;

/// The connections of all connectors: each has a request at a time, and would keep connections to
/// three origins (login, API and Graph).
const CONNECTIONS: usize = CONNECTORS as usize * 3 / 2;

/// The open files of one round: two ends of each connection. The stub closes its end of those that
/// make room a little later.
const FILES: usize = CONNECTIONS * 2 + CONNECTIONS / 2;

/// How long an idle connection is kept.
const IDLE: Duration = Duration::from_secs(1);

/// The allowed growth of memory in a second round: allocators keep some freed memory.
const GROWTH_BYTES: u64 = 32 << 20;

/// Marks the separate process.
const ALONE: &str = "SOAK_ALONE";

#[test]
fn a_bad_day_of_many_connectors_leaves_no_second_order_and_nothing_behind() {
    if std::env::var_os(ALONE).is_some() {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .unwrap();
        return runtime.block_on(two_rounds());
    }
    let name =
        "properties::soak::a_bad_day_of_many_connectors_leaves_no_second_order_and_nothing_behind";
    let child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", name, "--nocapture", "--test-threads", "1"])
        .env(ALONE, "1")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&child.stdout) + String::from_utf8_lossy(&child.stderr);
    assert!(child.status.success() && said.contains("1 passed"), "{said}");
}

async fn two_rounds() {
    // The first instance creates what all instances share: the image of the component's memory,
    // which is an open file.
    HOST.connector("first").describe().await.unwrap();
    let before = Left::now();
    let first = round(1, before).await;
    let second = round(2, before).await;
    println!("{before:?} before, {first:?} after the first round, {second:?} after the second");
    for left in [first, second] {
        assert!(left.tasks <= before.tasks && left.files <= before.files, "{before:?} {left:?}");
    }
    // The first round fills the permanent caches.
    assert!(second.resident_bytes <= first.resident_bytes + GROWTH_BYTES, "{first:?} {second:?}");
}

/// Runs all connectors at once with one service and one egress, and returns the resources left
/// afterwards.
async fn round(seed: u64, before: Left) -> Left {
    let started = Instant::now();
    let stub =
        Stub::start(Scenario { fleet: CONNECTORS, faults: bad_day(seed), ..Scenario::default() })
            .unwrap();
    let way = way(&stub).all_connections(CONNECTIONS).idle_timeout(IDLE);
    let host = HOST.with_egress(way.build().unwrap());
    let quiet = Left::now();
    let calls =
        (0..CONNECTORS).map(|index| one(host.clone(), index, stub.config(), stub.secrets()));
    let calls = calls.collect::<JoinSet<_>>();
    let (ended, most) = with_most_files(calls.join_all()).await;
    let took = started.elapsed();
    let (connectors, orders): (Vec<_>, Vec<_>) = ended.into_iter().unzip();
    let kept = Left::now().files;
    assert!(most <= quiet.files + FILES, "{most} open files, {} before", quiet.files);
    // Idle connections end while their connectors live on.
    let idle = Left::once_with_files(quiet.files).await.files;
    assert!(kept > quiet.files && idle <= quiet.files, "{quiet:?}, {kept}, {idle} open files");
    judge(&stub, &orders);
    let done = orders.iter().filter(|(_, order)| order.is_ok()).count();
    println!(
        "{done} orders known to be done, {} requests, {} connections, {took:?}; open files: {} \
         before, {most} at most, {kept} after the last call, {idle} once idle",
        stub.service().ledger().len(),
        stub.connections(),
        quiet.files,
    );
    assert!(done > 0 && took < ROUND, "{done} {took:?}");
    drop((host, connectors, stub));
    Left::once_as_little_as(before).await
}

/// Runs something and returns the most files that were open in the meantime.
async fn with_most_files<T>(work: impl Future<Output = T>) -> (T, usize) {
    let mut work = std::pin::pin!(work);
    let mut most = 0;
    loop {
        let tick = tokio::time::sleep(Duration::from_millis(20));
        tokio::select! {
            ended = &mut work => return (ended, most),
            () = tick => most = most.max(Left::now().files),
        }
    }
}

/// One connector's calls: a read, an action, another read and a query at another origin.
async fn one(
    host: Host,
    index: u32,
    mut config: Value,
    secrets: Value,
) -> (Connector, (String, Result<(), Retry>)) {
    let machine = format!("f1ee7{index:035x}");
    let connector = host.connector(format!("soak-{index}"));
    config["limits"] = json!({
        "budgetPercent": 0, "maxRetries": 2, "callTimeoutSeconds": 4, "responseTimeoutSeconds": 2
    });
    connector.configure(&config.to_string(), &secrets.to_string()).await.unwrap();
    let read = json!({ "id": machine }).to_string();
    let order = json!({ "id": machine, "comment": "case 1042" }).to_string();
    let _ = ended(connector.execute("getAgentDetails", &read).await);
    let answer = ended(connector.execute("isolateHost", &order).await);
    let _ = ended(connector.execute("getAgentDetails", &read).await);
    let query = json!({ "query": "DeviceInfo | take 1" }).to_string();
    let _ = ended(connector.execute("runHuntingQuery", &query).await);
    (connector, (machine, answer))
}

/// A call's result: a response, or an error of the service or the network.
fn ended(answer: Result<Outcome, CallError>) -> Result<(), Retry> {
    let Err(error) = plugin(answer) else { return Ok(()) };
    let may_be =
        [ErrorKind::Throttled, ErrorKind::Unavailable, ErrorKind::Unreachable, ErrorKind::TimedOut];
    assert!(may_be.contains(&error.kind) && error.retry != Retry::Never, "{error:?}");
    Err(error.retry)
}

/// Compares the service's ledger with the callers' results.
fn judge(stub: &Stub, orders: &[(String, Result<(), Retry>)]) {
    let (ledger, actions) = (stub.service().ledger(), stub.service().machine_actions());
    assert!(ledger.len() <= REQUESTS, "{} requests", ledger.len());
    for fault in ["resetBefore", "resetAfter", "throttle", "empty", "delay"] {
        assert!(
            ledger.iter().any(|entry| entry.faults.contains(&fault)),
            "no {fault}: the day was not bad"
        );
    }
    assert_eq!(orders.len(), CONNECTORS as usize);
    for (machine, result) in orders {
        // A request that got 429 was not carried out and may be sent again.
        let path = format!("/api/machines/{machine}/isolate");
        let sent = ledger
            .iter()
            .filter(|entry| entry.is(ISOLATE) && entry.path == path && entry.status != 429)
            .count();
        let done = actions.iter().filter(|action| action["machineId"] == json!(machine)).count();
        assert!(sent <= 1 && done <= 1, "{machine}: sent {sent} times, done {done} times");
        match result {
            Ok(()) => assert_eq!(done, 1, "{machine}"),
            Err(Retry::Unknown) => {}
            Err(retry) => {
                assert_eq!(done, 0, "{machine}: {retry:?} says that it was not carried out")
            }
        }
    }
}

/// Pseudo-random faults, the same for the same seed.
fn bad_day(seed: u64) -> Vec<Fault> {
    let mut state = seed;
    let mut chance = move |below: u64| {
        // The constants are Knuth's (MMIX).
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    let mut faults = Vec::new();
    for on in [TOKEN, DETAILS, ISOLATE, RECORDS] {
        for nth in 0..24 {
            let kind = match nth % 8 {
                0 => FaultKind::ResetBefore,
                1 => FaultKind::ResetAfter,
                2 | 3 => {
                    FaultKind::Throttle { retry_after: Some(1), code: "TooManyRequests".into() }
                }
                4 => FaultKind::Empty { status: 503 },
                _ => FaultKind::Delay { ms: 20 + chance(600) },
            };
            faults.push(Fault::new(on, kind).skip(chance(u64::from(CONNECTORS)) as u32));
        }
    }
    faults
}

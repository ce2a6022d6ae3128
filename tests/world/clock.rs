//! A clock that the host provides in place of the system's.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime};

use defender_stub::{Scenario, Stub};
use host_harness::{Clock, Connector, ErrorKind};
use serde_json::json;

use crate::world::{HOST, MACHINE, egress, is, plugin};

const TOKEN: &str = "POST /{tenant}/oauth2/v2.0/token";

/// A wall clock that a test moves. The monotonic clock runs on its own.
#[derive(Clone)]
pub(crate) struct WallClock {
    now: Arc<Mutex<Duration>>,
    started: Instant,
}

impl WallClock {
    pub(crate) fn new() -> Self {
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap();
        Self { now: Arc::new(Mutex::new(now)), started: Instant::now() }
    }

    pub(crate) fn advance(&self, by: Duration) {
        *self.now.lock().unwrap() += by;
    }
}

impl Clock for WallClock {
    fn unix_time(&self) -> Duration {
        *self.now.lock().unwrap()
    }

    fn monotonic(&self) -> Duration {
        self.started.elapsed()
    }
}

/// A monotonic clock that advances a minute each time it is read.
struct Hasty(AtomicU64);

impl Clock for Hasty {
    fn unix_time(&self) -> Duration {
        WallClock::new().unix_time()
    }

    fn monotonic(&self) -> Duration {
        Duration::from_secs(60 * self.0.fetch_add(1, Ordering::Relaxed))
    }
}

async fn connector(stub: &Stub, clock: impl Clock) -> Connector {
    let connector = HOST.with_egress(egress(stub)).with_clock(clock).connector("test");
    connector.configure(&stub.config().to_string(), &stub.secrets().to_string()).await.unwrap();
    connector
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_expires_by_the_clock_of_the_host() {
    let stub = Stub::start(Scenario::default()).unwrap();
    let clock = WallClock::new();
    let connector = connector(&stub, clock.clone()).await;
    let params = json!({ "id": MACHINE }).to_string();
    for (later, tokens) in [(0, 1), (1800, 1), (1800, 2), (0, 2)] {
        clock.advance(Duration::from_secs(later));
        connector.execute("getAgentDetails", &params).await.unwrap();
        assert_eq!(stub.service().sent(TOKEN), tokens, "{later}");
    }
    assert!(
        stub.service().ledger().iter().all(|entry| entry.status == 200),
        "the stub's own clock stood still"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deadline_of_the_component_is_by_the_clock_of_the_host() {
    let stub = Stub::start(Scenario::default()).unwrap();
    let connector = connector(&stub, Hasty(AtomicU64::new(0))).await;
    let began = Instant::now();
    let params = json!({ "id": MACHINE, "comment": "case 1042", "wait": {} }).to_string();
    let error = plugin(connector.execute("isolateHost", &params).await).unwrap_err();
    is(&error, ErrorKind::TimedOut);
    assert!(began.elapsed() < Duration::from_secs(20), "five minutes by its own clock");
}

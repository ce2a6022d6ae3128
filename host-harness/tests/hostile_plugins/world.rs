//! The test environment: a host with tight limits, a hostile connector and a neighbour on the same
//! engine.

use std::sync::LazyLock;
use std::time::{Duration, Instant};

use host_harness::egress::Egress;
use host_harness::{CallError, Configured, Connector, Host, HostBuilder, HostError, Limits};
pub(crate) use hostile_plugins::MEMORY;

/// If a neighbour's call takes longer than this, the hostile plugin has starved it.
const PATIENCE: Duration = Duration::from_millis(900);

/// The compiled plugin with more time than misbehaviours that end on their own need on a busy
/// machine.
pub(crate) static PATIENT: LazyLock<Host> =
    LazyLock::new(|| harness(Duration::from_secs(60), Duration::from_secs(30)));

/// The compiled plugin with short time limits, for misbehaviours that the host has to end.
static BRIEF: LazyLock<Host> =
    LazyLock::new(|| harness(Duration::from_secs(3), Duration::from_secs(1)));

fn harness(call_time: Duration, compute_time: Duration) -> Host {
    host_with(hostile_plugins::limits(call_time, compute_time))
}

/// The program that compiles the plugin.
pub(crate) const COMPILER: &str = env!("CARGO_BIN_EXE_compile-component");

/// Returns a host of the plugin, compiled once for all tests.
pub(crate) fn host_with(limits: Limits) -> Host {
    builder().limits(limits).build().unwrap()
}

pub(crate) fn builder() -> HostBuilder {
    let cache = concat!(env!("CARGO_TARGET_TMPDIR"), "/compiled");
    Host::builder(hostile_plugins::HOSTILE).compiler(COMPILER, [""; 0]).cache(cache)
}

/// A hostile connector and its neighbour, on one engine with one egress.
pub(crate) struct World {
    pub(crate) hostile: Connector,
    pub(crate) neighbour: Connector,
}

impl World {
    /// Creates an environment without network access.
    pub(crate) fn closed() -> Self {
        Self::with(Egress::closed())
    }

    pub(crate) fn with(egress: Egress) -> Self {
        Self::of(&PATIENT.with_egress(egress))
    }

    /// Creates an environment with little time for a call.
    pub(crate) fn brief(egress: Egress) -> Self {
        Self::of(&BRIEF.with_egress(egress))
    }

    fn of(harness: &Host) -> Self {
        Self { hostile: harness.connector("hostile"), neighbour: harness.connector("neighbour") }
    }

    /// Runs a misbehaviour while the neighbour is called repeatedly. Both must work afterwards.
    pub(crate) async fn misbehave(&self, action: &str, params: &str) -> Result<String, CallError> {
        self.beside(async {
            self.hostile.execute(action, params).await.map(|outcome| outcome.data)
        })
        .await
    }

    /// Does the same with `configure`, and returns the origins.
    pub(crate) async fn configure(&self, config: &str) -> Result<Vec<String>, CallError> {
        self.beside(async { self.hostile.configure(config, "{}").await.map(patterns) }).await
    }

    /// Returns the plugin's own report, for misbehaviours that it survives.
    pub(crate) async fn said(&self, action: &str, params: &str) -> String {
        self.misbehave(action, params).await.unwrap()
    }

    /// Returns the host's error, for misbehaviours that the plugin does not survive.
    pub(crate) async fn ended(&self, action: &str, params: &str) -> HostError {
        host(self.misbehave(action, params).await)
    }

    async fn beside<T>(&self, misbehaviour: impl Future<Output = T>) -> T {
        let began = Instant::now();
        let mut answered = 0;
        let ask = async {
            loop {
                answers(&self.neighbour).await;
                answered += 1;
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        let ended = tokio::select! {
            ended = misbehaviour => ended,
            () = ask => unreachable!("it asks for ever"),
        };
        assert!(
            answered > 0 || began.elapsed() < PATIENCE,
            "the neighbour got no turn in {:?}",
            began.elapsed()
        );
        answers(&self.neighbour).await;
        answers(&self.hostile).await;
        ended
    }
}

async fn answers(connector: &Connector) {
    assert_eq!(connector.execute("answer", "").await.unwrap().data, "here", "{}", connector.id());
}

/// Returns the host's error; anything else fails the test.
pub(crate) fn host<T: std::fmt::Debug>(answer: Result<T, CallError>) -> HostError {
    match answer.unwrap_err() {
        CallError::Host(error) => error,
        other => unreachable!("{other:?}"),
    }
}

fn patterns(configured: Configured) -> Vec<String> {
    configured.origins.into_iter().map(|origin| origin.pattern).collect()
}

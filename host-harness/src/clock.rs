//! The clock that a component reads.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use wasmtime_wasi::{HostMonotonicClock, HostWallClock, WasiCtxBuilder};

/// The clock that a component reads: `wasi:clocks/wall-clock` and `wasi:clocks/monotonic-clock`, in
/// place of the system's.
///
/// A component uses it to date what it signs, to check whether a token or a link has expired, and
/// for its own deadlines and rate limits. The host uses it to check whether
/// [`Secrets`](crate::Secrets) have expired.
///
/// It supplies readings only. A component that waits requests a relative duration once and sleeps
/// on tokio's timer: moving the clock meanwhile does not wake it (a test may pause tokio's time,
/// and read [`Clock::monotonic`] from `tokio::time::Instant`). The clock does not affect the host's
/// own limits either: [`Limits::call_time`](crate::Limits::call_time), CPU time, the egress
/// timeouts, [`Operation::wait`](crate::Operation::wait) and certificate validity use the system's
/// clocks.
pub trait Clock: Send + Sync + 'static {
    /// Returns the time since 1970-01-01T00:00:00Z. It may go backwards.
    fn unix_time(&self) -> Duration;

    /// Returns the time since an arbitrary fixed moment. It never goes backwards, and its range is
    /// 584 years.
    fn monotonic(&self) -> Duration;
}

/// The host's clock: the system's or a custom one.
#[derive(Clone, Default)]
pub(crate) struct Time(Option<Arc<dyn Clock>>);

/// Adapts a clock to the runtime's clock traits.
struct Shared(Arc<dyn Clock>);

impl Time {
    pub(crate) fn by(clock: impl Clock) -> Self {
        Self(Some(Arc::new(clock)))
    }

    /// Time since 1970-01-01T00:00:00Z.
    pub(crate) fn unix(&self) -> Duration {
        match &self.0 {
            Some(clock) => clock.unix_time(),
            None => SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default(),
        }
    }

    /// Gives an instance this clock. Without a custom one, the runtime provides the system's.
    pub(crate) fn add_to(&self, context: &mut WasiCtxBuilder) {
        if let Some(clock) = &self.0 {
            context
                .wall_clock(Shared(Arc::clone(clock)))
                .monotonic_clock(Shared(Arc::clone(clock)));
        }
    }
}

impl HostWallClock for Shared {
    fn resolution(&self) -> Duration {
        Duration::from_nanos(1)
    }

    fn now(&self) -> Duration {
        self.0.unix_time()
    }
}

impl HostMonotonicClock for Shared {
    fn resolution(&self) -> u64 {
        1
    }

    fn now(&self) -> u64 {
        u64::try_from(self.0.monotonic().as_nanos()).unwrap_or(u64::MAX)
    }
}

impl fmt::Debug for Time {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(if self.0.is_some() {
            "a clock of the host's"
        } else {
            "the system's clock"
        })
    }
}

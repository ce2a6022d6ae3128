//! The time that a component sees.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use wasmtime_wasi::{HostMonotonicClock, HostWallClock, WasiCtxBuilder};

/// The time that a component sees: `wasi:clocks/wall-clock` and `wasi:clocks/monotonic-clock`, in place of the system's.
///
/// By it a component dates what it signs, judges whether a token or a link has expired, and counts towards its own deadlines and the
/// service's budgets; the host judges by it whether [`Secrets`](crate::Secrets) have run out.
///
/// Readings only. A component that waits gives its length once, as time from now, and sleeps it by tokio's timer: to move the clock
/// meanwhile does not wake it (a test may pause tokio's time, and read [`Clock::monotonic`] from `tokio::time::Instant`). Nor does the
/// clock touch the host's own limits: [`Limits::call_time`](crate::Limits::call_time), computing time, the timeouts of the egress,
/// [`Operation::wait`](crate::Operation::wait), and the certificates' validity are by the system's clocks.
pub trait Clock: Send + Sync + 'static {
    /// Time since 1970-01-01T00:00:00Z. It may be set back.
    fn unix_time(&self) -> Duration;

    /// Time since a moment of the clock's own choice. It never goes back, and is good for 584 years.
    fn monotonic(&self) -> Duration;
}

/// The clock of a host: the system's, or another.
#[derive(Clone, Default)]
pub(crate) struct Time(Option<Arc<dyn Clock>>);

/// A clock as the runtime wants it.
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

    /// Gives an instance this clock. Without one it has the system's from the runtime.
    pub(crate) fn lend(&self, context: &mut WasiCtxBuilder) {
        if let Some(clock) = &self.0 {
            context.wall_clock(Shared(Arc::clone(clock))).monotonic_clock(Shared(Arc::clone(clock)));
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
        formatter.write_str(if self.0.is_some() { "a clock of the host's" } else { "the system's clock" })
    }
}

//! Time as an argument, so that tests control it.

use std::time::Duration;

/// A source of time that can also wait.
pub trait Clock {
    /// Time since the Unix epoch. May jump; used for token expiry.
    fn unix(&self) -> Duration;

    /// Time since some fixed moment. Never jumps back; used for deadlines.
    fn elapsed(&self) -> Duration;

    /// The same counted from a moment that all calls of an instance share: for what is kept from
    /// one call to the next.
    fn steady(&self) -> Duration {
        self.elapsed()
    }

    /// Sleeps.
    fn sleep(&self, time: Duration);
}

/// The platform's clocks: WASI's in a component, the operating system's elsewhere.
#[derive(Debug)]
pub struct SystemClock {
    start: Duration,
}

impl SystemClock {
    /// Starts counting `elapsed` now.
    pub fn new() -> Self {
        Self { start: steady() }
    }
}

impl Default for SystemClock {
    fn default() -> Self {
        Self::new()
    }
}

impl Clock for SystemClock {
    fn unix(&self) -> Duration {
        platform::unix()
    }

    fn elapsed(&self) -> Duration {
        steady().saturating_sub(self.start)
    }

    fn steady(&self) -> Duration {
        steady()
    }

    fn sleep(&self, time: Duration) {
        platform::sleep(time);
    }
}

/// Reads the platform's monotonic clock: time since some fixed moment.
pub(crate) fn steady() -> Duration {
    platform::steady()
}

/// WASI's clocks, called directly: going through the C library would add 3 KB.
#[cfg(target_family = "wasm")]
mod platform {
    use std::time::Duration;

    use waki::bindings::wasi::clocks::{monotonic_clock, wall_clock};

    pub(super) fn unix() -> Duration {
        let now = wall_clock::now();
        Duration::from_secs(now.seconds)
            .saturating_add(Duration::from_nanos(now.nanoseconds.into()))
    }

    pub(super) fn steady() -> Duration {
        Duration::from_nanos(monotonic_clock::now())
    }

    pub(super) fn sleep(time: Duration) {
        monotonic_clock::subscribe_duration(u64::try_from(time.as_nanos()).unwrap_or(u64::MAX))
            .block();
    }
}

/// The operating system's clocks.
#[cfg(not(target_family = "wasm"))]
mod platform {
    use std::sync::LazyLock;
    use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

    static START: LazyLock<Instant> = LazyLock::new(Instant::now);

    pub(super) fn unix() -> Duration {
        // A clock before 1970 counts as 1970: tokens then look fresh, and a 401 corrects that.
        SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
    }

    pub(super) fn steady() -> Duration {
        START.elapsed()
    }

    pub(super) fn sleep(time: Duration) {
        std::thread::sleep(time);
    }
}

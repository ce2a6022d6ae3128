//! Time as an argument, so that tests decide what time it is.

use std::time::Duration;

/// A source of time that can also wait.
pub trait Clock {
    /// Time since the Unix epoch. May jump; for the expiry of tokens.
    fn unix(&self) -> Duration;

    /// Time since some fixed moment. Never jumps back; for deadlines.
    fn elapsed(&self) -> Duration;

    /// Waits.
    fn sleep(&self, time: Duration);
}

/// The clocks of the platform: WASI's in a component, the operating system's elsewhere.
#[derive(Debug)]
pub struct SystemClock {
    start: Duration,
}

impl SystemClock {
    /// The platform's clocks, `elapsed` counting from now.
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

    fn sleep(&self, time: Duration) {
        platform::sleep(time);
    }
}

/// Time since some fixed moment on the platform's clock that never jumps back.
pub(crate) fn steady() -> Duration {
    platform::steady()
}

/// WASI's clocks, without the way through the C library: 3 KB less.
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
        // A clock before 1970 counts as 1970: tokens then look fresh, and a 401 puts that right.
        SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
    }

    pub(super) fn steady() -> Duration {
        START.elapsed()
    }

    pub(super) fn sleep(time: Duration) {
        std::thread::sleep(time);
    }
}

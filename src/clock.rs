//! Time as an argument, so that tests decide what time it is.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

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
    start: Instant,
}

impl SystemClock {
    /// The platform's clocks, `elapsed` counting from now.
    pub fn new() -> Self {
        Self { start: Instant::now() }
    }
}

impl Default for SystemClock {
    fn default() -> Self {
        Self::new()
    }
}

impl Clock for SystemClock {
    fn unix(&self) -> Duration {
        // A clock before 1970 counts as 1970: tokens then look fresh, and a 401 puts that right.
        SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
    }

    fn elapsed(&self) -> Duration {
        self.start.elapsed()
    }

    fn sleep(&self, time: Duration) {
        std::thread::sleep(time);
    }
}

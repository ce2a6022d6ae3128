//! Waits for streams and responses, within the remaining time.

use std::time::Duration;

use waki::bindings::wasi::clocks::monotonic_clock::{self, Instant};
use waki::bindings::wasi::io::poll::{Pollable, poll};

/// Counts how often in a row a stream was ready without data or room. A host may report that
/// forever at no cost.
#[derive(Default)]
pub(super) struct Idle(u32);

impl Idle {
    /// The longest pause, in milliseconds.
    const MAX_PAUSE_MS: u64 = 64;

    /// Waits before the next attempt, longer each time; false if the time is over.
    pub(super) fn pause(&mut self, end: Instant) -> bool {
        let now = monotonic_clock::now();
        // An occasional empty frame needs no pause.
        if self.0 > 0 && now < end {
            let milliseconds =
                1_u64.checked_shl(self.0 - 1).unwrap_or(Self::MAX_PAUSE_MS).min(Self::MAX_PAUSE_MS);
            let pause = nanoseconds(Duration::from_millis(milliseconds)).min(end - now);
            monotonic_clock::subscribe_duration(pause).block();
        }
        self.0 = self.0.saturating_add(1);
        now < end
    }
}

/// Waits until something is ready or the time is over; returns whether it is ready.
pub(super) fn is_ready(what: &Pollable, end: Instant) -> bool {
    // A timer would cost two calls to the host.
    if what.ready() {
        return true;
    }
    poll(&[what, &monotonic_clock::subscribe_instant(end)]).contains(&0)
}

pub(super) fn moment_in(time: Duration) -> Instant {
    monotonic_clock::now().saturating_add(nanoseconds(time))
}

pub(super) fn nanoseconds(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}

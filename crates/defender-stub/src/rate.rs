//! Calls per minute and per hour, as the service documents them per route.

use std::collections::{HashMap, VecDeque};

use time::{Duration, OffsetDateTime};

use super::refusal::ApiError;

/// The times of each route's calls within the last hour. Refused calls count too: retrying early
/// prolongs the block.
#[derive(Debug, Default)]
pub(crate) struct Rates {
    calls: HashMap<(&'static str, &'static str), VecDeque<OffsetDateTime>>,
}

/// The limits of a route: its method and path, and the calls allowed per minute and per hour.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RateLimit {
    pub(crate) method: &'static str,
    pub(crate) path: &'static str,
    pub(crate) per_minute: u32,
    pub(crate) per_hour: u32,
}

impl Rates {
    /// Counts a call, and refuses it if it exceeds a limit.
    pub(crate) fn count(&mut self, limit: RateLimit, now: OffsetDateTime) -> Result<(), ApiError> {
        let calls = self.calls.entry((limit.method, limit.path)).or_default();
        while calls.front().is_some_and(|at| now - *at >= Duration::HOUR) {
            calls.pop_front();
        }
        calls.push_back(now);
        let windows = [
            (limit.per_minute, Duration::MINUTE, "00:01:00"),
            (limit.per_hour, Duration::HOUR, "01:00:00"),
        ];
        for (allowed, length, name) in windows {
            let Some(first) =
                calls.len().checked_sub(1 + allowed as usize).and_then(|index| calls.get(index))
            else {
                continue;
            };
            let wait = length - (now - *first);
            if wait.is_positive() {
                let seconds = u64::try_from(wait.whole_seconds()).unwrap_or(0) + 1;
                return Err(ApiError::too_many("TooManyRequests", allowed, name, Some(seconds)));
            }
        }
        Ok(())
    }
}

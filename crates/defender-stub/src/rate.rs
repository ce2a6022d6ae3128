//! Calls per minute and per hour, as the service documents them per route.

use std::collections::{HashMap, VecDeque};

use time::{Duration, OffsetDateTime};

use super::error::ApiError;
use super::routes::Route;
use super::routes::{Lookup, find};
use crate::hosts::ServiceId;

/// The times of each route's calls within the last hour. Refused calls count too: retrying early
/// prolongs the block.
#[derive(Debug, Default)]
pub(crate) struct Rates {
    calls: HashMap<(&'static str, &'static str), VecDeque<OffsetDateTime>>,
}

/// The route of an API request, with its limits per minute and per hour.
pub(crate) fn budget_of(method: &str, path: &str) -> Option<(&'static str, [u32; 2])> {
    match find(ServiceId::Api, method, path) {
        Lookup::Found(route, _) => Some((route.path, [route.per_minute, route.per_hour])),
        Lookup::WrongMethod(_) | Lookup::Nothing => None,
    }
}

impl Rates {
    /// Counts a call, and refuses it if it exceeds a limit.
    pub(crate) fn count(&mut self, route: &Route, now: OffsetDateTime) -> Result<(), ApiError> {
        let calls = self.calls.entry((route.method, route.path)).or_default();
        while calls.front().is_some_and(|at| now - *at >= Duration::HOUR) {
            calls.pop_front();
        }
        calls.push_back(now);
        let windows = [
            (route.per_minute, Duration::MINUTE, "00:01:00"),
            (route.per_hour, Duration::HOUR, "01:00:00"),
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

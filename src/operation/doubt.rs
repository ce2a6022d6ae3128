//! What is known of a request that may have been sent.

use std::time::Duration;

use crate::error::{Error, Kind, Retry};

/// A request that may have been sent.
#[derive(Clone, Debug)]
pub(crate) struct Doubt {
    /// When the search started: Unix time in seconds.
    pub(super) since: u64,
    /// When the request was sent, on the monotonic clock; only known in the call that sent it.
    pub(super) sent: Option<Duration>,
    /// The target's error if nothing is found.
    pub(super) error: Error,
}

impl Doubt {
    /// A request whose response was lost or is inconclusive.
    pub(super) fn new(since: u64, sent: Option<Duration>, error: Error) -> Self {
        Self { since, sent, error }
    }

    /// A request that may not have been sent at all.
    pub(super) fn interrupted(since: u64, action: &str) -> Self {
        let message = format!(
            "The host was interrupted while `{action}` was being sent, and the service's records do not show it: it may have been carried out or not."
        );
        Self::new(since, None, Error::new(Kind::Unreachable, message).with_retry(Retry::Unknown))
    }

    /// Whether the service rejected the request. It also does so if the request was duplicated on
    /// the way.
    pub(super) fn is_refused(&self) -> bool {
        self.error.kind() == Kind::Conflict || self.error.retry() == Retry::Never
    }

    /// Seconds until the next search, if searching takes `max` seconds at most.
    pub(super) fn wait(&self, now: u64, max: u64) -> u64 {
        let age = now.saturating_sub(self.since);
        let wait = match age {
            0 => 1,
            1..4 => 3,
            4..10 => 6,
            _ => 10,
        };
        wait.min(max.saturating_sub(age)).max(1)
    }
}

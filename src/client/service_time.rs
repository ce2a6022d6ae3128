//! Estimates the service's clock from the `Date` header of its responses.
//!
//! A response is trusted only as far as it agrees with the others of the call: a cache, or a
//! gateway with a wrong clock, gives times that lag behind or stand still. The latest time seen in
//! the call counts, advanced by our monotonic clock. A `Date` more than five minutes from our own
//! wall clock is not trusted at all, whichever of the two is wrong: then the time is unknown, and
//! nothing is concluded from it. Five minutes is what Entra allows for tokens
//! (<https://learn.microsoft.com/en-us/entra/identity-platform/access-tokens#validate-tokens>).

use std::time::Duration;

use crate::response::{Head, http_date};

/// How far two clocks of the service may differ, in milliseconds.
const AGREES: i64 = 5_000;

/// How far the service's clock may differ from ours, in seconds.
const TOLERANCE: u64 = 300;

/// Bounds on how far the service's clock is ahead of our monotonic clock, in milliseconds: the
/// `Date` was written between sending and receiving.
#[derive(Clone, Copy, Debug)]
pub(super) struct ServiceTime {
    min_offset: i64,
    max_offset: i64,
}

impl ServiceTime {
    /// Updates the estimate with a response to a request sent at `sent` and received at `received`;
    /// `unix` is our wall clock at reception.
    pub(super) fn update(
        before: Option<Self>,
        head: &Head,
        sent: Duration,
        received: Duration,
        unix: Duration,
    ) -> Option<Self> {
        let Some(date) = head.header("date").and_then(http_date) else { return before };
        // A cached response is at least as old as it says.
        if head.header("age").is_some() || date.abs_diff(unix.as_secs()) > TOLERANCE {
            return before;
        }
        let date = i64::try_from(date * 1000).unwrap_or(i64::MAX);
        let found = Self {
            min_offset: date - milliseconds(received),
            max_offset: date - milliseconds(sent),
        };
        match before {
            // The response lags behind.
            Some(before) if found.max_offset + AGREES < before.min_offset => Some(before),
            // The earlier responses lag behind.
            Some(before) if found.min_offset > before.max_offset + AGREES => Some(found),
            Some(before) => {
                let min_offset = before.min_offset.max(found.min_offset);
                Some(Self {
                    min_offset,
                    max_offset: before.max_offset.min(found.max_offset).max(min_offset),
                })
            }
            None => Some(found),
        }
    }

    /// The earliest time that it may have shown at `at`: Unix time in seconds.
    pub(super) fn earliest(self, at: Duration) -> u64 {
        u64::try_from((self.min_offset + milliseconds(at)) / 1000).unwrap_or_default()
    }

    /// The latest time that it may have shown at `at`: Unix time in seconds.
    pub(super) fn latest(self, at: Duration) -> u64 {
        u64::try_from((self.max_offset + milliseconds(at)) / 1000).unwrap_or_default()
    }
}

fn milliseconds(time: Duration) -> i64 {
    i64::try_from(time.as_millis()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Tue, 24 Nov 2026 12:48:28 GMT.
    const NOON: u64 = 1_795_524_508;

    fn latest_after(answers: &[(u64, &str)], unix: u64) -> Option<u64> {
        let mut known = None;
        let mut last = 0;
        for (at, date) in answers {
            let mut headers = vec![("date".to_owned(), (*date).to_owned())];
            if let Some(date) = date.strip_prefix("cached ") {
                headers =
                    vec![("date".to_owned(), date.to_owned()), ("age".to_owned(), "0".to_owned())];
            }
            let (head, at) = (Head { status: 200, headers }, Duration::from_secs(*at));
            known = ServiceTime::update(known, &head, at, at, Duration::from_secs(unix) + at);
            last = at.as_secs();
        }
        known.map(|known: ServiceTime| known.earliest(Duration::from_secs(last)))
    }

    #[test]
    fn the_latest_time_that_was_seen_counts() {
        let (noon, later) = ("Tue, 24 Nov 2026 12:48:28 GMT", "Tue, 24 Nov 2026 12:48:38 GMT");
        let (stale, ahead) = ("Tue, 24 Nov 2026 12:44:28 GMT", "Tue, 24 Nov 2026 12:52:28 GMT");
        for (answers, unix, expected) in [
            (&[(0, noon)][..], NOON, Some(NOON)),
            // Our clock may be wrong by minutes.
            (&[(0, noon)], NOON + TOLERANCE, Some(NOON)),
            (&[(0, noon)], NOON - TOLERANCE, Some(NOON)),
            (&[(0, noon)], NOON + TOLERANCE + 1, None),
            (&[(0, noon)], NOON - TOLERANCE - 1, None),
            (&[(0, noon)], 0, None),
            (&[(0, noon), (10, later)], NOON, Some(NOON + 10)),
            // Minutes behind, first and last; and one that stands still.
            (&[(0, noon), (10, stale)], NOON, Some(NOON + 10)),
            (&[(0, stale), (10, later)], NOON, Some(NOON + 10)),
            (&[(0, noon), (10, noon), (20, noon)], NOON, Some(NOON + 20)),
            (&[(0, noon), (1, ahead)], NOON, Some(NOON + 240)),
            (&[(0, "cached Tue, 24 Nov 2026 12:48:28 GMT")], NOON, None),
            (&[(0, "yesterday")], NOON, None),
        ] {
            assert_eq!(latest_after(answers, unix), expected, "{answers:?} {unix}");
        }
    }
}

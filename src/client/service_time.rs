//! The service's clock, as its answers show it in `Date`.
//!
//! What an answer says is believed only as far as the others of the call agree: a cache, or a
//! gateway whose clock is wrong, gives times that are behind what was seen before, or that stand
//! still. The latest time that was seen in the call counts, carried on by our steady clock. A
//! `Date` that is more than five minutes from our own wall clock is not believed at all, whichever
//! of the two is wrong: the time is then not known, and nothing is concluded from it. Five minutes
//! is what Entra allows for tokens
//! (<https://learn.microsoft.com/en-us/entra/identity-platform/access-tokens#validate-tokens>).

use std::time::Duration;

use crate::response::{Head, http_date};

/// How far two clocks of the service may differ, in milliseconds.
const AGREES: i64 = 5_000;

/// How far the service's clock may be from ours, in seconds.
const TOLERANCE: u64 = 300;

/// By how much the service's clock is ahead of our steady one, in milliseconds: it was looked at
/// between sending and receiving.
#[derive(Clone, Copy, Debug)]
pub(super) struct ServiceTime {
    least: i64,
    most: i64,
}

impl ServiceTime {
    /// What is known after an answer whose request went out at `sent` and which came at `received`;
    /// `unix` is our wall clock then.
    pub(super) fn after(
        before: Option<Self>,
        head: &Head,
        sent: Duration,
        received: Duration,
        unix: Duration,
    ) -> Option<Self> {
        let Some(shown) = head.header("date").and_then(http_date) else { return before };
        // What a cache gives is as old as it says, and older.
        if head.header("age").is_some() || shown.abs_diff(unix.as_secs()) > TOLERANCE {
            return before;
        }
        let shown = i64::try_from(shown * 1000).unwrap_or(i64::MAX);
        let found =
            Self { least: shown - milliseconds(received), most: shown - milliseconds(sent) };
        match before {
            // It is behind.
            Some(before) if found.most + AGREES < before.least => Some(before),
            // What was seen before is behind.
            Some(before) if found.least > before.most + AGREES => Some(found),
            Some(before) => {
                let least = before.least.max(found.least);
                Some(Self { least, most: before.most.min(found.most).max(least) })
            }
            None => Some(found),
        }
    }

    /// What it showed at a moment of ours, at the earliest: Unix time in seconds.
    pub(super) fn earliest(self, at: Duration) -> u64 {
        u64::try_from((self.least + milliseconds(at)) / 1000).unwrap_or_default()
    }

    /// What it showed at a moment of ours, at the latest: Unix time in seconds.
    pub(super) fn latest(self, at: Duration) -> u64 {
        u64::try_from((self.most + milliseconds(at)) / 1000).unwrap_or_default()
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

    fn seen(answers: &[(u64, &str)], unix: u64) -> Option<u64> {
        let mut known = None;
        let mut last = 0;
        for (at, date) in answers {
            let mut headers = vec![("date".to_owned(), (*date).to_owned())];
            if let Some(date) = date.strip_prefix("cached ") {
                headers =
                    vec![("date".to_owned(), date.to_owned()), ("age".to_owned(), "0".to_owned())];
            }
            let (head, at) = (Head { status: 200, headers }, Duration::from_secs(*at));
            known = ServiceTime::after(known, &head, at, at, Duration::from_secs(unix) + at);
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
            assert_eq!(seen(answers, unix), expected, "{answers:?} {unix}");
        }
    }
}

//! Keeps to the service's rate limits: counts the requests of the last hour, and computes how long
//! the next one must wait.
//!
//! The service answers excessive requests with 429, and requests that come too early prolong the
//! block; so the connector avoids getting there.

use crate::catalogue::Budget;
use crate::clock::Clock;

const MINUTE: u64 = 60;
const HOUR: u64 = 3600;

/// The requests of the last hour, oldest first.
#[derive(Clone, Debug, Default)]
pub struct RateLimiter {
    counts: Vec<RequestCount>,
    /// The offset of the wall clock from the monotonic clock when it was last read, in seconds;
    /// `None` for a restored snapshot that was not used yet.
    ahead: Option<i64>,
}

/// The requests of one second.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct RequestCount {
    /// The rate limit that they count against.
    pub family: u8,
    /// Unix time in seconds.
    pub at: u64,
    /// Number of requests.
    pub count: u32,
}

impl RateLimiter {
    /// Restores counts.
    pub fn from_counts(counts: Vec<RequestCount>) -> Self {
        Self { counts, ahead: None }
    }

    /// Merges the counts of another instance. Counts that both have from the same snapshot are
    /// counted once.
    pub fn merge(&mut self, others: RateLimiter) {
        self.counts = self.rows();
        for other in others.counts {
            let is_same =
                |own: &&mut RequestCount| own.family == other.family && own.at == other.at;
            match self.counts.iter_mut().find(is_same) {
                Some(own) => own.count = own.count.max(other.count),
                None => {
                    let at = self
                        .counts
                        .iter()
                        .position(|own| own.at > other.at)
                        .unwrap_or(self.counts.len());
                    self.counts.insert(at, other);
                }
            }
        }
    }

    /// Returns the Unix time in seconds. If the wall clock jumped since the last call, shifts the
    /// counts with it, so that their age on the monotonic clock stays the same.
    pub fn now(&mut self, clock: &dyn Clock) -> u64 {
        let now = clock.unix().as_secs();
        let ahead = now as i64 - clock.steady().as_secs() as i64;
        let step = ahead - self.ahead.replace(ahead).unwrap_or(ahead);
        for counts in &mut self.counts {
            // A count in the future comes from another host's clock: treat it as sent just now.
            counts.at = counts.at.saturating_add_signed(step).min(now);
        }
        now
    }

    /// Seconds until one more request stays within `percent` of its limits; 0 percent means no
    /// limit.
    pub fn wait(&mut self, budget: &Budget, percent: u32, now: u64) -> u64 {
        self.counts.retain(|counts| now - counts.at <= HOUR);
        let mut wait = 0;
        for (max, length) in [(budget.per_minute, MINUTE), (budget.per_hour, HOUR)] {
            let max = (max * percent / 100).max(1);
            let mut count = 0;
            for counts in self
                .counts
                .iter()
                .rev()
                .filter(|counts| counts.family == budget.family && now - counts.at <= length)
            {
                count = counts.count.saturating_add(count);
                if count >= max {
                    // Seconds are rounded down: add one, so that the window is never too short.
                    wait = wait.max(counts.at + length + 1 - now);
                    break;
                }
            }
        }
        if percent == 0 { 0 } else { wait }
    }

    /// Counts a request.
    pub fn count(&mut self, budget: &Budget, now: u64) {
        let family = budget.family;
        match self.counts.last_mut() {
            Some(last) if last.family == family && last.at == now => last.count += 1,
            _ => self.counts.push(RequestCount { family, at: now, count: 1 }),
        }
    }

    /// Returns the counts, merged per minute if they are older than a minute: enough for the hourly
    /// limit.
    pub fn rows(&self) -> Vec<RequestCount> {
        let now = self.counts.last().map_or(0, |last| last.at);
        let mut rows: Vec<RequestCount> = Vec::new();
        for counts in self.counts.iter().filter(|counts| now.saturating_sub(counts.at) <= HOUR) {
            let old = now.saturating_sub(counts.at) > MINUTE;
            let same = |row: &&mut RequestCount| {
                row.family == counts.family
                    && (row.at == counts.at || (old && row.at / MINUTE == counts.at / MINUTE))
            };
            match rows.iter_mut().rev().find(same) {
                Some(row) => {
                    (row.at, row.count) = (counts.at, row.count.saturating_add(counts.count))
                }
                None => rows.push(*counts),
            }
        }
        rows
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const BUDGET: Budget = Budget { family: 1, per_minute: 3, per_hour: 5 };

    #[test]
    fn windows_slide() {
        let mut rate_limiter = RateLimiter::default();
        for (now, wait) in [
            (1000, 0),
            (1000, 0),
            (1010, 0),
            (1011, 50),
            (1060, 1),
            (1061, 0),
            (1062, 0),
            (1063, 3538),
        ] {
            assert_eq!(rate_limiter.wait(&BUDGET, 100, now), wait, "{now}");
            if wait == 0 {
                rate_limiter.count(&BUDGET, now);
            }
        }
        assert_eq!(
            rate_limiter.wait(&Budget { family: 2, ..BUDGET }, 100, 1063),
            0,
            "another budget"
        );
        assert_eq!(rate_limiter.wait(&BUDGET, 0, 1063), 0, "no budget");
    }

    /// A wall clock that shows this, and a monotonic clock.
    struct At(u64, u64);

    impl Clock for At {
        fn unix(&self) -> Duration {
            Duration::from_secs(self.0)
        }

        fn elapsed(&self) -> Duration {
            Duration::from_secs(self.1)
        }

        fn sleep(&self, _: Duration) {}
    }

    #[test]
    fn a_wall_clock_that_is_put_forward_or_back_changes_no_window() {
        let mut rate_limiter = RateLimiter::default();
        for n in 0..3 {
            let now = rate_limiter.now(&At(10_000 + n, 100 + n));
            rate_limiter.count(&BUDGET, now);
        }
        for (wall, steady, wait) in
            [(10_010, 110, 51), (99_999, 111, 50), (500, 112, 49), (10_061, 161, 0)]
        {
            let now = rate_limiter.now(&At(wall, steady));
            assert_eq!(rate_limiter.wait(&BUDGET, 100, now), wait, "{wall}");
        }
        // Another host's clock: only known not to be later than now.
        let mut rate_limiter = RateLimiter::from_counts(rate_limiter.rows());
        let now = rate_limiter.now(&At(9_000, 7));
        assert_eq!(rate_limiter.wait(&BUDGET, 100, now), 61);
    }

    /// The clock of a call: its own time begins with it.
    struct InCall(u64);

    impl Clock for InCall {
        fn unix(&self) -> Duration {
            Duration::from_secs(10_000 + self.0)
        }

        fn elapsed(&self) -> Duration {
            Duration::ZERO
        }

        fn steady(&self) -> Duration {
            Duration::from_secs(self.0)
        }

        fn sleep(&self, _: Duration) {}
    }

    #[test]
    fn the_time_between_two_calls_counts() {
        let mut rate_limiter = RateLimiter::default();
        for n in 0..3 {
            let now = rate_limiter.now(&InCall(n));
            rate_limiter.count(&BUDGET, now);
        }
        for (call, wait) in [(10, 51), (60, 1), (61, 0)] {
            let now = rate_limiter.now(&InCall(call));
            assert_eq!(rate_limiter.wait(&BUDGET, 100, now), wait, "{call}");
        }
    }

    #[test]
    fn a_part_of_a_budget_is_at_least_one_call() {
        let mut rate_limiter = RateLimiter::default();
        rate_limiter.count(&BUDGET, 1000);
        assert_eq!(rate_limiter.wait(&BUDGET, 1, 1000), 3601);
        assert_eq!(rate_limiter.wait(&BUDGET, 50, 1000), 61);
    }

    #[test]
    fn what_another_instance_counted_counts_too_and_what_both_had_counts_once() {
        let mut one = RateLimiter::default();
        one.count(&BUDGET, 1000);
        let mut other = RateLimiter::from_counts(one.rows());
        one.count(&BUDGET, 1010);
        // Another family between two requests of one second.
        other.count(&BUDGET, 1005);
        other.count(&Budget { family: 2, ..BUDGET }, 1005);
        other.count(&BUDGET, 1005);
        one.merge(RateLimiter::from_counts(other.rows()));
        let rows = one.rows();
        let rows: Vec<(u64, u32)> =
            rows.iter().filter(|row| row.family == 1).map(|row| (row.at, row.count)).collect();
        assert_eq!(rows, [(1000, 1), (1005, 2), (1010, 1)]);
        assert_eq!(one.wait(&BUDGET, 100, 1011), 55);
    }

    #[test]
    fn the_summary_keeps_the_hour_and_the_last_minute() {
        let mut rate_limiter = RateLimiter::default();
        for now in [1020, 1030, 1079, 1080, 4000, 4001] {
            rate_limiter.count(&BUDGET, now);
        }
        let rows: Vec<(u64, u32)> =
            rate_limiter.rows().iter().map(|row| (row.at, row.count)).collect();
        assert_eq!(rows, [(1079, 3), (1080, 1), (4000, 1), (4001, 1)]);
    }
}

//! Keeping to the service's budgets: what went out in the last hour, and how long the next request
//! has to wait.
//!
//! Asking too often is answered with 429, and asking again too soon prolongs that; so the connector
//! does not let it come to it.

use crate::catalogue::Budget;
use crate::clock::Clock;

const MINUTE: u64 = 60;
const HOUR: u64 = 3600;

/// What went out in the last hour, oldest first.
#[derive(Clone, Debug, Default)]
pub struct Pace {
    sent: Vec<Sent>,
    /// How far the wall clock was ahead of the steady one when they were last seen, in seconds;
    /// nothing of a snapshot that was not used yet.
    ahead: Option<i64>,
}

/// Requests of one second.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Sent {
    /// Whose budget they count for.
    pub family: u8,
    /// When: Unix time in seconds.
    pub at: u64,
    /// How many.
    pub count: u32,
}

impl Pace {
    /// Requests that went out before.
    pub fn of(sent: Vec<Sent>) -> Self {
        Self { sent, ahead: None }
    }

    /// Adds what another instance has counted. Both may have some of it from the same snapshot,
    /// which counts once.
    pub fn add(&mut self, others: Pace) {
        self.sent = self.rows();
        for other in others.sent {
            let is_same = |own: &&mut Sent| own.family == other.family && own.at == other.at;
            match self.sent.iter_mut().find(is_same) {
                Some(own) => own.count = own.count.max(other.count),
                None => {
                    let at = self
                        .sent
                        .iter()
                        .position(|own| own.at > other.at)
                        .unwrap_or(self.sent.len());
                    self.sent.insert(at, other);
                }
            }
        }
    }

    /// The Unix time in seconds. A wall clock that was put forward or back since takes what went
    /// out along: how long ago that was is told by the steady clock.
    pub fn now(&mut self, clock: &dyn Clock) -> u64 {
        let now = clock.unix().as_secs();
        let ahead = now as i64 - clock.elapsed().as_secs() as i64;
        let step = ahead - self.ahead.replace(ahead).unwrap_or(ahead);
        for sent in &mut self.sent {
            // What a snapshot puts into the future was counted by another clock: it went out just
            // now, at the latest.
            sent.at = sent.at.saturating_add_signed(step).min(now);
        }
        now
    }

    /// Seconds until one more request keeps to `percent` of its budget; 0 percent is no budget at
    /// all.
    pub fn wait(&mut self, budget: &Budget, percent: u32, now: u64) -> u64 {
        self.sent.retain(|sent| now - sent.at <= HOUR);
        let mut wait = 0;
        for (most, length) in [(budget.per_minute, MINUTE), (budget.per_hour, HOUR)] {
            let most = (most * percent / 100).max(1);
            let mut count = 0;
            for sent in self
                .sent
                .iter()
                .rev()
                .filter(|sent| sent.family == budget.family && now - sent.at <= length)
            {
                count = sent.count.saturating_add(count);
                if count >= most {
                    // Seconds are whole: one more, so that a window is never too short.
                    wait = wait.max(sent.at + length + 1 - now);
                    break;
                }
            }
        }
        if percent == 0 { 0 } else { wait }
    }

    /// Counts a request.
    pub fn count(&mut self, budget: &Budget, now: u64) {
        let family = budget.family;
        match self.sent.last_mut() {
            Some(last) if last.family == family && last.at == now => last.count += 1,
            _ => self.sent.push(Sent { family, at: now, count: 1 }),
        }
    }

    /// What went out, minute by minute where it is older than one: enough to keep the hour's
    /// budget.
    pub fn rows(&self) -> Vec<Sent> {
        let now = self.sent.last().map_or(0, |last| last.at);
        let mut rows: Vec<Sent> = Vec::new();
        for sent in self.sent.iter().filter(|sent| now.saturating_sub(sent.at) <= HOUR) {
            let old = now.saturating_sub(sent.at) > MINUTE;
            let same = |row: &&mut Sent| {
                row.family == sent.family
                    && (row.at == sent.at || (old && row.at / MINUTE == sent.at / MINUTE))
            };
            match rows.iter_mut().rev().find(same) {
                Some(row) => (row.at, row.count) = (sent.at, row.count.saturating_add(sent.count)),
                None => rows.push(*sent),
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
        let mut pace = Pace::default();
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
            assert_eq!(pace.wait(&BUDGET, 100, now), wait, "{now}");
            if wait == 0 {
                pace.count(&BUDGET, now);
            }
        }
        assert_eq!(pace.wait(&Budget { family: 2, ..BUDGET }, 100, 1063), 0, "another budget");
        assert_eq!(pace.wait(&BUDGET, 0, 1063), 0, "no budget");
    }

    /// A wall clock that shows this, and a steady one.
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
        let mut pace = Pace::default();
        for n in 0..3 {
            let now = pace.now(&At(10_000 + n, 100 + n));
            pace.count(&BUDGET, now);
        }
        for (wall, steady, wait) in
            [(10_010, 110, 51), (99_999, 111, 50), (500, 112, 49), (10_061, 161, 0)]
        {
            let now = pace.now(&At(wall, steady));
            assert_eq!(pace.wait(&BUDGET, 100, now), wait, "{wall}");
        }
        // Another host's clock: nothing is known but that it was not later than now.
        let mut pace = Pace::of(pace.rows());
        let now = pace.now(&At(9_000, 7));
        assert_eq!(pace.wait(&BUDGET, 100, now), 61);
    }

    #[test]
    fn a_part_of_a_budget_is_at_least_one_call() {
        let mut pace = Pace::default();
        pace.count(&BUDGET, 1000);
        assert_eq!(pace.wait(&BUDGET, 1, 1000), 3601);
        assert_eq!(pace.wait(&BUDGET, 50, 1000), 61);
    }

    #[test]
    fn what_another_instance_counted_counts_too_and_what_both_had_counts_once() {
        let mut one = Pace::default();
        one.count(&BUDGET, 1000);
        let mut other = Pace::of(one.rows());
        one.count(&BUDGET, 1010);
        // Another family between two of one second.
        other.count(&BUDGET, 1005);
        other.count(&Budget { family: 2, ..BUDGET }, 1005);
        other.count(&BUDGET, 1005);
        one.add(Pace::of(other.rows()));
        let rows = one.rows();
        let rows: Vec<(u64, u32)> =
            rows.iter().filter(|row| row.family == 1).map(|row| (row.at, row.count)).collect();
        assert_eq!(rows, [(1000, 1), (1005, 2), (1010, 1)]);
        assert_eq!(one.wait(&BUDGET, 100, 1011), 55);
    }

    #[test]
    fn the_summary_keeps_the_hour_and_the_last_minute() {
        let mut pace = Pace::default();
        for now in [1020, 1030, 1079, 1080, 4000, 4001] {
            pace.count(&BUDGET, now);
        }
        let rows: Vec<(u64, u32)> = pace.rows().iter().map(|row| (row.at, row.count)).collect();
        assert_eq!(rows, [(1079, 3), (1080, 1), (4000, 1), (4001, 1)]);
    }
}

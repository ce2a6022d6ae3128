//! The service's documented rate limits.
//!
//! <https://learn.microsoft.com/en-us/defender-endpoint/api/exposed-apis-list>. They apply to an
//! application in a tenant as a whole; requests of other programs of the same application are
//! unknown here.

use super::{Action, CATALOGUE};

/// The rate limits of a request.
#[derive(Clone, Copy, Debug)]
pub struct Budget {
    /// Requests of one family count together; those of family 0 count per action.
    pub family: u8,
    /// Requests per minute.
    pub per_minute: u32,
    /// Requests per hour.
    pub per_hour: u32,
}

impl Budget {
    /// Whether these are the limits of hunting queries, which take minutes and cost the tenant's
    /// quota of computing time.
    pub fn is_for_queries(&self) -> bool {
        self.family == HUNTING.family
    }
}

impl Action {
    /// Returns its rate limits, with a unique family.
    pub fn budget(&'static self) -> Budget {
        /// Numbers below are named families; those from here on are single actions.
        const NAMED: usize = 16;
        let mut budget = *self.budget;
        if budget.family == 0 {
            let at =
                CATALOGUE.iter().position(|action| std::ptr::eq(*action, self)).unwrap_or_default();
            budget.family = u8::try_from(NAMED + at).unwrap_or(u8::MAX);
        }
        budget
    }
}

const fn budget(family: u8, per_minute: u32, per_hour: u32) -> Budget {
    Budget { family, per_minute, per_hour }
}

/// The limits of everything that has none of its own, per action.
pub(crate) static STANDARD: Budget = budget(0, 100, 1500);
pub(crate) static LIVE_RESPONSE: Budget = budget(1, 10, 1500);
pub(crate) static PACKAGE_LINKS: Budget = budget(2, 2, 120);
pub(crate) static INVESTIGATIONS: Budget = budget(3, 50, 50);
pub(crate) static ALERT_BATCHES: Budget = budget(4, 10, 500);
pub(crate) static NEW_ALERTS: Budget = budget(5, 15, 1500);
pub(crate) static INDICATOR_BATCHES: Budget = budget(6, 30, 1500);
pub(crate) static MACHINE_VULNERABILITIES: Budget = budget(7, 50, 1500);
pub(crate) static HUNTING: Budget = budget(8, 45, 1500);
pub(crate) static EXPORTS: Budget = budget(9, 30, 1000);
pub(crate) static EXPORT_FILES: Budget = budget(10, 5, 20);

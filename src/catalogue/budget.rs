//! How often the service may be asked for what, as it documents it.
//!
//! <https://learn.microsoft.com/en-us/defender-endpoint/api/exposed-apis-list>. The calls of a
//! whole application in a tenant count together; what other programs of the same application do is
//! not known here.

use super::{Action, CATALOGUE};

/// How often the service may be asked for something.
#[derive(Clone, Copy, Debug)]
pub struct Budget {
    /// Which of them: requests of one family count together; those of family 0 by action.
    pub family: u8,
    /// Calls a minute.
    pub per_minute: u32,
    /// Calls an hour.
    pub per_hour: u32,
}

impl Budget {
    /// Whether it is that of hunting queries, which take minutes and cost the tenant's quota of
    /// computing time.
    pub fn is_of_queries(&self) -> bool {
        self.family == HUNTING.family
    }
}

impl Action {
    /// How often the service may be asked for it, told apart from every other budget.
    pub fn budget(&'static self) -> Budget {
        /// The families that are named come before those of single actions.
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

/// Whatever has no budget of its own: so often each.
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

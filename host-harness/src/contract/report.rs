//! The result of testing a config.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::names::named;

/// The result of [`Connector::test`](crate::Connector::test).
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// Whether all steps passed or were skipped.
    pub passed: bool,
    /// The checks, in the order in which they ran.
    pub steps: Vec<Step>,
    /// One entry per action of the descriptor.
    pub permissions: Vec<Permission>,
}

/// One check.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Step {
    /// Stable kebab-case name.
    pub name: String,
    /// The result of the check.
    pub status: StepStatus,
    /// One sentence: what was found and, on failure, what to do. Do not match on it.
    pub detail: String,
    /// How long it took. `durationMs` in JSON.
    #[serde(rename = "durationMs", with = "super::millis")]
    pub duration: Duration,
    /// Stable code of a failed check: the service's own, else the connector's in kebab-case. Open
    /// set.
    pub code: Option<String>,
    /// URL of documentation about a failed check.
    pub help: Option<String>,
}

named! {
    /// The result of a check.
    StepStatus {
        /// The check succeeded.
        Passed = "passed",
        /// The check failed: see `detail`, `code` and `help`.
        Failed = "failed",
        /// The check did not run, because an earlier one failed or the permissions do not allow it.
        Skipped = "skipped",
    }
}

/// Whether the credentials allow an action.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Permission {
    /// [`Action::name`](super::Action::name).
    pub action: String,
    /// True only if the token is known to carry every required permission.
    pub granted: bool,
    /// The weakest set of permissions to add, by name.
    pub missing: Vec<String>,
}

//! What a test of the settings found.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::names::named;

/// What [`Connector::test`](crate::Connector::test) found.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// Whether no step failed.
    pub passed: bool,
    /// The checks in the order in which they were made.
    pub steps: Vec<Step>,
    /// One row for every action of the descriptor.
    pub permissions: Vec<Permission>,
}

/// One check.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Step {
    /// Stable name in kebab-case.
    pub name: String,
    /// How it ended.
    pub status: StepStatus,
    /// One sentence: what was found and, if it failed, what to do. Do not match on it.
    pub detail: String,
    /// How long it took. `durationMs` in JSON.
    #[serde(rename = "durationMs", with = "super::millis")]
    pub duration: Duration,
    /// Stable code of a failed check: the service's own, else the connector's in kebab-case. Open set.
    pub code: Option<String>,
    /// URL of documentation about a failed check.
    pub help: Option<String>,
}

named! {
    /// How a check ended.
    StepStatus {
        /// What was checked is as it should be.
        Passed = "passed",
        /// It is not: see `detail`, `code` and `help`.
        Failed = "failed",
        /// Not made, because an earlier one failed or because nothing allows it.
        Skipped = "skipped",
    }
}

/// Whether the credentials allow an action.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Permission {
    /// [`Action::name`](super::Action::name).
    pub action: String,
    /// True only if the token is known to carry every permission that is needed.
    pub granted: bool,
    /// The least permissions to add, by name.
    pub missing: Vec<String>,
}

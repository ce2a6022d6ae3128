//! The outcome of an action and its cost.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::Refusal;
use super::names::named;

/// The outcome of a successful action.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Outcome {
    /// The result as JSON, conforming to [`Action::result_schema`](super::Action::result_schema).
    #[serde(with = "super::text")]
    pub data: String,
    /// The service's job, if there is exactly one.
    pub job: Option<Job>,
    /// The cost of the call.
    pub usage: Usage,
    /// Warnings: what the caller should know although the action succeeded.
    pub warnings: Vec<Warning>,
}

impl Outcome {
    /// Parses the result into a type of the caller's.
    ///
    /// # Errors
    ///
    /// The result does not match that type.
    pub fn parse<'a, T: Deserialize<'a>>(&'a self) -> serde_json::Result<T> {
        serde_json::from_str(&self.data)
    }

    /// Adds a warning for each request that the host refused.
    pub(crate) fn with_refusals(mut self, refused: &[Refusal]) -> Self {
        let warnings = refused.iter().map(|refusal| Warning {
            code: "request-refused".to_owned(),
            message: format!("The host refused a request: {refusal}."),
            details: serde_json::to_string(refusal).ok(),
        });
        // Those of earlier steps may be there already.
        let new: Vec<Warning> = warnings.filter(|it| !self.warnings.contains(it)).collect();
        self.warnings.extend(new);
        self
    }
}

/// A warning attached to a success.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Warning {
    /// Stable kebab-case code. Open set.
    pub code: String,
    /// One human-readable sentence. Do not match on it.
    pub message: String,
    /// More details, depending on the code: a JSON object.
    #[serde(with = "super::optional_text", default)]
    pub details: Option<String>,
}

/// A job that the service runs asynchronously, for example a machine action.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Job {
    /// The service's identifier; use it to follow or cancel the job and to open its file.
    pub id: String,
    /// Its last known state.
    pub state: JobState,
    /// Whether someone else or an earlier call had already started it, and this call took it over.
    pub adopted: bool,
}

named! {
    /// The state of a job. Only [`JobState::Succeeded`] is success.
    JobState {
        /// Not started.
        Pending = "pending",
        /// Started, not finished.
        InProgress = "in-progress",
        /// Finished successfully.
        Succeeded = "succeeded",
        /// Finished with a failure.
        Failed = "failed",
        /// The service gave up: the machine did not respond in time.
        TimedOut = "timed-out",
        /// Cancelled by a user or a program.
        Cancelled = "cancelled",
        /// A state unknown to the connector. Not a success.
        Unknown = "unknown",
    }
}

/// The cost of a call.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Usage {
    /// UUID (RFC 9562) of the call. Every request of the call carries it as the header
    /// `client-request-id`.
    pub call_id: String,
    /// Requests sent, including token requests and retries.
    pub requests: u32,
    /// How many of them were retries.
    pub retries: u32,
    /// Bytes of request bodies.
    pub request_bytes: u64,
    /// Bytes of response bodies.
    pub response_bytes: u64,
    /// Time spent waiting between requests. `waitedMs` in JSON.
    #[serde(rename = "waitedMs", with = "super::millis")]
    pub waited: Duration,
}

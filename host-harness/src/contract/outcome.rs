//! What an action yielded, and what it cost.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::names::named;

/// What an action yielded.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Outcome {
    /// The result as JSON, conforming to [`Action::result_schema`](super::Action::result_schema).
    #[serde(with = "super::text")]
    pub data: String,
    /// The job behind it, if there is exactly one.
    pub job: Option<Job>,
    /// What the call cost.
    pub usage: Usage,
    /// What the caller should know although it succeeded.
    pub warnings: Vec<Warning>,
}

impl Outcome {
    /// The result as a type of the caller's.
    ///
    /// # Errors
    ///
    /// The result does not have that form.
    pub fn parse<'a, T: Deserialize<'a>>(&'a self) -> serde_json::Result<T> {
        serde_json::from_str(&self.data)
    }
}

/// Something to know about a success.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Warning {
    /// Stable code in kebab-case. Open set.
    pub code: String,
    /// One sentence for people. Do not match on it.
    pub message: String,
    /// More, by code: an object, as JSON.
    #[serde(with = "super::optional_text", default)]
    pub details: Option<String>,
}

/// A job that the service runs in its own time, for example a machine action.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Job {
    /// The service's identifier: with it the job can be followed and cancelled, and its file opened.
    pub id: String,
    /// Its state when last seen.
    pub state: JobState,
    /// Whether it had been started before, by someone else or by an earlier call, and was taken over.
    pub adopted: bool,
}

named! {
    /// State of a job. Only [`JobState::Succeeded`] is success.
    JobState {
        /// Not begun.
        Pending = "pending",
        /// Begun, not ended.
        InProgress = "in-progress",
        /// Ended well.
        Succeeded = "succeeded",
        /// Ended badly.
        Failed = "failed",
        /// Given up by the service: the machine did not respond in time.
        TimedOut = "timed-out",
        /// Cancelled by a person or a program.
        Cancelled = "cancelled",
        /// A state that the connector does not know. Not success.
        Unknown = "unknown",
    }
}

/// What a call cost.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Usage {
    /// UUID (RFC 9562) of the call. Every request of the call carries it as the header `client-request-id`.
    pub call_id: String,
    /// Requests sent, those for tokens and repetitions included.
    pub requests: u32,
    /// How many of them were repetitions.
    pub retries: u32,
    /// Bytes of request bodies.
    pub request_bytes: u64,
    /// Bytes of response bodies.
    pub response_bytes: u64,
    /// Time spent waiting between requests. `waitedMs` in JSON.
    #[serde(rename = "waitedMs", with = "super::millis")]
    pub waited: Duration,
}

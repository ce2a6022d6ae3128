//! Why a connector could not do what it was asked to.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::Usage;
use super::names::named;

/// The connector's own account of a failure.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PluginError {
    /// What kind of failure: what the caller can do about it.
    pub kind: ErrorKind,
    /// One sentence for people that says what to do. Never a secret, a signed URL or a body. Do not match on it.
    pub message: String,
    /// Who can fix it.
    pub source: ErrorSource,
    /// Whether and when the same call may be made again.
    pub retry: Retry,
    /// HTTP status of the service's response, if there was one.
    pub status: Option<u16>,
    /// The service's own code, if it gave one. Open set.
    pub code: Option<String>,
    /// What to quote to the service's support, if it gave one.
    pub request_id: Option<String>,
    /// More, by kind, as JSON; [`Descriptor::error_details_schema`](super::Descriptor::error_details_schema) describes it.
    #[serde(with = "super::optional_text", default)]
    pub details: Option<String>,
    /// What the call cost, if anything was sent.
    pub usage: Option<Usage>,
}

impl PluginError {
    /// Whether there were too many calls: see [`PluginError::retry_after`].
    pub fn is_throttled(&self) -> bool {
        self.kind == ErrorKind::Throttled
    }

    /// How long to wait before the same call may be made again; `None` if that would not help, or if it may have been carried out.
    pub fn retry_after(&self) -> Option<Duration> {
        match self.retry {
            Retry::After(time) => Some(time),
            Retry::Never | Retry::Unknown => None,
        }
    }

    /// Whether the call may have been carried out all the same: look before you repeat it.
    pub fn may_have_been_carried_out(&self) -> bool {
        self.retry == Retry::Unknown
    }
}

impl std::fmt::Display for PluginError {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.message)
    }
}

impl std::error::Error for PluginError {}

named! {
    /// What kind of failure.
    ErrorKind {
        /// `configure` has not succeeded yet: call it.
        NotConfigured = "not-configured",
        /// The settings or secrets are wrong: fix what `details` lists.
        InvalidConfig = "invalid-config",
        /// There is no such action: see `describe`.
        UnknownAction = "unknown-action",
        /// The parameters are wrong: fix what `details` lists. Nothing was sent.
        InvalidParams = "invalid-params",
        /// The credentials were refused: renew them.
        Unauthenticated = "unauthenticated",
        /// The credentials lack a permission: grant it.
        Forbidden = "forbidden",
        /// The service does not know the thing.
        NotFound = "not-found",
        /// More than one thing has the name: choose one of `details.candidates`.
        Ambiguous = "ambiguous",
        /// The service is busy with another job on the same machine, or responded with someone else's job.
        Conflict = "conflict",
        /// Too many calls: wait as `retry` says.
        Throttled = "throttled",
        /// Refused by the service for a reason of its own (any other 4xx).
        Rejected = "rejected",
        /// The service failed (5xx).
        Unavailable = "unavailable",
        /// No response came.
        Unreachable = "unreachable",
        /// The host's egress policy or its proxy, or the settings' own list of hosts, refused the request: allow the origin there.
        Denied = "denied",
        /// A deadline passed.
        TimedOut = "timed-out",
        /// The response could not be read, or broke a limit.
        MalformedResponse = "malformed-response",
        /// The service carried the action out and it did not succeed.
        ActionFailed = "action-failed",
        /// The action was started and had not ended by the deadline; it goes on.
        Unfinished = "unfinished",
        /// A defect of the connector: report it.
        Internal = "internal",
    }
}

named! {
    /// Who can fix a failure.
    ErrorSource {
        /// The caller: settings, parameters, permissions.
        User = "user",
        /// The remote service or the way to it.
        Service = "service",
        /// The host program.
        Host = "host",
    }
}

/// Whether and when the same call may be made again.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Retry {
    /// It would fail in the same way.
    Never,
    /// It was not carried out and may be repeated after this time. `{"afterMilliseconds": 5000}` in JSON.
    #[serde(rename = "afterMilliseconds")]
    After(#[serde(with = "super::millis")] Duration),
    /// It may have been carried out: look before you repeat.
    Unknown,
}

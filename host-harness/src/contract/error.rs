//! The connector's error type.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::names::named;
use super::{Refusal, Usage};

/// An error reported by the connector.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PluginError {
    /// The kind of failure, which tells the caller what to do.
    pub kind: ErrorKind,
    /// One human-readable sentence that says what to do. Never contains a secret, a signed URL or a
    /// body. Do not match on it.
    pub message: String,
    /// Who can fix it.
    pub source: ErrorSource,
    /// Whether and when the same call may be retried.
    pub retry: Retry,
    /// HTTP status of the service's response, if there was one.
    pub status: Option<u16>,
    /// The service's own error code, if it gave one. Open set.
    pub code: Option<String>,
    /// The request ID to quote to the service's support, if it gave one.
    pub request_id: Option<String>,
    /// More, by kind, as JSON;
    /// [`Descriptor::error_details_schema`](super::Descriptor::error_details_schema) describes it.
    #[serde(with = "super::optional_text", default)]
    pub details: Option<String>,
    /// The cost of the call, if anything was sent.
    pub usage: Option<Usage>,
    /// Requests of the call that the host refused, as the host itself knows; at most 16.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub refused: Vec<Refusal>,
}

impl PluginError {
    /// Whether the service is rate limiting: see [`PluginError::retry_after`].
    pub fn is_throttled(&self) -> bool {
        self.kind == ErrorKind::Throttled
    }

    /// How long to wait before retrying the same call; `None` if a retry would not help or the call
    /// may have been carried out.
    pub fn retry_after(&self) -> Option<Duration> {
        match self.retry {
            Retry::After(time) => Some(time),
            Retry::Never | Retry::Unknown => None,
        }
    }

    /// Whether the call may have been carried out despite the error: check before you retry it. Of
    /// a component that is not trusted, the host says so too: it may have been, if a request that
    /// could change something was sent and not answered by a 4xx.
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
    /// The kind of a failure.
    ErrorKind {
        /// The connector is not configured yet: call `configure`.
        NotConfigured = "not-configured",
        /// The config or secrets are wrong: fix what `details` lists.
        InvalidConfig = "invalid-config",
        /// There is no such action: see `describe`.
        UnknownAction = "unknown-action",
        /// The parameters are wrong: fix what `details` lists. Nothing was sent.
        InvalidParams = "invalid-params",
        /// The credentials were rejected: renew them.
        Unauthenticated = "unauthenticated",
        /// The credentials lack a permission: grant it.
        Forbidden = "forbidden",
        /// The service does not know the requested object.
        NotFound = "not-found",
        /// Several objects have this name: choose one of `details.candidates`.
        Ambiguous = "ambiguous",
        /// The service is busy with another job on the same machine, or responded with someone
        /// else's job.
        Conflict = "conflict",
        /// Rate limited: wait as `retry` says.
        Throttled = "throttled",
        /// The service rejected the request for another reason (any other 4xx).
        Rejected = "rejected",
        /// The service failed (5xx).
        Unavailable = "unavailable",
        /// No response was received.
        Unreachable = "unreachable",
        /// The host's egress policy, its proxy or the config's own host list refused the request:
        /// allow the origin there.
        Denied = "denied",
        /// A deadline passed.
        TimedOut = "timed-out",
        /// The response could not be decoded, or exceeded a limit.
        MalformedResponse = "malformed-response",
        /// The service carried out the action, but it did not succeed.
        ActionFailed = "action-failed",
        /// The action was started but had not finished by the deadline; it continues.
        Unfinished = "unfinished",
        /// A bug in the connector: report it.
        Internal = "internal",
    }
}

named! {
    /// Who can fix a failure.
    ErrorSource {
        /// The caller: config, parameters, permissions.
        User = "user",
        /// The remote service or the network path to it.
        Service = "service",
        /// The host program.
        Host = "host",
    }
}

/// Whether and when the same call may be retried.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Retry {
    /// Retrying would fail the same way.
    Never,
    /// It was not carried out and may be retried after this time. `{"afterMilliseconds": 5000}` in
    /// JSON.
    #[serde(rename = "afterMilliseconds")]
    After(#[serde(with = "super::millis")] Duration),
    /// It may have been carried out: check before you retry.
    Unknown,
}

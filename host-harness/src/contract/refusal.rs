//! Requests that the host refused.

use plugin_egress::Reason;
use serde::{Deserialize, Serialize};

use super::names::named;

/// A request of the component that the host refused.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Refusal {
    /// The HTTP method.
    pub method: String,
    /// Scheme, host, and the port unless it is the scheme's default; empty if not understood.
    pub origin: String,
    /// The path, without the query.
    pub path: String,
    /// Why it was refused.
    pub reason: RefusalReason,
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { method, origin, path, reason } = self;
        let why = match reason {
            RefusalReason::Origin => "its origin is not allowed",
            RefusalReason::Method => "its method is not allowed there",
            RefusalReason::Path => "its path is not allowed there",
            RefusalReason::Address => "its name leads to no address that may be called",
            RefusalReason::ReadsOnly => "the call may only read",
            RefusalReason::Uri => "its destination is not understood",
            RefusalReason::Limit => "too many requests were in progress",
        };
        write!(formatter, "{method} {origin}{path} ({why})")
    }
}

named! {
    /// Why the host refused a request.
    RefusalReason {
        /// The allow-list does not have its scheme, host and port.
        Origin = "origin",
        /// The allow-list does not have its method there.
        Method = "method",
        /// The allow-list does not have its path there.
        Path = "path",
        /// Its name resolves to addresses that are not permitted.
        Address = "address",
        /// The call may only read: see [`Action::only_reads`](super::Action::only_reads).
        ReadsOnly = "reads-only",
        /// Its destination is not understood.
        Uri = "uri",
        /// Too many requests of the instance were in progress.
        Limit = "limit",
    }
}

impl From<plugin_egress::Refusal> for Refusal {
    fn from(from: plugin_egress::Refusal) -> Self {
        let reason = match from.reason {
            Reason::Origin => RefusalReason::Origin,
            Reason::Method => RefusalReason::Method,
            Reason::Path => RefusalReason::Path,
            Reason::Address => RefusalReason::Address,
            Reason::ReadsOnly => RefusalReason::ReadsOnly,
            Reason::Uri => RefusalReason::Uri,
            Reason::Limit => RefusalReason::Limit,
        };
        Self { method: from.method, origin: from.origin, path: from.path, reason }
    }
}

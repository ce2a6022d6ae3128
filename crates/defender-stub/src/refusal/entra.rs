//! Errors of the login endpoint, in Entra's format.

use serde_json::json;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::clock::login_timestamp;
use crate::reply::Reply;

/// An error type: its `AADSTS` code, HTTP status and `error`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Kind {
    code: u32,
    status: u16,
    error: &'static str,
}

pub(crate) const POST_ONLY: Kind = kind(900_561, 400, "invalid_request");
pub(crate) const MALFORMED_TENANT: Kind = kind(900_023, 400, "invalid_request");
pub(crate) const UNKNOWN_TENANT: Kind = kind(90_002, 400, "invalid_request");
pub(crate) const MISSING_FIELD: Kind = kind(900_144, 400, "invalid_request");
pub(crate) const UNSUPPORTED_GRANT: Kind = kind(70_003, 400, "unsupported_grant_type");
pub(crate) const UNKNOWN_CLIENT: Kind = kind(700_016, 400, "unauthorized_client");
pub(crate) const MISSING_CREDENTIAL: Kind = kind(7_000_216, 401, "invalid_client");
pub(crate) const WRONG_SECRET: Kind = kind(7_000_215, 401, "invalid_client");
pub(crate) const EXPIRED_SECRET: Kind = kind(7_000_222, 401, "invalid_client");
pub(crate) const UNKNOWN_ASSERTION: Kind = kind(700_027, 401, "invalid_client");
pub(crate) const ASSERTION_TIME: Kind = kind(700_024, 401, "invalid_client");
pub(crate) const NO_FEDERATION: Kind = kind(700_213, 401, "invalid_client");
pub(crate) const BAD_SCOPE: Kind = kind(70_011, 400, "invalid_scope");
pub(crate) const NOT_DEFAULT_SCOPE: Kind = kind(1_002_012, 400, "invalid_scope");
pub(crate) const UNKNOWN_RESOURCE: Kind = kind(500_011, 400, "invalid_resource");
pub(crate) const THROTTLED: Kind = kind(90_055, 429, "temporarily_unavailable");
pub(crate) const NOT_FOUND: Kind = kind(900_971, 404, "invalid_request");

const fn kind(code: u32, status: u16, error: &'static str) -> Kind {
    Kind { code, status, error }
}

/// An error response.
#[derive(Debug)]
pub(crate) struct Refusal {
    pub(crate) kind: Kind,
    message: String,
}

impl Kind {
    pub(crate) fn because(self, message: impl Into<String>) -> Refusal {
        Refusal { kind: self, message: message.into() }
    }
}

impl Refusal {
    pub(crate) fn reply(&self, now: OffsetDateTime) -> Reply {
        let Kind { code, status, error } = self.kind;
        Envelope { code, error, message: &self.message, is_old: false, claims: None }
            .reply(status, now)
    }
}

/// The body of Entra's error response.
pub(crate) struct Envelope<'r> {
    pub(crate) code: u32,
    pub(crate) error: &'r str,
    pub(crate) message: &'r str,
    /// With line breaks before the IDs, and without a link to the code's description.
    pub(crate) is_old: bool,
    /// The claims that a token would need.
    pub(crate) claims: Option<&'r str>,
}

impl Envelope<'_> {
    pub(crate) fn reply(&self, status: u16, now: OffsetDateTime) -> Reply {
        let Self { code, error, message, is_old, claims } = *self;
        let (trace, correlation) = (Uuid::new_v4().to_string(), Uuid::new_v4().to_string());
        let timestamp = login_timestamp(now);
        let gap = if is_old { "\r\n" } else { " " };
        let mut body = json!({
            "error": error,
            "error_description": format!(
                "AADSTS{code}: {message}{gap}Trace ID: {trace}{gap}Correlation ID: {correlation}{gap}Timestamp: {timestamp}"
            ),
            "error_codes": [code],
            "timestamp": timestamp,
            "trace_id": trace,
            "correlation_id": correlation,
        });
        if !is_old {
            body["error_uri"] =
                json!(format!("https://login.microsoftonline.com/error?code={code}"));
        }
        if let Some(claims) = claims {
            body["claims"] = json!(claims);
        }
        Reply::text(status, "application/json; charset=utf-8", body.to_string())
            .with("x-ms-request-id", trace)
            .with("cache-control", "no-store, no-cache")
    }
}

//! Error responses, in the API's own format.

use serde_json::{Value, json};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::clock::login_timestamp;
use crate::hosts::ServiceId;
use crate::reply::Reply;

/// A refusal: status, code and message.
#[derive(Debug)]
pub(crate) struct ApiError {
    pub(crate) status: u16,
    code: String,
    pub(crate) message: String,
    headers: Vec<(&'static str, String)>,
}

impl ApiError {
    pub(crate) fn new(status: u16, code: impl Into<String>, message: impl Into<String>) -> Self {
        Self { status, code: code.into(), message: message.into(), headers: Vec::new() }
    }

    pub(crate) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    pub(crate) fn unauthorized(message: &str) -> Self {
        Self::new(401, "Unauthorized", message)
            .with("www-authenticate", "Bearer error=\"invalid_token\"")
    }

    pub(crate) fn forbidden(message: impl Into<String>) -> Self {
        Self::new(403, "Forbidden", message)
    }

    pub(crate) fn not_found(message: impl Into<String>) -> Self {
        Self::new(404, "ResourceNotFound", message)
    }

    pub(crate) fn odata(message: impl Into<String>) -> Self {
        Self::new(400, "ODataError", message)
    }

    pub(crate) fn body(message: impl Into<String>) -> Self {
        Self::new(400, "InvalidRequestBody", message)
    }

    pub(crate) fn input(message: impl Into<String>) -> Self {
        Self::new(400, "InvalidInput", message)
    }

    pub(crate) fn missing(name: &str) -> Self {
        Self::new(
            400,
            "MissingRequiredParameter",
            format!("Required parameter '{name}' is missing"),
        )
    }

    pub(crate) fn active_request() -> Self {
        Self::new(400, "ActiveRequestAlreadyExists", "Action is already in progress")
    }

    pub(crate) fn unsupported(platform: &str) -> Self {
        Self::new(
            400,
            "OsPlatformNotSupported",
            format!("Action is not supported on platform {platform}"),
        )
    }

    pub(crate) fn too_many(code: &str, calls: u32, window: &str, retry_after: Option<u64>) -> Self {
        let message = format!("API calls quota exceeded! maximum allowed {calls} per {window}");
        let refused = Self::new(429, code, message);
        match retry_after {
            Some(seconds) => refused.with("retry-after", seconds.to_string()),
            None => refused,
        }
    }

    pub(crate) fn hash(what: &str) -> Self {
        Self::new(
            400,
            "InvalidHashValue",
            format!("'{what}' is not a hash of a kind that is supported here"),
        )
    }

    pub(crate) fn batch(received: usize, allowed: usize) -> Self {
        let message =
            format!("Maximum batch size exceeded. Received: {received}, allowed: {allowed}");
        Self::new(400, "MaximumBatchSizeExceeded", message)
    }

    /// The reply in the format of the service that sends it.
    pub(crate) fn reply(self, service_id: ServiceId) -> Reply {
        let id = Uuid::new_v4().to_string();
        let error = match service_id {
            ServiceId::Graph => self.of_graph(&id),
            // `target` is the request ID to give to support.
            _ => json!({ "code": self.code, "message": self.message, "target": id }),
        };
        let reply = Reply::json(self.status, &json!({ "error": error })).with("request-id", id);
        self.headers.into_iter().fold(reply, |reply, (name, value)| reply.with(name, value))
    }

    /// See <https://learn.microsoft.com/graph/errors>.
    fn of_graph(&self, id: &str) -> Value {
        let code = match (self.status, self.code.as_str()) {
            (401, _) => "InvalidAuthenticationToken",
            (_, "ODataError") => "BadRequest",
            (_, code) => code,
        };
        let date = login_timestamp(OffsetDateTime::now_utc()).replace(' ', "T");
        let inner = json!({
            "date": date.trim_end_matches('Z'), "request-id": id, "client-request-id": id
        });
        json!({ "code": code, "message": self.message, "innerError": inner })
    }
}

//! Builds errors: constructors for common cases, and `with_…` methods for everything beyond kind
//! and message.

use serde_json::Value;

use super::{Error, Kind, Parts, Retry};
use crate::json::object;
use crate::outcome::Usage;
use crate::schema::Problem;

impl Error {
    /// An error that a retry would not fix.
    pub fn new(kind: Kind, message: impl Into<String>) -> Self {
        Self::from_parts(kind, message.into())
    }

    fn from_parts(kind: Kind, message: String) -> Self {
        Self(Box::new(Parts {
            kind,
            message,
            retry: Retry::Never,
            status: None,
            code: None,
            request_id: None,
            details: None,
            usage: None,
        }))
    }

    /// `configure` has not succeeded yet.
    pub fn not_configured() -> Self {
        Self::new(Kind::NotConfigured, "The connector is not configured: call `configure` first.")
    }

    /// The settings or secrets are invalid.
    pub fn invalid_config(problems: &[Problem]) -> Self {
        Self::invalid(Kind::InvalidConfig, "The settings are invalid", problems)
    }

    /// The parameters are invalid; nothing was sent.
    pub fn invalid_params(action: &str, problems: &[Problem]) -> Self {
        let lead = format!("`{action}`: nothing was sent, because the parameters are invalid");
        Self::invalid(Kind::InvalidParams, &lead, problems)
    }

    /// A bug in the connector.
    pub fn internal(what: &str) -> Self {
        Self::new(Kind::Internal, format!("Bug in the connector, please report it: {what}."))
    }

    fn invalid(kind: Kind, lead: &str, problems: &[Problem]) -> Self {
        let mut message = format!("{lead}: ");
        for (n, Problem { pointer, problem }) in problems.iter().enumerate() {
            let separator = if n == 0 { "" } else { "; " };
            let pointer = if pointer.is_empty() { "the document" } else { pointer };
            message += &format!("{separator}{pointer} {problem}");
        }
        message.push('.');
        let row = |p: &Problem| {
            object(&mut [
                ("pointer", Value::from(p.pointer.as_str())),
                ("problem", Value::from(p.problem.as_str())),
            ])
        };
        let mut error = Self::new(kind, message);
        error.0.details = Some(problems.iter().map(row).collect());
        error
    }

    /// Replaces the kind.
    pub fn with_kind(mut self, kind: Kind) -> Self {
        self.0.kind = kind;
        self
    }

    /// Replaces the message.
    pub fn with_message(mut self, message: String) -> Self {
        self.0.message = message;
        self
    }

    /// Sets whether and when the caller may retry.
    pub fn with_retry(mut self, retry: Retry) -> Self {
        self.0.retry = retry;
        self
    }

    /// Sets the HTTP status of the response.
    pub fn with_status(mut self, status: impl Into<Option<u16>>) -> Self {
        self.0.status = status.into();
        self
    }

    /// Sets the service's own code.
    pub fn with_code(mut self, code: impl Into<Option<String>>) -> Self {
        self.0.code = code.into();
        self
    }

    /// Sets the request ID to quote in a support case.
    pub fn with_request_id(mut self, request_id: impl Into<Option<String>>) -> Self {
        self.0.request_id = request_id.into();
        self
    }

    /// Adds a member to `details`.
    pub fn with_detail(mut self, name: &str, value: Value) -> Self {
        match &mut self.0.details {
            Some(Value::Object(details)) => {
                details.insert(name.to_owned(), value);
            }
            Some(_) => {}
            None => self.0.details = Some(object(&mut [(name, value)])),
        }
        self
    }

    /// Sets what the call cost, if anything was sent.
    pub fn with_usage(mut self, usage: Usage) -> Self {
        self.0.usage = Some(usage).filter(|usage| usage.requests > 0);
        self
    }

    /// Returns a copy without the long texts of a machine or the service; `details` keeps the job
    /// only.
    pub(crate) fn brief(&self) -> Self {
        let mut brief = self.clone();
        let job = self
            .details()
            .map(|details| details["machineAction"].clone())
            .filter(|job| !job.is_null());
        brief.0.details = job.map(|job| object(&mut [("machineAction", job)]));
        brief
    }
}

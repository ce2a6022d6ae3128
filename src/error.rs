//! Why a call failed, named by what the caller can do about it: the contract's `error`, as a value of ours.
//!
//! A message never holds a secret, a signed URL or a body; a failure never loses the service's status, code and request id.

use std::ops::{Deref, DerefMut};

use serde_json::Value;

use crate::json::object;
use crate::outcome::Usage;
use crate::shape::Problem;

/// What kind of failure; one for one the contract's `error-kind`.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[expect(missing_docs, reason = "documented in wit/types.wit, one for one")]
pub enum Kind {
    NotConfigured,
    InvalidConfig,
    UnknownAction,
    InvalidParams,
    Unauthenticated,
    Forbidden,
    NotFound,
    Ambiguous,
    Conflict,
    Throttled,
    Rejected,
    Unavailable,
    Unreachable,
    Denied,
    TimedOut,
    MalformedResponse,
    ActionFailed,
    Unfinished,
    Internal,
}

impl Kind {
    /// All of them.
    const ALL: [Self; 19] = [
        Self::NotConfigured,
        Self::InvalidConfig,
        Self::UnknownAction,
        Self::InvalidParams,
        Self::Unauthenticated,
        Self::Forbidden,
        Self::NotFound,
        Self::Ambiguous,
        Self::Conflict,
        Self::Throttled,
        Self::Rejected,
        Self::Unavailable,
        Self::Unreachable,
        Self::Denied,
        Self::TimedOut,
        Self::MalformedResponse,
        Self::ActionFailed,
        Self::Unfinished,
        Self::Internal,
    ];

    /// Its name in the contract.
    pub fn name(self) -> &'static str {
        match self {
            Self::NotConfigured => "not-configured",
            Self::InvalidConfig => "invalid-config",
            Self::UnknownAction => "unknown-action",
            Self::InvalidParams => "invalid-params",
            Self::Unauthenticated => "unauthenticated",
            Self::Forbidden => "forbidden",
            Self::NotFound => "not-found",
            Self::Ambiguous => "ambiguous",
            Self::Conflict => "conflict",
            Self::Throttled => "throttled",
            Self::Rejected => "rejected",
            Self::Unavailable => "unavailable",
            Self::Unreachable => "unreachable",
            Self::Denied => "denied",
            Self::TimedOut => "timed-out",
            Self::MalformedResponse => "malformed-response",
            Self::ActionFailed => "action-failed",
            Self::Unfinished => "unfinished",
            Self::Internal => "internal",
        }
    }
}

/// Who can fix a failure.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Source {
    /// The caller: settings, parameters, permissions.
    User,
    /// The remote service or the way to it.
    Service,
    /// The host program.
    Host,
}

/// Whether and when the same call may be made again.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Retry {
    /// It would fail in the same way.
    Never,
    /// It was not carried out, and may be repeated after this many milliseconds.
    After(u64),
    /// It may have been carried out: look before you repeat.
    Unknown,
}

/// Why a call failed. One pointer wide: results carry it through the whole connector, and success should not pay for it.
#[derive(Clone, Debug)]
pub struct Error(Box<Failure>);

impl Deref for Error {
    type Target = Failure;

    fn deref(&self) -> &Failure {
        &self.0
    }
}

impl DerefMut for Error {
    fn deref_mut(&mut self) -> &mut Failure {
        &mut self.0
    }
}

/// What is known of a failure.
#[derive(Clone, Debug)]
pub struct Failure {
    /// What kind of failure.
    pub kind: Kind,
    /// One sentence that says what to do.
    pub message: String,
    /// Whether and when the same call may be made again.
    pub retry: Retry,
    /// HTTP status of the answer, if there was one.
    pub status: Option<u16>,
    /// The service's own code.
    pub code: Option<String>,
    /// What to quote to the service's support.
    pub request_id: Option<String>,
    /// More, by kind.
    pub details: Option<Value>,
    /// What the call cost, if anything was sent.
    pub usage: Option<Usage>,
}

impl Error {
    /// A failure of this kind that would repeat itself.
    pub fn new(kind: Kind, message: impl Into<String>) -> Self {
        Self::of(kind, message.into())
    }

    fn of(kind: Kind, message: String) -> Self {
        Self(Box::new(Failure {
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
        Self::new(Kind::NotConfigured, "The connector has no settings yet: call `configure` first.")
    }

    /// The settings or secrets are wrong.
    pub fn invalid_config(problems: &[Problem]) -> Self {
        Self::invalid(Kind::InvalidConfig, "The settings are not usable", problems)
    }

    /// The parameters are wrong; nothing was sent.
    pub fn invalid_params(action: &str, problems: &[Problem]) -> Self {
        let lead = format!("The parameters of `{action}` are not usable, nothing was sent");
        Self::invalid(Kind::InvalidParams, &lead, problems)
    }

    /// A defect of the connector.
    pub fn internal(what: &str) -> Self {
        Self::new(Kind::Internal, format!("Defect in the connector, please report it: {what}."))
    }

    /// The same failure with something more in `details`.
    pub fn with_detail(mut self, name: &str, value: Value) -> Self {
        match &mut self.details {
            Some(Value::Object(details)) => {
                details.insert(name.to_owned(), value);
            }
            Some(_) => {}
            None => self.details = Some(object(&mut [(name, value)])),
        }
        self
    }

    /// The same failure in other words.
    pub fn with_message(mut self, message: String) -> Self {
        self.message = message;
        self
    }

    /// The same failure with another advice about repeating.
    pub fn with_retry(mut self, retry: Retry) -> Self {
        self.retry = retry;
        self
    }

    /// The same failure with what the call cost.
    pub fn with_usage(mut self, usage: Usage) -> Self {
        self.usage = Some(usage).filter(|usage| usage.requests > 0);
        self
    }

    /// The failure as JSON, members as in the contract but in camelCase.
    pub fn to_json(&self) -> Value {
        let retry = match self.retry {
            Retry::Never => Value::from("never"),
            Retry::Unknown => Value::from("unknown"),
            Retry::After(milliseconds) => object(&mut [("afterMilliseconds", Value::from(milliseconds))]),
        };
        let source = match self.source() {
            Source::User => "user",
            Source::Service => "service",
            Source::Host => "host",
        };
        object(&mut [
            ("kind", Value::from(self.kind.name())),
            ("message", Value::from(self.message.as_str())),
            ("source", Value::from(source)),
            ("retry", retry),
            ("status", Value::from(self.status)),
            ("code", Value::from(self.code.clone())),
            ("requestId", Value::from(self.request_id.clone())),
            ("details", self.details.clone().unwrap_or_default()),
        ])
    }

    /// The same failure without what a machine or the service has said at length: only the job stays in `details`.
    pub(crate) fn brief(&self) -> Self {
        let mut brief = self.clone();
        let job = self.details.as_ref().map(|details| details["machineAction"].clone()).filter(|job| !job.is_null());
        brief.details = job.map(|job| object(&mut [("machineAction", job)]));
        brief
    }

    /// The failure that [`Self::to_json`] has written down.
    pub(crate) fn from_json(value: &Value) -> Option<Self> {
        let text = |name: &str| value[name].as_str().map(str::to_owned);
        let kind = Kind::ALL.into_iter().find(|kind| value["kind"] == kind.name())?;
        let mut error = Self::new(kind, text("message")?);
        error.retry = match &value["retry"] {
            Value::String(retry) if retry == "never" => Retry::Never,
            Value::String(retry) if retry == "unknown" => Retry::Unknown,
            retry => Retry::After(retry["afterMilliseconds"].as_u64()?),
        };
        error.status = value["status"].as_u64().and_then(|status| u16::try_from(status).ok());
        (error.code, error.request_id) = (text("code"), text("requestId"));
        error.details = Some(value["details"].clone()).filter(Value::is_object);
        Some(error)
    }

    /// All that is known.
    pub fn into_failure(self) -> Failure {
        *self.0
    }

    /// Who can fix it.
    pub fn source(&self) -> Source {
        match self.kind {
            Kind::NotConfigured
            | Kind::InvalidConfig
            | Kind::UnknownAction
            | Kind::InvalidParams
            | Kind::Unauthenticated
            | Kind::Forbidden
            | Kind::NotFound
            | Kind::Ambiguous
            | Kind::Conflict
            | Kind::Throttled
            | Kind::Rejected => Source::User,
            Kind::Unavailable
            | Kind::Unreachable
            | Kind::TimedOut
            | Kind::MalformedResponse
            | Kind::ActionFailed
            | Kind::Unfinished
            | Kind::Internal => Source::Service,
            Kind::Denied => Source::Host,
        }
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
            object(&mut [("pointer", Value::from(p.pointer.as_str())), ("problem", Value::from(p.problem.as_str()))])
        };
        let details = problems.iter().map(row).collect();
        let mut error = Self::new(kind, message);
        error.details = Some(Value::Array(details));
        error
    }
}

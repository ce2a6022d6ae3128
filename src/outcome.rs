//! What a call returns and what it cost: the contract's `outcome`, `warning`, `usage` and `job`.

use serde_json::Value;

use crate::json::object;
use crate::random::uuid_text;

/// The result of an action that succeeded.
#[derive(Debug)]
pub struct Outcome {
    /// The result as JSON text; the service's members are passed through unchanged.
    pub data: String,
    /// The job behind the result, if there is exactly one.
    pub job: Option<Job>,
    /// What the caller should know although the action succeeded.
    pub warnings: Vec<Warning>,
}

impl Outcome {
    /// A result without a job.
    pub fn new(data: String) -> Self {
        Self { data, job: None, warnings: Vec::new() }
    }

    /// Adds a warning, if there is one.
    pub fn with_warning(mut self, warning: impl Into<Option<Warning>>) -> Self {
        self.warnings.extend(warning.into());
        self
    }
}

/// All warning codes.
pub const CODES: &[&str] = &[
    "another-indicator",
    "change-not-shown",
    "comment-differs",
    "cut-off",
    "not-cancelled-yet",
    "not-checked",
    "redirected",
    "will-be-undone",
];

/// A note on a result that is a success.
#[derive(Clone, Debug)]
pub struct Warning {
    /// Stable code in kebab-case.
    pub code: &'static str,
    /// One sentence.
    pub message: String,
    /// An object with more about it; the members depend on the code.
    pub details: Option<Value>,
}

impl Warning {
    /// A warning without details.
    pub fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), details: None }
    }

    /// Adds a member to `details`.
    pub fn with_detail(mut self, name: &str, value: Value) -> Self {
        match &mut self.details {
            Some(Value::Object(details)) => {
                details.insert(name.to_owned(), value);
            }
            _ => self.details = Some(object(&mut [(name, value)])),
        }
        self
    }

    /// Reads a warning that [`Self::to_json`] wrote.
    pub(crate) fn from_json(value: &Value) -> Option<Self> {
        let text = |name: &str| value[name].as_str().map(str::to_owned);
        let details = Some(value["details"].clone()).filter(|details| !details.is_null());
        let code = CODES.iter().find(|code| value["code"] == **code)?;
        Some(Self { code, message: text("message")?, details })
    }

    /// Returns the warning as JSON, with the contract's member names.
    pub fn to_json(&self) -> Value {
        object(&mut [
            ("code", Value::from(self.code)),
            ("message", Value::from(self.message.as_str())),
            ("details", self.details.clone().unwrap_or_default()),
        ])
    }
}

/// A job that the service runs in its own time; Microsoft calls it a machine action.
#[derive(Clone, Debug)]
pub struct Job {
    /// The service's identifier.
    pub id: String,
    /// The state in the last response that showed it.
    pub state: State,
    /// Whether the job existed before this call, which took it over.
    pub adopted: bool,
}

impl Job {
    /// Returns the job as JSON, with the contract's member names.
    pub fn to_json(&self) -> Value {
        object(&mut [
            ("id", Value::from(self.id.as_str())),
            ("state", Value::from(self.state.name())),
            ("adopted", Value::from(self.adopted)),
        ])
    }
}

/// State of a job.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[expect(missing_docs, reason = "documented in wit/types.wit, one for one")]
pub enum State {
    Pending,
    InProgress,
    Succeeded,
    Failed,
    TimedOut,
    Cancelled,
    Unknown,
}

impl State {
    /// Whether the state can no longer change.
    pub fn is_final(self) -> bool {
        matches!(self, Self::Succeeded | Self::Failed | Self::TimedOut | Self::Cancelled)
    }

    /// The state's name in the contract.
    pub fn name(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::InProgress => "in-progress",
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
            Self::TimedOut => "timed-out",
            Self::Cancelled => "cancelled",
            Self::Unknown => "unknown",
        }
    }

    /// Parses the service's `status`. Case is ignored, and both spellings of "cancelled" occur:
    /// <https://learn.microsoft.com/en-us/defender-endpoint/api/machineaction>.
    pub fn from_status(status: &str) -> Self {
        let is = |name: &str| status.eq_ignore_ascii_case(name);
        match () {
            () if is("Pending") => Self::Pending,
            () if is("InProgress") => Self::InProgress,
            () if is("Succeeded") => Self::Succeeded,
            () if is("Failed") => Self::Failed,
            () if is("TimeOut") => Self::TimedOut,
            () if is("Cancelled") || is("Canceled") => Self::Cancelled,
            () => Self::Unknown,
        }
    }
}

/// What a call cost.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Usage {
    /// UUID (RFC 9562) that every request of the call carries.
    pub call_id: [u8; 16],
    /// Requests sent, including retries and token requests.
    pub requests: u32,
    /// How many of the requests were retries.
    pub retries: u32,
    /// Bytes of request bodies.
    pub request_bytes: u64,
    /// Bytes of response bodies.
    pub response_bytes: u64,
    /// Time spent waiting between requests, in milliseconds.
    pub waited_ms: u64,
}

impl Usage {
    /// Returns the call's UUID as text.
    pub fn call_id(&self) -> String {
        uuid_text(&self.call_id)
    }

    /// Adds the cost of another call.
    pub(crate) fn add(&mut self, other: &Self) {
        self.requests += other.requests;
        self.retries += other.retries;
        self.request_bytes += other.request_bytes;
        self.response_bytes += other.response_bytes;
        self.waited_ms += other.waited_ms;
    }
}

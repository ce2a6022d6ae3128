//! Converts errors to and from JSON, for results of several targets and for checkpoints.

use serde_json::Value;

use super::{Error, Kind, Retry, Source};
use crate::json::object;

impl Error {
    /// Returns the error as JSON, with the contract's member names in camelCase.
    pub fn to_json(&self) -> Value {
        let retry = match self.retry() {
            Retry::Never => Value::from("never"),
            Retry::Unknown => Value::from("unknown"),
            Retry::After(milliseconds) => {
                object(&mut [("afterMilliseconds", Value::from(milliseconds))])
            }
        };
        let source = match self.kind().source() {
            Source::User => "user",
            Source::Service => "service",
            Source::Host => "host",
        };
        object(&mut [
            ("kind", Value::from(self.kind().name())),
            ("message", Value::from(self.message())),
            ("source", Value::from(source)),
            ("retry", retry),
            ("status", Value::from(self.status())),
            ("code", Value::from(self.code())),
            ("requestId", Value::from(self.request_id())),
            ("details", self.details().cloned().unwrap_or_default()),
        ])
    }

    /// Reads an error that [`Self::to_json`] wrote.
    pub(crate) fn from_json(value: &Value) -> Option<Self> {
        let text = |name: &str| value[name].as_str().map(str::to_owned);
        let retry = match &value["retry"] {
            Value::String(retry) if retry == "never" => Retry::Never,
            Value::String(retry) if retry == "unknown" => Retry::Unknown,
            retry => Retry::After(retry["afterMilliseconds"].as_u64()?),
        };
        let mut error = Self::new(Kind::from_name(value["kind"].as_str()?)?, text("message")?)
            .with_retry(retry)
            .with_status(value["status"].as_u64().and_then(|status| u16::try_from(status).ok()))
            .with_code(text("code"))
            .with_request_id(text("requestId"));
        error.0.details = Some(value["details"].clone()).filter(Value::is_object);
        Some(error)
    }
}

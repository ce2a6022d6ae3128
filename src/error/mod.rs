//! Why a call failed, named by what the caller can do about it: the contract's `error`.
//!
//! A message never contains a secret, a signed URL or a response body. An error never loses the
//! service's status, code and request ID.

mod build;
mod json;
mod kind;

use serde_json::Value;

use crate::outcome::Usage;

pub use kind::{Kind, Source};

/// Whether and when the caller may retry.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Retry {
    /// A retry would fail in the same way.
    Never,
    /// It was not carried out; the caller may retry after this many milliseconds.
    After(u64),
    /// It may have been carried out: check before you retry.
    Unknown,
}

/// Why a call failed. One pointer wide, so that a successful `Result` stays small.
#[derive(Clone, Debug)]
pub struct Error(Box<Parts>);

/// The fields of an error, for a caller that converts it.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "documented at the methods of `Error`, one for one")]
pub struct Parts {
    pub kind: Kind,
    pub message: String,
    pub retry: Retry,
    pub status: Option<u16>,
    pub code: Option<String>,
    pub request_id: Option<String>,
    pub details: Option<Value>,
    pub usage: Option<Usage>,
}

impl Error {
    /// The kind of failure.
    pub fn kind(&self) -> Kind {
        self.0.kind
    }

    /// What happened, to what, and what to do next.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// Whether and when the caller may retry.
    pub fn retry(&self) -> Retry {
        self.0.retry
    }

    /// HTTP status of the response, if there was one.
    pub fn status(&self) -> Option<u16> {
        self.0.status
    }

    /// The service's own error code.
    pub fn code(&self) -> Option<&str> {
        self.0.code.as_deref()
    }

    /// Request ID to quote in a support case.
    pub fn request_id(&self) -> Option<&str> {
        self.0.request_id.as_deref()
    }

    /// More data by kind: see [`crate::details`].
    pub fn details(&self) -> Option<&Value> {
        self.0.details.as_ref()
    }

    /// What the call cost, if anything was sent.
    pub fn usage(&self) -> Option<&Usage> {
        self.0.usage.as_ref()
    }

    /// Returns all fields by value.
    pub fn into_parts(self) -> Parts {
        *self.0
    }
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.message())
    }
}

impl std::error::Error for Error {}

#[cfg(test)]
mod tests;

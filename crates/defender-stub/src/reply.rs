//! A reply as the state machine gives it: plain values, and how they are to be delivered.

use std::time::Duration;

use serde_json::Value;

/// A reply of the stub.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// The status code.
    pub status: u16,
    /// Header names and values.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
    /// How much of it arrives.
    pub delivery: Delivery,
    /// How long the reply waits before it is sent.
    pub delay: Duration,
    /// How long the body waits behind the head.
    pub body_delay: Duration,
    /// The faults that struck, by name.
    pub faults: Vec<&'static str>,
}

/// How much of a reply arrives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// All of it.
    Whole,
    /// All of it, in pieces of this many bytes with empty frames in between, and without its
    /// length.
    Pieces(usize),
    /// Nothing: the connection is cut.
    Reset,
    /// The head and this many bytes of the body; then the connection is cut.
    Truncated(usize),
    /// The head and the body, and then white space without end.
    Endless,
}

impl Reply {
    /// A reply without headers and body.
    pub(super) fn empty(status: u16) -> Self {
        Self {
            status,
            headers: Vec::new(),
            body: Vec::new(),
            delivery: Delivery::Whole,
            delay: Duration::ZERO,
            body_delay: Duration::ZERO,
            faults: Vec::new(),
        }
    }

    /// A reply with a body of this content type.
    pub(super) fn text(status: u16, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        Self { body: body.into(), ..Self::empty(status) }.with("content-type", content_type)
    }

    /// A reply as the API's OData layer writes it.
    pub(super) fn json(status: u16, body: &Value) -> Self {
        Self::text(
            status,
            "application/json; odata.metadata=minimal; odata.streaming=true",
            body.to_string(),
        )
        .with("odata-version", "4.0")
    }

    /// The same reply with one more header.
    #[must_use]
    pub(super) fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    /// The value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    /// The body as JSON, if it is JSON.
    pub fn json_body(&self) -> Option<Value> {
        serde_json::from_slice(&self.body).ok()
    }
}

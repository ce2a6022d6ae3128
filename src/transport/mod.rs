//! The way out: one request in, one streamed answer back. Plain values; who sends them is behind a
//! trait.
//!
//! A transport never adds credentials, never follows redirects, never repeats a request.

mod address;
mod failure;
#[cfg(test)]
pub(crate) mod scripted;
#[cfg(target_family = "wasm")]
pub mod wasi;

use std::time::Duration;

pub use crate::method::Method;
pub use address::Address;
pub use failure::{Cause, Sent, TransportError};

/// A request as it goes out.
pub struct HttpRequest<'a> {
    /// Method.
    pub method: Method,
    /// Where it goes.
    pub url: &'a Address,
    /// Header names in lower case, each once.
    pub headers: &'a [(&'static str, String)],
    /// Body; empty for none.
    pub body: &'a [u8],
    /// How long to wait for what.
    pub timeouts: Timeouts,
}

/// How long to wait for what.
#[derive(Clone, Copy, Debug)]
pub struct Timeouts {
    /// Until connected, TLS included.
    pub connect: Duration,
    /// From the request's end to the first byte of the answer.
    pub first_byte: Duration,
    /// Between two pieces of the answer's body.
    pub between_bytes: Duration,
    /// For all of it, from the connection to the head of the answer.
    pub head: Duration,
}

/// An answer whose body is still to be read.
pub struct HttpResponse {
    /// HTTP status.
    pub status: u16,
    /// Headers, names in lower case; values that are not UTF-8 are left out.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Box<dyn Body>,
}

/// A body being read.
pub trait Body {
    /// The next bytes, at most `max`; empty at the end. What is there already is given even if
    /// there is no time to wait.
    ///
    /// # Errors
    ///
    /// The body broke off, or nothing came within `wait`: [`Cause::ResponseTimeout`].
    fn read(&mut self, max: usize, wait: Duration) -> Result<Vec<u8>, TransportError>;
}

/// The network.
pub trait Transport {
    /// Sends a request and waits for the head of the answer.
    ///
    /// # Errors
    ///
    /// No answer came. The error says whether the request may have reached the service.
    fn send(&self, request: &HttpRequest<'_>) -> Result<HttpResponse, TransportError>;
}

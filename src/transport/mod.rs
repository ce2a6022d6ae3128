//! The transport: sends one request and returns a streamed response. Plain values; a trait hides
//! who sends them.
//!
//! A transport never adds credentials, never follows redirects and never repeats a request.

mod address;
mod failure;
#[cfg(test)]
pub(crate) mod scripted;
#[cfg(target_family = "wasm")]
pub mod wasi;

use std::time::Duration;

pub use crate::method::Method;
pub use address::Address;
pub use failure::{Cause, Delivery, TransportError};

/// An outgoing request.
pub struct HttpRequest<'a> {
    /// Method.
    pub method: Method,
    /// Target URL.
    pub url: &'a Address,
    /// Header names in lower case, each once.
    pub headers: &'a [(&'static str, String)],
    /// Body; may be empty.
    pub body: &'a [u8],
    /// How long to wait for what.
    pub timeouts: Timeouts,
}

/// The timeouts of a request.
#[derive(Clone, Copy, Debug)]
pub struct Timeouts {
    /// Time to connect, including TLS.
    pub connect: Duration,
    /// Time from the end of the request to the first byte of the response.
    pub first_byte: Duration,
    /// Time between two chunks of the response body.
    pub between_bytes: Duration,
    /// Time for everything from connecting to the response head.
    pub head: Duration,
}

/// A response whose body has not been read yet.
pub struct HttpResponse {
    /// HTTP status.
    pub status: u16,
    /// Headers, with names in lower case; values that are not UTF-8 are dropped.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Box<dyn Body>,
}

/// A body being read.
pub trait Body {
    /// Returns the next bytes, at most `max`; empty at the end. Data that is already there is
    /// returned even if no time is left.
    ///
    /// # Errors
    ///
    /// The body broke off, or nothing arrived within `wait`: [`Cause::ResponseTimeout`].
    fn read(&mut self, max: usize, wait: Duration) -> Result<Vec<u8>, TransportError>;
}

/// The network.
pub trait Transport {
    /// Sends a request and waits for the head of the response.
    ///
    /// # Errors
    ///
    /// There was no response. The error says whether the request may have reached the service.
    fn send(&self, request: &HttpRequest<'_>) -> Result<HttpResponse, TransportError>;
}

//! Why no answer came, sorted by the one question that matters before a repetition: could the
//! service have got the request?

use std::borrow::Cow;

use crate::text::join;

/// Whether the service may have got the request.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Sent {
    /// Certainly not: no connection came about, or the host refused.
    No,
    /// Perhaps.
    Maybe,
}

/// Why no answer came.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Cause {
    /// The host's egress policy refused the request.
    Denied,
    /// The host's egress policy refused the address behind the name.
    AddressDenied,
    /// The host's way out is not set up right: a proxy does not take its credentials, for example.
    Misconfigured,
    /// The host does not let this header of the request be set.
    Header(&'static str),
    /// The host can't send such a request at all.
    Unsendable,
    /// The name could not be resolved.
    Dns,
    /// No address could be found, or none that was found could be used: some hosts have one code
    /// for both.
    Address,
    /// No connection could be made.
    Connect,
    /// No connection was made in time.
    ConnectTimeout,
    /// The TLS handshake failed, the certificate included.
    Tls,
    /// No answer in time.
    ResponseTimeout,
    /// The connection broke.
    Broken,
    /// A part of the message broke a size limit of the host.
    TooLarge,
    /// The host did not send the request's body whole.
    RequestBody,
    /// The answer was not HTTP.
    Protocol,
    /// The host gives no other reason than an error of its own.
    Internal,
}

/// No answer came, or its body broke off.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct TransportError {
    /// Why.
    pub cause: Cause,
    /// Whether the service may have got the request.
    pub sent: Sent,
}

impl TransportError {
    /// A failure before anything could reach the service.
    pub fn not_sent(cause: Cause) -> Self {
        Self { cause, sent: Sent::No }
    }

    /// A failure after something may have reached the service.
    pub fn maybe_sent(cause: Cause) -> Self {
        Self { cause, sent: Sent::Maybe }
    }

    /// What happened, as words that complete "… to login.example: ".
    pub fn words(&self) -> Cow<'static, str> {
        Cow::Borrowed(match self.cause {
            Cause::Denied => "the host's egress policy does not allow it",
            Cause::AddressDenied => "the host's egress policy does not allow its address",
            Cause::Misconfigured => {
                "the host's way out is not set up right (a proxy does not take its credentials, for example)"
            }
            Cause::Header(name) => {
                return Cow::Owned(join(
                    &["the host does not let the header `", name, "` be set"],
                    "",
                ));
            }
            Cause::Unsendable => "the host can't send such a request",
            Cause::Dns => "the name could not be resolved",
            Cause::Address => {
                "the host found no address, or could not connect from here to the one it found"
            }
            Cause::Connect => "no connection could be made",
            Cause::ConnectTimeout => "no connection was made in time",
            Cause::Tls => "the TLS handshake failed",
            Cause::ResponseTimeout => "no answer came in time",
            Cause::Broken => "the connection broke",
            Cause::TooLarge => {
                "it is larger than the host, `limits.maxResponseBytes` or `limits.maxDownloadBytes` allows"
            }
            Cause::RequestBody => "the host did not send the request's body whole",
            Cause::Protocol => "the answer was not proper HTTP",
            Cause::Internal => "the host reports an internal error",
        })
    }
}

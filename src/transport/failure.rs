//! Transport failures, sorted by the question that decides about a retry: could the service have
//! received the request?

use std::borrow::Cow;

use crate::text::join;

/// Whether the service may have received the request.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Delivery {
    /// Certainly not: no connection was made, or the host refused.
    NotSent,
    /// Possibly.
    MaybeSent,
}

/// Why there was no response.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Cause {
    /// The host's egress policy refused the request.
    Denied,
    /// The host's egress policy refused the address behind the name.
    AddressDenied,
    /// The host's egress is misconfigured, or its settings refuse the server: for example, a proxy
    /// rejects its credentials, or the server has another key than is pinned.
    Misconfigured,
    /// The host does not allow setting this request header.
    Header(&'static str),
    /// The host cannot send such a request at all.
    Unsendable,
    /// The name could not be resolved.
    Dns,
    /// No address was found, or none could be used: some hosts have one code for both.
    Address,
    /// The connection failed.
    Connect,
    /// The connection was not made in time.
    ConnectTimeout,
    /// The TLS handshake failed, possibly because of the certificate.
    Tls,
    /// There was no response in time.
    ResponseTimeout,
    /// The connection broke.
    Broken,
    /// A part of the message exceeds a size limit of the host.
    TooLarge,
    /// The host did not send the whole request body.
    RequestBody,
    /// The response was not valid HTTP.
    Protocol,
    /// The host reports an internal error only.
    Internal,
}

/// There was no response, or its body broke off.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct TransportError {
    /// Why.
    pub cause: Cause,
    /// Whether the service may have received the request.
    pub delivery: Delivery,
}

impl TransportError {
    /// A failure before anything could reach the service.
    pub fn not_sent(cause: Cause) -> Self {
        Self { cause, delivery: Delivery::NotSent }
    }

    /// A failure after something may have reached the service.
    pub fn maybe_sent(cause: Cause) -> Self {
        Self { cause, delivery: Delivery::MaybeSent }
    }

    /// Describes the failure; completes "… to login.example: ".
    pub fn description(&self) -> Cow<'static, str> {
        Cow::Borrowed(match self.cause {
            Cause::Denied => "the host's egress policy does not allow it",
            Cause::AddressDenied => "the host's egress policy does not allow its address",
            Cause::Misconfigured => {
                "the host's network settings do not fit (proxy credentials, certificate authorities, pinned keys, revocation lists or TLS version)"
            }
            Cause::Header(name) => {
                return Cow::Owned(join(
                    &["the host does not allow setting the header `", name, "`"],
                    "",
                ));
            }
            Cause::Unsendable => "the host cannot send such a request",
            Cause::Dns => "the name could not be resolved",
            Cause::Address => "the host found no address, or could not connect to it from here",
            Cause::Connect => "no connection could be made",
            Cause::ConnectTimeout => "no connection was made in time",
            Cause::Tls => "the TLS handshake failed",
            Cause::ResponseTimeout => "no response came in time",
            Cause::Broken => "the connection broke",
            Cause::TooLarge => {
                "it is larger than the host, `limits.maxResponseBytes` or `limits.maxDownloadBytes` allows"
            }
            Cause::RequestBody => "the host did not send the whole request body",
            Cause::Protocol => "the response was not valid HTTP",
            Cause::Internal => "the host reports an internal error",
        })
    }
}

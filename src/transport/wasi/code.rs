//! The host's error codes.

use waki::bindings::wasi::http::types::ErrorCode;

use crate::transport::{Cause, TransportError};

pub(super) fn too_late() -> TransportError {
    TransportError::maybe_sent(Cause::ResponseTimeout)
}

pub(super) fn unsendable() -> TransportError {
    TransportError::not_sent(Cause::Unsendable)
}

pub(super) fn broken() -> TransportError {
    TransportError::maybe_sent(Cause::Broken)
}

/// Maps the host's error code by the question whether the service may have received the request.
/// When in doubt: maybe.
pub(super) fn error_from_wasi(code: ErrorCode) -> TransportError {
    let (not_sent, maybe_sent) = (TransportError::not_sent, TransportError::maybe_sent);
    match code {
        ErrorCode::HttpRequestDenied => not_sent(Cause::Denied),
        ErrorCode::DestinationIpProhibited => not_sent(Cause::AddressDenied),
        ErrorCode::ConfigurationError | ErrorCode::LoopDetected => not_sent(Cause::Misconfigured),
        ErrorCode::DnsError(payload) if !is_of_the_name(payload.rcode.as_deref()) => {
            not_sent(Cause::Address)
        }
        ErrorCode::DnsTimeout | ErrorCode::DnsError(_) => not_sent(Cause::Dns),
        ErrorCode::DestinationNotFound => not_sent(Cause::Address),
        ErrorCode::ConnectionRefused
        | ErrorCode::ConnectionLimitReached
        | ErrorCode::DestinationUnavailable
        | ErrorCode::DestinationIpUnroutable => not_sent(Cause::Connect),
        // Some hosts also use this code when the connection was made and the response is slow
        // (jco's shim 0.26), so the request may have been sent.
        ErrorCode::ConnectionTimeout => maybe_sent(Cause::ConnectTimeout),
        ErrorCode::TlsCertificateError => not_sent(Cause::Tls),
        // Not limited to the handshake: in TLS 1.3 an alert may arrive after the request was sent.
        ErrorCode::TlsProtocolError | ErrorCode::TlsAlertReceived(_) => maybe_sent(Cause::Tls),
        ErrorCode::HttpRequestMethodInvalid
        | ErrorCode::HttpRequestUriInvalid
        | ErrorCode::HttpRequestLengthRequired => unsendable(),
        ErrorCode::HttpRequestUriTooLong
        | ErrorCode::HttpRequestHeaderSectionSize(_)
        | ErrorCode::HttpRequestHeaderSize(_) => not_sent(Cause::TooLarge),
        // Also reported if fewer bytes than announced were sent because the host stopped accepting
        // them.
        ErrorCode::HttpRequestBodySize(_) => maybe_sent(Cause::RequestBody),
        ErrorCode::HttpRequestTrailerSectionSize(_)
        | ErrorCode::HttpRequestTrailerSize(_)
        | ErrorCode::HttpResponseHeaderSectionSize(_)
        | ErrorCode::HttpResponseHeaderSize(_)
        | ErrorCode::HttpResponseBodySize(_)
        | ErrorCode::HttpResponseTrailerSectionSize(_)
        | ErrorCode::HttpResponseTrailerSize(_) => maybe_sent(Cause::TooLarge),
        ErrorCode::ConnectionReadTimeout
        | ErrorCode::ConnectionWriteTimeout
        | ErrorCode::HttpResponseTimeout => maybe_sent(Cause::ResponseTimeout),
        ErrorCode::HttpResponseTransferCoding(_)
        | ErrorCode::HttpResponseContentCoding(_)
        | ErrorCode::HttpUpgradeFailed
        | ErrorCode::HttpProtocolError => maybe_sent(Cause::Protocol),
        ErrorCode::ConnectionTerminated | ErrorCode::HttpResponseIncomplete => broken(),
        ErrorCode::InternalError(_) => maybe_sent(Cause::Internal),
    }
}

/// Whether the name could not be resolved: a DNS code (`NXDOMAIN`) is one word. wasmtime's own
/// `wasi:http` (48) puts the operating system's message here, also for a connection that fails
/// locally.
fn is_of_the_name(rcode: Option<&str>) -> bool {
    rcode.is_none_or(|rcode| !rcode.contains(' '))
}

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

/// The host's error code, sorted by "could the service have got it?". In doubt: perhaps.
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
        // Some hosts call it so too when a connection was made and the answer is slow (jco's shim
        // 0.26): the request may be there.
        ErrorCode::ConnectionTimeout => maybe_sent(Cause::ConnectTimeout),
        ErrorCode::TlsCertificateError => not_sent(Cause::Tls),
        // Not confined to the handshake; in TLS 1.3 an alert may come after the request went out.
        ErrorCode::TlsProtocolError | ErrorCode::TlsAlertReceived(_) => maybe_sent(Cause::Tls),
        ErrorCode::HttpRequestMethodInvalid
        | ErrorCode::HttpRequestUriInvalid
        | ErrorCode::HttpRequestLengthRequired => unsendable(),
        ErrorCode::HttpRequestUriTooLong
        | ErrorCode::HttpRequestHeaderSectionSize(_)
        | ErrorCode::HttpRequestHeaderSize(_) => not_sent(Cause::TooLarge),
        // Fewer bytes than announced, too, if the host stopped taking them.
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

/// Whether the host says of the name that it could not be resolved: a code of DNS (`NXDOMAIN`) is
/// one word. wasmtime's own `wasi:http` (48) puts what the operating system says in its place, for
/// a connection that it can't make from here as well.
fn is_of_the_name(rcode: Option<&str>) -> bool {
    rcode.is_none_or(|rcode| !rcode.contains(' '))
}

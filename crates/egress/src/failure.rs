//! Maps network failures to `wasi:http` error codes.
//!
//! A component interprets a code by one question: could the server have received the request? The
//! codes of [`not_sent`] say no, and are used for nothing else.

use std::error::Error as StdError;
use std::io::{self, ErrorKind};

use http::StatusCode;
use rustls::AlertDescription;
use wasmtime_wasi_http::Error;

use super::verdict::is_by_setting;

/// Why no connection was established.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DialError {
    #[error("the destination is not allowed")]
    Denied,
    #[error("none of the destination's addresses is allowed")]
    Prohibited,
    #[error("the name could not be resolved")]
    Unresolved(#[source] io::Error),
    #[error("no connection could be made")]
    Unreachable(#[source] io::Error),
    #[error("too many connections are open")]
    Full,
    #[error("no connection was made in time")]
    TimedOut,
    #[error("the proxy was not heard out")]
    Proxy(#[source] hyper::Error),
    #[error("the proxy refused with status {0}")]
    Refused(StatusCode),
    #[error("no certificate authority is trusted: {reason}")]
    NoAuthorities {
        /// The environment variable that is to blame.
        variable: Option<&'static str>,
        reason: String,
    },
    #[error("the TLS handshake failed")]
    Tls(#[source] rustls::Error),
    #[error("the connection broke during the TLS handshake")]
    Handshake(#[source] io::Error),
}

impl DialError {
    /// Of the connector's error, only the operating system's error matters.
    pub(crate) fn tcp(error: &(dyn StdError + 'static)) -> Self {
        match find::<io::Error>(error) {
            // The raw number says more than the kind: "too many open files" has no kind of its own.
            Some(error) => Self::Unreachable(match innermost(error).raw_os_error() {
                Some(number) => io::Error::from_raw_os_error(number),
                None => innermost(error).kind().into(),
            }),
            None => Self::Unreachable(io::Error::other(error.to_string())),
        }
    }
}

/// The code for a failure before anything could be sent.
pub(crate) fn not_sent(error: &DialError) -> Error {
    match error {
        DialError::Denied => Error::HttpRequestDenied,
        DialError::Prohibited => Error::DestinationIpProhibited,
        // The resolver could not send its query, which says nothing about the name.
        DialError::Unresolved(error) if cfg!(unix) && error.raw_os_error().is_some() => {
            unreachable_code(error)
        }
        DialError::Unresolved(_) => Error::DnsError { rcode: None, info_code: None },
        DialError::Full => Error::ConnectionLimitReached,
        DialError::TimedOut => Error::ConnectionTimeout,
        // The operator runs the proxy: a 403 is a denial, and a request for credentials is a
        // misconfiguration of this host.
        DialError::Refused(StatusCode::FORBIDDEN) => Error::HttpRequestDenied,
        DialError::Refused(StatusCode::PROXY_AUTHENTICATION_REQUIRED) => Error::ConfigurationError,
        DialError::NoAuthorities { .. } => Error::ConfigurationError,
        DialError::Proxy(_) | DialError::Refused(_) => Error::DestinationUnavailable,
        DialError::Tls(error) if is_by_setting(error) => Error::ConfigurationError,
        // Never `TlsProtocolError`: that code may also occur later, so a component treats it as "may
        // have been sent". Here nothing was sent.
        DialError::Tls(_) => Error::TlsCertificateError,
        DialError::Handshake(_) => Error::ConnectionRefused,
        DialError::Unreachable(error) => unreachable_code(error),
    }
}

/// The code for an operating system error of a failed connection attempt.
fn unreachable_code(error: &io::Error) -> Error {
    match error.kind() {
        ErrorKind::TimedOut => Error::ConnectionTimeout,
        // `AddrNotAvailable` is about the local address: this machine has none from which it could
        // reach the other.
        ErrorKind::HostUnreachable
        | ErrorKind::NetworkUnreachable
        | ErrorKind::NetworkDown
        | ErrorKind::AddrNotAvailable => Error::DestinationIpUnroutable,
        _ if is_out_of_files(error) => Error::ConnectionLimitReached,
        _ => Error::ConnectionRefused,
    }
}

#[cfg(unix)]
fn is_out_of_files(error: &io::Error) -> bool {
    matches!(error.raw_os_error(), Some(libc::EMFILE | libc::ENFILE))
}

#[cfg(not(unix))]
fn is_out_of_files(_: &io::Error) -> bool {
    false
}

/// Whether a code guarantees that the server did not receive the request: those of [`not_sent`] and
/// of earlier refusals.
pub(crate) fn is_certain(code: &Error) -> bool {
    matches!(
        code,
        Error::HttpRequestDenied
            | Error::HttpRequestMethodInvalid
            | Error::DestinationIpProhibited
            | Error::DestinationIpUnroutable
            | Error::DestinationUnavailable
            | Error::DnsError { .. }
            | Error::ConnectionLimitReached
            | Error::ConnectionRefused
            | Error::ConnectionTimeout
            | Error::ConfigurationError
            | Error::TlsCertificateError
    )
}

/// The code for a failure between sending the request and receiving the response head.
///
/// `connected` says whether the request was given a connection.
pub(crate) fn of_request(error: &(dyn StdError + 'static), connected: bool) -> Error {
    if let Some(error) = find::<DialError>(error) {
        return not_sent(error);
    }
    let http = find::<hyper::Error>(error);
    // hyper cancels a request only while it still holds all of it, so nothing was written.
    if !connected || http.is_some_and(hyper::Error::is_canceled) {
        return Error::ConnectionRefused;
    }
    if let Some(Error::HttpRequestBodySize(size)) = find::<Error>(error) {
        return Error::HttpRequestBodySize(*size);
    }
    if let Some(code) = alert(error) {
        return code;
    }
    match http {
        Some(http) if http.is_parse_too_large() => Error::HttpResponseHeaderSectionSize(None),
        Some(http) if http.is_parse() => Error::HttpProtocolError,
        _ => Error::ConnectionTerminated,
    }
}

/// The code for a failure in a response body.
pub(crate) fn of_body(error: &hyper::Error) -> Error {
    let ended =
        find::<io::Error>(error).is_some_and(|error| error.kind() == ErrorKind::UnexpectedEof);
    if ended || error.is_incomplete_message() {
        Error::HttpResponseIncomplete
    } else if error.is_parse() {
        Error::HttpProtocolError
    } else {
        Error::ConnectionTerminated
    }
}

/// With TLS 1.3, a server may reject a client's credentials only after it has received the request.
fn alert(error: &(dyn StdError + 'static)) -> Option<Error> {
    match find::<rustls::Error>(error)? {
        rustls::Error::AlertReceived(alert) => Some(Error::TlsAlertReceived {
            alert_id: Some(AlertDescription::into(*alert)),
            alert_message: Some(format!("{alert:?}")),
        }),
        // `TlsCertificateError` would claim that the server received nothing.
        _ => None,
    }
}

/// Unwraps nested [`io::Error`]s to the innermost one.
fn innermost(error: &io::Error) -> &io::Error {
    let inner = error.get_ref().and_then(|inner| inner.downcast_ref::<io::Error>());
    inner.map_or(error, innermost)
}

/// Finds the first error of a type in a chain of causes, including those wrapped in [`io::Error`]s.
pub(crate) fn find<'a, E: StdError + 'static>(
    error: &'a (dyn StdError + 'static),
) -> Option<&'a E> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(found) = error.downcast_ref() {
            return Some(found);
        }
        // `io::Error::source` skips the wrapped error and returns that error's source.
        next = match error.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
            Some(inner) => Some(inner),
            None => error.source(),
        };
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn causes_are_found_inside_of_io_errors() {
        let inner = rustls::Error::DecryptError;
        let error = io::Error::other(io::Error::other(inner.clone()));
        assert_eq!(find::<rustls::Error>(&error), Some(&inner));
        assert!(find::<DialError>(&error).is_none());
    }

    #[test]
    fn only_a_failure_before_the_request_was_sent_is_certain() {
        let unreachable = |kind: ErrorKind| DialError::Unreachable(kind.into());
        for error in [
            DialError::Denied,
            DialError::Prohibited,
            DialError::Unresolved(ErrorKind::Other.into()),
            DialError::Full,
            DialError::TimedOut,
            DialError::Refused(StatusCode::FORBIDDEN),
            DialError::Refused(StatusCode::PROXY_AUTHENTICATION_REQUIRED),
            DialError::Refused(StatusCode::BAD_GATEWAY),
            DialError::NoAuthorities { variable: None, reason: String::new() },
            DialError::Tls(rustls::Error::DecryptError),
            DialError::Tls(rustls::CertificateError::UnknownIssuer.into()),
            DialError::Tls(rustls::CertificateError::Revoked.into()),
            DialError::Handshake(ErrorKind::UnexpectedEof.into()),
            unreachable(ErrorKind::TimedOut),
            unreachable(ErrorKind::HostUnreachable),
            unreachable(ErrorKind::ConnectionRefused),
        ] {
            assert!(is_certain(&not_sent(&error)), "{error}");
        }
        for code in [
            Error::HttpResponseTimeout,
            Error::ConnectionTerminated,
            Error::HttpProtocolError,
            Error::HttpResponseHeaderSectionSize(None),
            Error::HttpRequestBodySize(None),
            Error::TlsAlertReceived { alert_id: None, alert_message: None },
            Error::TlsProtocolError,
        ] {
            assert!(!is_certain(&code), "{code}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn what_the_operating_system_refuses_is_no_unknown_name() {
        for number in [libc::EADDRNOTAVAIL, libc::ENETUNREACH, libc::EHOSTUNREACH, libc::ENETDOWN] {
            let error = DialError::tcp(&io::Error::other(io::Error::from_raw_os_error(number)));
            assert!(matches!(not_sent(&error), Error::DestinationIpUnroutable), "{error:?}");
        }
        for number in [libc::EACCES, libc::EPERM, libc::ECONNREFUSED, libc::ECONNRESET] {
            let error = DialError::tcp(&io::Error::from_raw_os_error(number));
            assert!(matches!(not_sent(&error), Error::ConnectionRefused), "{error:?}");
        }
        for number in [libc::EMFILE, libc::ENFILE] {
            let error = io::Error::from_raw_os_error(number);
            for error in [DialError::tcp(&error), DialError::Unresolved(error)] {
                let code = not_sent(&error);
                assert!(
                    matches!(code, Error::ConnectionLimitReached) && is_certain(&code),
                    "{error:?}"
                );
            }
        }
        let unknown =
            DialError::Unresolved(io::Error::other("failed to lookup address information"));
        assert!(matches!(not_sent(&unknown), Error::DnsError { .. }));
    }

    #[test]
    fn what_was_not_connected_was_not_sent() {
        let error = io::Error::other("anything");
        assert!(matches!(of_request(&error, false), Error::ConnectionRefused));
        assert!(matches!(of_request(&error, true), Error::ConnectionTerminated));
    }
}

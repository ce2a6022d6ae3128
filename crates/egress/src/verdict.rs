//! What an error of TLS says about client and server.

use rustls::{AlertDescription, CertificateError, Error, OtherError, PeerIncompatible};

use super::pins::NotPinned;

/// Whether the operator's own settings refuse the server: pins, revocation lists or the least
/// version. Another attempt would end in the same way, and a component should not make it.
pub(crate) fn is_by_setting(error: &Error) -> bool {
    match error {
        Error::InvalidCertificate(error) => match error {
            CertificateError::Revoked
            | CertificateError::ExpiredRevocationList
            | CertificateError::ExpiredRevocationListContext { .. } => true,
            CertificateError::Other(OtherError(error)) => error.is::<NotPinned>(),
            _ => false,
        },
        Error::InvalidCertRevocationList(_) => true,
        error => is_of_the_version(error),
    }
}

/// Whether client and server have no version of TLS in common.
pub(crate) fn is_of_the_version(error: &Error) -> bool {
    matches!(
        error,
        Error::AlertReceived(AlertDescription::ProtocolVersion)
            | Error::PeerIncompatible(
                PeerIncompatible::ServerDoesNotSupportTls12Or13
                    | PeerIncompatible::ServerTlsVersionIsDisabledByOurConfig
            )
    )
}

/// Whether a server's alert is about the certificate of its client, or the lack of it.
pub(crate) fn is_of_the_client(alert: AlertDescription) -> bool {
    matches!(
        alert,
        AlertDescription::CertificateRequired
            | AlertDescription::BadCertificate
            | AlertDescription::UnsupportedCertificate
            | AlertDescription::CertificateRevoked
            | AlertDescription::CertificateExpired
            | AlertDescription::CertificateUnknown
            | AlertDescription::UnknownCA
            | AlertDescription::AccessDenied
    )
}

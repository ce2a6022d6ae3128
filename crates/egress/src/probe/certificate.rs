//! Reasons why a certificate is not trusted.

use rustls::{CertificateError, OtherError};

use crate::pins::NotPinned;

/// The reason why a certificate is not trusted.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum CertificateProblem {
    /// It, or a certificate above it, has expired.
    Expired,
    /// It, or a certificate above it, is not valid yet.
    NotYetValid,
    /// It was not issued by a trusted authority.
    UnknownIssuer,
    /// It was issued for other hosts.
    OtherName,
    /// A revocation list names it, or a certificate above it.
    Revoked,
    /// The revocation list of its issuer has expired.
    ListExpired,
    /// The revocation list of its issuer cannot be used: its issuer did not sign it.
    ListRefused,
    /// It has another key than those that are pinned.
    OtherKey,
    /// Any other reason.
    Other,
}

/// Describes an error, with what this crate itself found in its own words.
pub(super) fn described(error: &CertificateError) -> String {
    match error {
        CertificateError::Other(OtherError(error)) => error.to_string(),
        error => error.to_string(),
    }
}

impl CertificateProblem {
    pub(super) fn of(error: &CertificateError) -> Self {
        match error {
            CertificateError::Expired | CertificateError::ExpiredContext { .. } => Self::Expired,
            CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
                Self::NotYetValid
            }
            // `BadSignature`: the issuer has the name of a trusted authority but another key.
            CertificateError::UnknownIssuer | CertificateError::BadSignature => Self::UnknownIssuer,
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
                Self::OtherName
            }
            CertificateError::Revoked => Self::Revoked,
            CertificateError::ExpiredRevocationList
            | CertificateError::ExpiredRevocationListContext { .. } => Self::ListExpired,
            CertificateError::Other(OtherError(error)) if error.is::<NotPinned>() => Self::OtherKey,
            _ => Self::Other,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use rustls::pki_types::{ServerName, UnixTime};

    use super::*;

    #[test]
    fn a_problem_is_known_with_and_without_its_circumstances() {
        let time = |seconds| UnixTime::since_unix_epoch(Duration::from_secs(seconds));
        let expected = ServerName::try_from("login.example").expect("a name");
        for (error, problem) in [
            (CertificateError::Expired, CertificateProblem::Expired),
            (
                CertificateError::ExpiredContext { time: time(2), not_after: time(1) },
                CertificateProblem::Expired,
            ),
            (CertificateError::NotValidYet, CertificateProblem::NotYetValid),
            (
                CertificateError::NotValidYetContext { time: time(1), not_before: time(2) },
                CertificateProblem::NotYetValid,
            ),
            (CertificateError::UnknownIssuer, CertificateProblem::UnknownIssuer),
            (CertificateError::BadSignature, CertificateProblem::UnknownIssuer),
            (CertificateError::NotValidForName, CertificateProblem::OtherName),
            (
                CertificateError::NotValidForNameContext { expected, presented: Vec::new() },
                CertificateProblem::OtherName,
            ),
            (CertificateError::Revoked, CertificateProblem::Revoked),
            (CertificateError::ExpiredRevocationList, CertificateProblem::ListExpired),
            (CertificateError::BadEncoding, CertificateProblem::Other),
        ] {
            assert_eq!(CertificateProblem::of(&error), problem, "{error}");
        }
    }
}

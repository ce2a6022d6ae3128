//! What a server's certificate must fulfil in addition to being trusted: its key is pinned, and no
//! revocation list names it.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{CertificateError, DigitallySignedStruct, Error, OtherError, SignatureScheme};
use sha2::{Digest, Sha256};

use super::listed::Lists;

/// The SHA-256 of a certificate's public key (`SubjectPublicKeyInfo`, RFC 7469 §2.4).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Pin([u8; 32]);

impl Pin {
    /// Parses `sha256/BASE64`, with or without the prefix.
    pub(crate) fn parse(text: &str) -> Result<Self, &'static str> {
        let encoded = text.trim().strip_prefix("sha256/").unwrap_or(text.trim());
        let digest = STANDARD.decode(encoded).ok().and_then(|bytes| bytes.try_into().ok());
        digest.map(Self).ok_or(
            "a pin is `sha256/` and the SHA-256 of the server's public key in Base64, 44 characters",
        )
    }

    fn of(certificate: &CertificateDer<'_>) -> Result<Self, Error> {
        let key = ParsedCertificate::try_from(certificate)?.subject_public_key_info();
        Ok(Self(Sha256::digest(&key).into()))
    }
}

impl std::fmt::Display for Pin {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "sha256/{}", STANDARD.encode(self.0))
    }
}

/// The server's key is not a pinned one.
#[derive(Debug, thiserror::Error)]
#[error("the server's key is {0}, which is not pinned")]
pub(crate) struct NotPinned(Pin);

/// Accepts what another verifier accepts, if no list names a certificate and the server's own key
/// is pinned.
///
/// Keys further up do not count: a server chooses which certificates it sends along, and only the
/// key of the first is proven to be its own.
#[derive(Debug)]
pub(crate) struct Stricter {
    pub(crate) verifier: Arc<dyn ServerCertVerifier>,
    /// Any key if empty.
    pub(crate) pins: Vec<Pin>,
    pub(crate) lists: Lists,
}

impl ServerCertVerifier for Stricter {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let verified = self.verifier.verify_server_cert(
            end_entity,
            intermediates,
            server_name,
            ocsp_response,
            now,
        )?;
        if std::iter::once(end_entity).chain(intermediates).any(|der| self.lists.name(der)) {
            return Err(CertificateError::Revoked.into());
        }
        if self.pins.is_empty() {
            return Ok(verified);
        }
        let own = Pin::of(end_entity)?;
        if self.pins.contains(&own) {
            Ok(verified)
        } else {
            Err(CertificateError::Other(OtherError(Arc::new(NotPinned(own)))).into())
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.verifier.verify_tls12_signature(message, cert, dss)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.verifier.verify_tls13_signature(message, cert, dss)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.verifier.supported_verify_schemes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pin_is_a_digest_in_base64() {
        let text = format!("sha256/{}", STANDARD.encode([7; 32]));
        assert_eq!(Pin::parse(&text).unwrap().to_string(), text);
        assert_eq!(Pin::parse(&text[7..]).unwrap().to_string(), text);
        for wrong in ["", "sha256/", "sha1/AAAA", "sha256/AAAA", &text[..text.len() - 1]] {
            assert!(Pin::parse(wrong).is_err(), "{wrong}");
        }
    }
}

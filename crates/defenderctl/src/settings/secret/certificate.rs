//! A certificate and its RSA key: checked when they are read, so that a mistake is reported with
//! its file and not by Entra's number.
//!
//! rustls reads and signs: it parses a key once, compares it with the certificate, and leaves no
//! copy of it in a buffer that nobody wipes. (Its signer for TLS' `rsa_pss_rsae_sha256` is JWA's
//! PS256: RSASSA-PSS, SHA-256, MGF1 and a salt of 32 bytes.)

use std::path::Path;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::ServerCertVerifier as _;
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::sign::{CertifiedKey, Signer, SigningKey};
use rustls::{
    CertificateError, Error, InconsistentKeys, RootCertStore, SignatureAlgorithm, SignatureScheme,
};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use time::OffsetDateTime;
use x509_cert::der::Decode as _;
use zeroize::Zeroizing;

use super::encrypted;

/// What signs client assertions.
pub(super) struct Certificate {
    signer: Box<dyn Signer>,
    /// `x5t#S256` (RFC 7515 §4.1.8), by which Entra finds the certificate among those of the
    /// application.
    thumbprint: String,
    ends: Option<OffsetDateTime>,
}

impl Certificate {
    /// Puts a certificate and its key together.
    pub(super) fn new(
        certificate: CertificateDer<'static>,
        key: Arc<dyn SigningKey>,
    ) -> Result<Self, String> {
        let ends = expiry(&certificate);
        let thumbprint = URL_SAFE_NO_PAD.encode(Sha256::digest(&certificate));
        let signer =
            key.choose_scheme(&[SignatureScheme::RSA_PSS_SHA256]).ok_or("cannot sign by PS256")?;
        let pair = CertifiedKey::new(vec![certificate], key);
        // A certificate that webpki cannot read (version 1, say) cannot be compared: Entra will.
        if pair.keys_match() == Err(Error::InconsistentKeys(InconsistentKeys::KeyMismatch)) {
            return Err("is not the key of that certificate".into());
        }
        Ok(Self { signer, thumbprint, ends })
    }

    /// When the certificate expires.
    pub(super) fn ends(&self) -> Option<OffsetDateTime> {
        self.ends
    }

    /// The claims as a JWT (RFC 7515 §3.1).
    pub(super) fn sign(&self, claims: &Value) -> Result<Zeroizing<String>, String> {
        let part = |part: &Value| URL_SAFE_NO_PAD.encode(part.to_string());
        let header = json!({ "alg": "PS256", "typ": "JWT", "x5t#S256": self.thumbprint });
        let message = format!("{}.{}", part(&header), part(claims));
        let signature = self
            .signer
            .sign(message.as_bytes())
            .map_err(|error| format!("does not sign: {error}"))?;
        Ok(Zeroizing::new(format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))))
    }
}

/// The first certificate in a PEM text: by convention the chain follows it.
pub(super) fn der(pem: &str) -> Result<CertificateDer<'static>, String> {
    let certificate = CertificateDer::from_pem_slice(pem.as_bytes())
        .map_err(|_| "holds no certificate in PEM".to_owned())?;
    dates(&certificate, UnixTime::now())?;
    Ok(certificate)
}

/// The RSA key in a PEM text: PKCS#8, encrypted or not, or PKCS#1.
pub(super) fn key(pem: &str, passphrase: Option<&str>) -> Result<Arc<dyn SigningKey>, String> {
    if let Some(key) = encrypted::key(pem, passphrase)? {
        return signing_key(&key);
    }
    let der = PrivateKeyDer::from_pem_slice(pem.as_bytes()).map(Zeroizing::new);
    let der = der.map_err(|_| "holds no private key in PEM".to_owned())?;
    signing_key(&der)
}

/// The certificate and its key in a PFX file.
pub(super) fn pfx(path: &Path, passphrase: Option<&str>) -> Result<Certificate, String> {
    let (certificate, key) = encrypted::pfx(path, passphrase)?;
    let with_file = |problem: String| format!("file {}: {problem}", path.display());
    dates(&certificate, UnixTime::now())
        .and_then(|()| Certificate::new(certificate, signing_key(&key)?))
        .map_err(|problem| with_file(format!("its key or certificate {problem}")))
}

fn signing_key(der: &PrivateKeyDer<'_>) -> Result<Arc<dyn SigningKey>, String> {
    const NOT_RSA: &str = "is not an RSA key: the assertion is signed by PS256";
    // Only keys on elliptic curves are written so, whichever the curve.
    if matches!(der, PrivateKeyDer::Sec1(_)) {
        return Err(NOT_RSA.into());
    }
    match ring::sign::any_supported_type(der) {
        Ok(key) if key.algorithm() == SignatureAlgorithm::RSA => Ok(key),
        Ok(_) => Err(NOT_RSA.into()),
        Err(_) => Err("is not an RSA key of 2,048 to 4,096 bits, PKCS#8 or PKCS#1".into()),
    }
}

/// Refuses what is not a certificate, and one that has expired or is not valid yet.
///
/// rustls does not expose the dates of a certificate, but it checks them first when it verifies a
/// server. So the certificate is verified as a server's against itself; errors about its name or
/// its chain are ignored.
fn dates(certificate: &CertificateDer<'static>, now: UnixTime) -> Result<(), String> {
    let mut roots = RootCertStore::empty();
    if roots.add(certificate.clone())
        == Err(Error::InvalidCertificate(CertificateError::BadEncoding))
    {
        return Err("holds no certificate: what is between BEGIN and END is something else".into());
    }
    let provider = Arc::new(ring::default_provider());
    let Ok(verifier) =
        WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider).build()
    else {
        return Ok(());
    };
    let name = ServerName::from(std::net::IpAddr::from([127, 0, 0, 1]));
    match verifier.verify_server_cert(certificate, &[], &name, &[], now) {
        Err(Error::InvalidCertificate(CertificateError::ExpiredContext { not_after, .. })) => Err(
            format!("expired on {}: make a new one and add it to the application", day(not_after)),
        ),
        Err(Error::InvalidCertificate(CertificateError::NotValidYetContext {
            not_before, ..
        })) => {
            Err(format!("is not valid before {}: is this computer's clock right?", day(not_before)))
        }
        _ => Ok(()),
    }
}

fn expiry(certificate: &CertificateDer<'_>) -> Option<OffsetDateTime> {
    let read = x509_cert::Certificate::from_der(certificate).ok()?;
    let ends = read.tbs_certificate.validity.not_after.to_unix_duration();
    OffsetDateTime::from_unix_timestamp(i64::try_from(ends.as_secs()).ok()?).ok()
}

fn day(time: UnixTime) -> String {
    let seconds = i64::try_from(time.as_secs()).unwrap_or(i64::MAX);
    OffsetDateTime::from_unix_timestamp(seconds)
        .map_or_else(|_| "a day out of range".into(), |at| at.date().to_string())
}

#[cfg(test)]
mod tests;

//! The builder's methods for TLS.

use super::EgressBuilder;
use crate::hidden::Hidden;
use crate::trust::{HostTrust, TlsVersion, Verification};

impl EgressBuilder {
    /// Sets whether to trust this system's certificate authorities. Yes by default. They are loaded
    /// when the first connection needs them. `SSL_CERT_FILE` and `SSL_CERT_DIR` replace them
    /// only if [`EgressBuilder::environment`] says so. Where they are set nevertheless, nothing is
    /// trusted on Windows and macOS: there the variables cannot be kept from having an effect.
    ///
    /// A certificate counts as an authority if it says so (basic constraints), or is of version 1.
    pub fn platform_roots(mut self, trusted: bool) -> Self {
        self.trust.platform_roots = trusted;
        self
    }

    /// Trusts the authorities in a PEM text, in addition to the others.
    pub fn ca_pem(mut self, pem: impl Into<String>) -> Self {
        self.trust.authorities.push(pem.into());
        self
    }

    /// Sets how strictly certificates are verified; fully by default.
    pub fn verification(mut self, verification: Verification) -> Self {
        self.trust.verification = verification;
        self
    }

    /// Sets the least version of TLS; 1.2 by default.
    pub fn min_tls_version(mut self, version: TlsVersion) -> Self {
        self.trust.min_version = version;
        self
    }

    /// Refuses certificates that a certificate revocation list, PEM or DER, names. A list counts
    /// for the certificates of its issuer, and once it has expired they are refused too. Those of
    /// other issuers are accepted. Two lists of one issuer for the same distribution point are
    /// refused. No list is ever fetched, and no TLS session is resumed.
    pub fn crl(mut self, list: impl Into<Vec<u8>>) -> Self {
        self.trust.crls.push(list.into());
        self
    }

    /// Trusts the authorities in a PEM text for one host, `[scheme://]host[:port]`, in addition to
    /// those trusted for all. Of several entries with such settings that match a host (one with
    /// `*` and one without), the narrowest holds alone.
    pub fn host_ca_pem(self, host: impl Into<String>, pem: impl Into<String>) -> Self {
        self.host(host, HostTrust::Authorities(pem.into()))
    }

    /// Sets how strictly the certificate of one host, `[scheme://]host[:port]`, is verified.
    pub fn host_verification(self, host: impl Into<String>, verification: Verification) -> Self {
        self.host(host, HostTrust::Verification(verification))
    }

    /// Adds a public key, `sha256/BASE64`, for one host, `[scheme://]host[:port]`: its certificate
    /// must be trusted and have one of the keys that were added. The digest is that of the
    /// certificate's `SubjectPublicKeyInfo` (RFC 7469 §2.4).
    pub fn host_pin(self, host: impl Into<String>, pin: impl Into<String>) -> Self {
        self.host(host, HostTrust::Pin(pin.into()))
    }

    /// Authenticates to one host, `[scheme://]host[:port]`, by a certificate with its chain and its
    /// private key, both PEM. No other host is shown the certificate.
    pub fn host_client_certificate(
        self,
        host: impl Into<String>,
        chain_pem: impl Into<String>,
        key_pem: impl Into<String>,
    ) -> Self {
        let (chain, key) = (chain_pem.into(), Hidden::from(key_pem.into()));
        self.host(host, HostTrust::ClientCertificate { chain, key })
    }

    fn host(mut self, host: impl Into<String>, trust: HostTrust) -> Self {
        self.trust.hosts.push((host.into(), trust));
        self
    }
}

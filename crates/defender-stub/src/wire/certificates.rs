//! The stub's certificate authority and server certificate, generated for each stub.

use std::io;
use std::sync::Arc;

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, KeyUsagePurpose,
};
use rustls::ServerConfig;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};

/// Every name that the server certificate covers: the stub's names, their parent domains, and
/// loopback.
const SUBJECTS: &[&str] = &[
    "login.microsoftonline.com",
    "login.microsoftonline.us",
    "*.security.microsoft.com",
    "*.api.security.microsoft.com",
    "api.securitycenter.microsoft.com",
    "api.securitycenter.windows.com",
    "api-gcc.securitycenter.microsoft.us",
    "api-gov.securitycenter.microsoft.us",
    "graph.microsoft.com",
    "graph.microsoft.us",
    "dod-graph.microsoft.us",
    "*.blob.core.windows.net",
    "userrequests-us.securitycenter.windows.com",
    "localhost",
    "127.0.0.1",
];

/// A certificate authority with the certificate that it issued.
pub(crate) struct Certificates {
    /// The authority's certificate.
    pub(crate) ca_pem: String,
    /// The server's side of TLS.
    pub(crate) server: Arc<ServerConfig>,
}

impl Certificates {
    /// A new authority and a server certificate signed by it.
    pub(crate) fn generate() -> io::Result<Self> {
        let issuer = authority().map_err(io::Error::other)?;
        let key = KeyPair::generate().map_err(io::Error::other)?;
        let subjects: Vec<String> = SUBJECTS.iter().copied().map(str::to_owned).collect();
        let params = CertificateParams::new(subjects).map_err(io::Error::other)?;
        let certificate = params.signed_by(&key, &issuer).map_err(io::Error::other)?;
        let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let mut server =
            ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
                .with_safe_default_protocol_versions()
                .map_err(io::Error::other)?
                .with_no_client_auth()
                .with_single_cert(vec![certificate.der().clone()], key)
                .map_err(io::Error::other)?;
        server.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Ok(Self { ca_pem: issuer.pem(), server: Arc::new(server) })
    }
}

fn authority() -> Result<CertifiedIssuer<'static, KeyPair>, rcgen::Error> {
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, "Defender stub authority");
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    CertifiedIssuer::self_signed(params, KeyPair::generate()?)
}

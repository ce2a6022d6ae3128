//! Certificates for the tests: a root, an intermediate authority, and the certificates that it
//! signs.

use std::sync::Arc;

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, KeyUsagePurpose,
};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use rustls::{ServerConfig, crypto::ring};

type Issuer = CertifiedIssuer<'static, KeyPair>;

/// A root and an intermediate authority that signs server certificates.
pub(crate) struct Authority {
    root: Issuer,
    intermediate: Issuer,
}

/// A server's certificate with its key.
pub(crate) struct Leaf {
    der: CertificateDer<'static>,
    key: KeyPair,
}

/// The part of its chain that a server sends.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Chain {
    /// The certificate, then its issuer.
    InOrder,
    /// The certificate last.
    LeafLast,
    /// Only the certificate, without its issuer.
    LeafOnly,
}

impl Authority {
    pub(crate) fn new() -> Self {
        let root =
            CertifiedIssuer::self_signed(authority("Test root"), KeyPair::generate().unwrap())
                .unwrap();
        let key = KeyPair::generate().unwrap();
        let intermediate =
            CertifiedIssuer::signed_by(authority("Test authority"), key, &root).unwrap();
        Self { root, intermediate }
    }

    /// The root that a client must trust.
    pub(crate) fn pem(&self) -> String {
        self.root.pem()
    }

    /// A certificate for these names, with changes.
    pub(crate) fn leaf(&self, names: &[&str], change: impl FnOnce(&mut CertificateParams)) -> Leaf {
        let names: Vec<String> = names.iter().copied().map(str::to_owned).collect();
        let mut params = CertificateParams::new(names).unwrap();
        change(&mut params);
        let key = KeyPair::generate().unwrap();
        Leaf { der: params.signed_by(&key, &self.intermediate).unwrap().der().clone(), key }
    }

    /// A server's TLS configuration with a certificate of this authority, valid or not.
    pub(crate) fn server(&self, leaf: &Leaf, chain: Chain) -> Arc<ServerConfig> {
        let (leaf_der, signer) = (leaf.der.clone(), self.intermediate.der().clone());
        let chain = match chain {
            Chain::InOrder => vec![leaf_der, signer],
            Chain::LeafLast => vec![signer, leaf_der],
            Chain::LeafOnly => vec![leaf_der],
        };
        let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(leaf.key.serialize_der()));
        let key = ring::sign::any_supported_type(&key).unwrap();
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth();
        Arc::new(
            config.with_cert_resolver(Arc::new(Always(Arc::new(CertifiedKey::new(chain, key))))),
        )
    }
}

fn authority(name: &str) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params
}

/// The same certificate for every client, without rustls's own check that its key matches.
#[derive(Debug)]
struct Always(Arc<CertifiedKey>);

impl ResolvesServerCert for Always {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(&self.0))
    }
}

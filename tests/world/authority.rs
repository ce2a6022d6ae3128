//! Certificates for the tests: a root, an intermediate authority, and the certificates that it
//! signs.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rcgen::{
    BasicConstraints, CertificateParams, CertificateRevocationListParams, CertifiedIssuer,
    CrlDistributionPoint, CrlIssuingDistributionPoint, DnType, IsCa, KeyIdMethod, KeyPair,
    KeyUsagePurpose, PublicKeyData, RevokedCertParams, SerialNumber, date_time_ymd,
};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::server::{ClientHello, ResolvesServerCert, WebPkiClientVerifier};
use rustls::sign::CertifiedKey;
use rustls::{RootCertStore, ServerConfig, SupportedProtocolVersion, crypto::ring};
use sha2::{Digest, Sha256};

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

impl Leaf {
    /// Its key as a pin.
    pub(crate) fn pin(&self) -> String {
        let digest = Sha256::digest(self.key.subject_public_key_info());
        format!("sha256/{}", STANDARD.encode(digest))
    }
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
        Self::under(authority("Test root"))
    }

    /// One whose root is not an authority: it says `CA:FALSE`, as a server's own certificate does.
    pub(crate) fn under_a_server() -> Self {
        let mut root = authority("Test server");
        root.is_ca = IsCa::ExplicitNoCa;
        Self::under(root)
    }

    fn under(root: CertificateParams) -> Self {
        let root = CertifiedIssuer::self_signed(root, KeyPair::generate().unwrap()).unwrap();
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
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth();
        Arc::new(config.with_cert_resolver(always(chain, &leaf.key)))
    }

    /// A server that speaks these versions of TLS alone.
    pub(crate) fn server_of(
        &self,
        leaf: &Leaf,
        versions: &[&'static SupportedProtocolVersion],
    ) -> Arc<ServerConfig> {
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_protocol_versions(versions)
            .unwrap()
            .with_no_client_auth();
        Arc::new(config.with_cert_resolver(always(self.chain(leaf), &leaf.key)))
    }

    /// A server that wants a certificate of this authority from its clients.
    pub(crate) fn server_for_known_clients(&self, leaf: &Leaf) -> Arc<ServerConfig> {
        let provider = Arc::new(ring::default_provider());
        let mut roots = RootCertStore::empty();
        roots.add(self.root.der().clone()).unwrap();
        let clients =
            WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider));
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_client_cert_verifier(clients.build().unwrap());
        Arc::new(config.with_cert_resolver(always(self.chain(leaf), &leaf.key)))
    }

    /// A certificate for a client, with its chain and its key in PEM.
    pub(crate) fn client(&self) -> (String, String) {
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new(vec!["client.example".to_owned()]).unwrap();
        let own = params.signed_by(&key, &self.intermediate).unwrap();
        (own.pem() + &self.intermediate.pem(), key.serialize_pem())
    }

    /// A list in PEM of the certificates that the intermediate authority revokes, by their serial
    /// numbers, which expires in this year.
    pub(crate) fn revokes(&self, serials: &[u64], expires: i32) -> String {
        revoked_by(&self.intermediate, serials, expires)
    }

    /// The same of one distribution point.
    pub(crate) fn revokes_at(&self, serials: &[u64], uri: &str) -> String {
        let mut list = list(serials, 4000);
        list.issuing_distribution_point = Some(CrlIssuingDistributionPoint {
            distribution_point: CrlDistributionPoint { uris: vec![uri.to_owned()] },
            scope: None,
        });
        list.signed_by(&self.intermediate).unwrap().pem().unwrap()
    }

    /// The same of the root.
    pub(crate) fn root_revokes(&self, serials: &[u64]) -> String {
        revoked_by(&self.root, serials, 4000)
    }

    fn chain(&self, leaf: &Leaf) -> Vec<CertificateDer<'static>> {
        vec![leaf.der.clone(), self.intermediate.der().clone()]
    }
}

fn revoked_by(issuer: &Issuer, serials: &[u64], expires: i32) -> String {
    list(serials, expires).signed_by(issuer).unwrap().pem().unwrap()
}

fn list(serials: &[u64], expires: i32) -> CertificateRevocationListParams {
    let revoked = |serial: &u64| RevokedCertParams {
        serial_number: SerialNumber::from(*serial),
        revocation_time: date_time_ymd(2020, 1, 1),
        reason_code: None,
        invalidity_date: None,
    };
    CertificateRevocationListParams {
        this_update: date_time_ymd(2020, 1, 2),
        next_update: date_time_ymd(expires, 1, 1),
        crl_number: SerialNumber::from(1),
        issuing_distribution_point: None,
        revoked_certs: serials.iter().map(revoked).collect(),
        key_identifier_method: KeyIdMethod::Sha256,
    }
}

fn authority(name: &str) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params
}

fn always(chain: Vec<CertificateDer<'static>>, key: &KeyPair) -> Arc<Always> {
    let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let key = ring::sign::any_supported_type(&key).unwrap();
    Arc::new(Always(Arc::new(CertifiedKey::new(chain, key))))
}

/// The same certificate for every client, without rustls's own check that its key matches.
#[derive(Debug)]
struct Always(Arc<CertifiedKey>);

impl ResolvesServerCert for Always {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(&self.0))
    }
}

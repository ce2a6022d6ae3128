//! TLS in front of a stub, with an authority of its own: what is said goes on as it is.

use std::net::SocketAddr;
use std::sync::Arc;

use rcgen::{
    BasicConstraints, CertificateParams, CertificateRevocationListParams, CertifiedIssuer, DnType,
    IsCa, KeyIdMethod, KeyPair, SerialNumber, date_time_ymd,
};
use rustls::crypto::ring;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::version::{TLS12, TLS13};
use rustls::{RootCertStore, ServerConfig, SupportedProtocolVersion};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Runtime;
use tokio_rustls::TlsAcceptor;

/// The name of the authority.
pub(crate) const AUTHORITY: &str = "Contoso inspection";

/// A server at `https://localhost:PORT`, which ends when dropped.
pub(crate) struct TlsFront {
    pub(crate) origin: String,
    pub(crate) ca_pem: String,
    _runtime: Runtime,
}

/// What a front wants of its clients.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Wants {
    Nothing,
    /// TLS 1.2, and no later version.
    OldTls,
    /// TLS 1.3, and a certificate of its own authority.
    Certificate,
}

impl TlsFront {
    /// In front of `http://ADDRESS:PORT`.
    pub(crate) fn before(url: &str) -> Self {
        Self::that_wants(Wants::Nothing, url)
    }

    /// The same for some clients only.
    pub(crate) fn that_wants(wants: Wants, url: &str) -> Self {
        let behind: SocketAddr = url.trim_start_matches("http://").parse().expect("an address");
        let (ca_pem, config) = certificates(wants);
        let runtime = Runtime::new().expect("threads");
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).expect("a port");
        let origin =
            format!("https://localhost:{}", listener.local_addr().expect("an address").port());
        runtime.spawn(serve(listener, TlsAcceptor::from(config), behind));
        Self { origin, ca_pem, _runtime: runtime }
    }
}

async fn serve(listener: TcpListener, acceptor: TlsAcceptor, behind: SocketAddr) {
    while let Ok((stream, _)) = listener.accept().await {
        let acceptor = acceptor.clone();
        tokio::spawn(async move {
            // A client that does not trust the certificate breaks off here.
            let Ok(mut front) = acceptor.accept(stream).await else { return };
            let Ok(mut back) = TcpStream::connect(behind).await else { return };
            let _ = tokio::io::copy_bidirectional(&mut front, &mut back).await;
        });
    }
}

fn authority(name: &str) -> CertifiedIssuer<'static, KeyPair> {
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, KeyPair::generate().expect("a key")).expect("an authority")
}

/// A revocation list, empty but for its issuer: an authority of that name that issued nothing.
pub(crate) fn list_of(name: &str) -> String {
    let list = CertificateRevocationListParams {
        this_update: date_time_ymd(2020, 1, 2),
        next_update: date_time_ymd(4000, 1, 1),
        crl_number: SerialNumber::from(1),
        issuing_distribution_point: None,
        revoked_certs: Vec::new(),
        key_identifier_method: KeyIdMethod::Sha256,
    };
    list.signed_by(&authority(name)).expect("a list").pem().expect("PEM")
}

fn certificates(wants: Wants) -> (String, Arc<ServerConfig>) {
    let authority = authority(AUTHORITY);
    let mut params = CertificateParams::new(vec!["localhost".to_owned()]).expect("parameters");
    params.not_after = date_time_ymd(2091, 2, 3);
    let key = KeyPair::generate().expect("a key");
    let certificate = params.signed_by(&key, &authority).expect("a certificate");
    let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let versions: &[&SupportedProtocolVersion] = match wants {
        Wants::Nothing => &[&TLS13, &TLS12],
        Wants::OldTls => &[&TLS12],
        Wants::Certificate => &[&TLS13],
    };
    let provider = Arc::new(ring::default_provider());
    let builder = ServerConfig::builder_with_provider(Arc::clone(&provider))
        .with_protocol_versions(versions)
        .expect("versions");
    let builder = if wants == Wants::Certificate {
        let mut roots = RootCertStore::empty();
        roots.add(authority.der().clone()).expect("a root");
        let clients = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider);
        builder.with_client_cert_verifier(clients.build().expect("a verifier"))
    } else {
        builder.with_no_client_auth()
    };
    let config = builder.with_single_cert(vec![certificate.der().clone()], key).expect("a pair");
    (authority.pem(), Arc::new(config))
}

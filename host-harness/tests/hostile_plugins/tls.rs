//! A TLS server under several names, which repeats what it receives.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use host_harness::egress::{Egress, EgressBuilder};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

/// The names of its certificate.
pub(crate) const NAMES: [&str; 3] = ["login.example", "api.example", "other.example"];

/// Makes the response to a request.
pub(crate) type Answer = fn(&str) -> String;

pub(crate) struct TlsServer {
    address: SocketAddr,
    authority: String,
    heard: Arc<Mutex<Vec<String>>>,
}

impl TlsServer {
    pub(crate) async fn start(answer: Answer) -> Self {
        let (config, authority) = config();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let heard = Arc::<Mutex<Vec<String>>>::default();
        let log = Arc::clone(&heard);
        tokio::spawn(async move {
            let acceptor = TlsAcceptor::from(Arc::new(config));
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, acceptor.clone(), answer, Arc::clone(&log)));
            }
        });
        Self { address, authority, heard }
    }

    /// Returns an egress builder that allows only this server, under its names and at both ports.
    pub(crate) fn way(&self) -> EgressBuilder {
        let trusting = Egress::builder().platform_roots(false).ca_pem(&self.authority);
        NAMES.iter().fold(trusting, |way, name| {
            way.allow(format!("https://{name}"))
                .allow(format!("https://{name}:8443"))
                .route(*name, self.address)
        })
    }

    /// Returns the requests received since the last call.
    pub(crate) fn heard(&self) -> Vec<String> {
        std::mem::take(&mut *self.heard.lock().unwrap())
    }
}

/// Returns a server's settings, and the authority that vouches for it.
pub(crate) fn config() -> (ServerConfig, String) {
    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let root = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
    let key = KeyPair::generate().unwrap();
    let params = CertificateParams::new(NAMES.map(str::to_owned)).unwrap();
    let certificate = params.signed_by(&key, &root).unwrap().der().clone();
    let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key);
    (config.unwrap(), root.pem())
}

async fn serve(
    stream: TcpStream,
    acceptor: TlsAcceptor,
    answer: Answer,
    log: Arc<Mutex<Vec<String>>>,
) {
    let Ok(mut stream) = acceptor.accept(stream).await else { return };
    while let Some(request) = receive(&mut stream).await {
        let answer = answer(&request);
        log.lock().unwrap().push(request);
        if stream.write_all(answer.as_bytes()).await.is_err() {
            return;
        }
    }
}

/// Reads a request whose body has a length, or is in chunks, which are kept as they are.
async fn receive(stream: &mut TlsStream<TcpStream>) -> Option<String> {
    let mut received = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&received).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let head = head.to_ascii_lowercase();
            let length = head.split("content-length: ").nth(1).and_then(|rest| rest.lines().next());
            let is_whole = match length {
                Some(length) => body.len() >= length.parse().unwrap(),
                None if head.contains("transfer-encoding: chunked") => body.ends_with("0\r\n\r\n"),
                None => true,
            };
            if is_whole {
                return Some(text);
            }
        }
        let mut piece = [0; 4096];
        let read = stream.read(&mut piece).await.ok().filter(|read| *read > 0)?;
        received.extend_from_slice(&piece[..read]);
    }
}

//! A server over HTTP/2 that writes its frames itself, and so can write what no library would.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use host_harness::egress::{Egress, EgressBuilder};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use crate::tls;

pub(crate) const DATA: u8 = 0;
pub(crate) const HEADERS: u8 = 1;
pub(crate) const PING: u8 = 6;
const SETTINGS: u8 = 4;

pub(crate) const END_STREAM: u8 = 1;
pub(crate) const END_HEADERS: u8 = 4;
const ACK: u8 = 1;

/// `:status: 103`, as a field that enters no table (RFC 7541, section 6.2.2).
pub(crate) const EARLY_HINTS: &[u8] = b"\x08\x03103";

/// `:status: 200`, which is in the static table.
pub(crate) const OK: &[u8] = b"\x88";

/// What follows a request.
pub(crate) struct Answer {
    /// Is sent once.
    pub(crate) first: Vec<u8>,
    /// Is sent after it for as long as the connection is open.
    pub(crate) again: Vec<u8>,
}

/// Makes the answer to the request of a stream.
pub(crate) type Script = fn(u32) -> Answer;

pub(crate) struct Http2Server {
    address: SocketAddr,
    authority: String,
    written: Arc<AtomicUsize>,
}

impl Http2Server {
    pub(crate) const URL: &str = "https://login.example/";

    pub(crate) async fn start(script: Script) -> Self {
        let (mut config, authority) = tls::config();
        config.alpn_protocols = vec![b"h2".to_vec()];
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let written = Arc::<AtomicUsize>::default();
        let count = Arc::clone(&written);
        tokio::spawn(async move {
            let acceptor = TlsAcceptor::from(Arc::new(config));
            while let Ok((stream, _)) = listener.accept().await {
                let (acceptor, count) = (acceptor.clone(), Arc::clone(&count));
                tokio::spawn(
                    async move { serve(acceptor.accept(stream).await?, script, &count).await },
                );
            }
        });
        Self { address, authority, written }
    }

    /// Returns an egress builder that allows only this server.
    pub(crate) fn way(&self) -> EgressBuilder {
        Egress::builder()
            .platform_roots(false)
            .ca_pem(&self.authority)
            .allow("https://login.example")
            .route("login.example", self.address)
    }

    /// Returns how many bytes of answers were written.
    pub(crate) fn written(&self) -> usize {
        self.written.load(Ordering::SeqCst)
    }
}

/// Writes a frame (RFC 9113, section 4.1).
pub(crate) fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
    [&length[1..], &[kind, flags], &stream.to_be_bytes(), payload].concat()
}

async fn serve(
    mut stream: TlsStream<TcpStream>,
    script: Script,
    written: &AtomicUsize,
) -> std::io::Result<()> {
    let mut preface = [0; 24];
    stream.read_exact(&mut preface).await?;
    stream.write_all(&frame(SETTINGS, 0, 0, &[])).await?;
    stream.write_all(&frame(SETTINGS, ACK, 0, &[])).await?;
    stream.flush().await?;
    loop {
        let mut head = [0; 9];
        stream.read_exact(&mut head).await?;
        let [_, high, low, kind, _, number @ ..] = head;
        let mut payload = vec![0; usize::from(u16::from_be_bytes([high, low]))];
        stream.read_exact(&mut payload).await?;
        if kind != HEADERS {
            continue;
        }
        let answer = script(u32::from_be_bytes(number));
        let mut next = answer.first;
        while !next.is_empty() {
            stream.write_all(&next).await?;
            stream.flush().await?;
            written.fetch_add(next.len(), Ordering::SeqCst);
            next.clone_from(&answer.again);
        }
    }
}

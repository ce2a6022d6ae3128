//! Handshakes that fail at the API after a good sign-in: nothing was sent, and the error says so.

use std::net::SocketAddr;

use defender_stub::{Scenario, Stub};
use host_harness::{ErrorKind, Retry};
use rustls::version::{TLS12, TLS13};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use super::certificates::{API, Field, LOGIN, TOKEN, trusting};
use crate::world::authority::{Authority, Chain};
use crate::world::is;
use crate::world::tls_server::TlsServer;

/// A server that reads the client's first message and answers with these bytes.
async fn answering(answer: &'static [u8]) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let addr = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let _ = stream.read(&mut [0; 4096]).await;
            let _ = stream.write_all(answer).await;
            // Data that is left unread would reset the connection before the answer arrives.
            let _ = stream.shutdown().await;
            let _ = stream.read_to_end(&mut Vec::new()).await;
        }
    });
    addr
}

#[tokio::test(flavor = "multi_thread")]
async fn no_handshake_that_fails_leaves_open_whether_something_was_sent() {
    let authority = Authority::new();
    let leaf = authority.leaf(&[LOGIN, API], |_| {});
    let other = authority.leaf(&["other.example"], |_| {});
    let stub = Stub::start_plain(Scenario::default(), "127.0.0.1:0".parse().unwrap()).unwrap();
    let old = TlsServer::start(authority.server_of(&leaf, &[&TLS12]), stub.addr()).await;
    let misnamed = TlsServer::start(authority.server(&other, Chain::InOrder), stub.addr()).await;
    for (what, addr) in [
        ("no TLS", answering(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n").await),
        ("an alert", answering(&[21, 3, 3, 0, 2, 2, 40]).await),
        ("the end", answering(b"").await),
        ("another name", misnamed.addr),
        ("a version below the least", old.addr),
    ] {
        let field = Field::behind(authority.server_of(&leaf, &[&TLS13])).await;
        let egress = trusting().ca_pem(authority.pem()).route(API, addr);
        let egress = egress.min_tls_version(host_harness::egress::TlsVersion::V1_3);
        let error = field.isolate(egress).await.unwrap_err();
        let (kind, retry) = match addr == old.addr {
            true => (ErrorKind::Denied, error.retry == Retry::Never),
            false => (ErrorKind::Unreachable, matches!(error.retry, Retry::After(_))),
        };
        is(&error, kind);
        assert!(error.message.contains(API), "{what}: {error:?}");
        assert!(error.message.contains("nothing was sent"), "{what}: {error:?}");
        assert!(retry, "{what}: {error:?}");
        let service = field.stub.service();
        assert_eq!((service.sent(TOKEN), service.ledger().len()), (1, 1), "{what}");
    }
    assert_eq!((stub.connections(), stub.service().ledger().len()), (0, 0));
}

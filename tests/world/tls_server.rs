//! A server that terminates TLS and forwards the plain traffic.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use rustls::{HandshakeKind, ServerConfig};
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{AbortHandle, JoinHandle};
use tokio_rustls::TlsAcceptor;

/// A TLS server on loopback. It stops with its runtime.
pub(crate) struct TlsServer {
    pub(crate) addr: SocketAddr,
    task: JoinHandle<()>,
    connections: Connections,
}

type Connections = Arc<Mutex<Vec<(HandshakeKind, AbortHandle)>>>;

impl TlsServer {
    /// Starts one in front of `inner`.
    pub(crate) async fn start(config: Arc<ServerConfig>, inner: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let addr = listener.local_addr().unwrap();
        let acceptor = TlsAcceptor::from(config);
        let connections = Connections::default();
        let made = Arc::clone(&connections);
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (acceptor, made) = (acceptor.clone(), Arc::clone(&made));
                tokio::spawn(async move {
                    // A client that rejects the certificate sends an alert and closes the
                    // connection.
                    let Ok(mut stream) = acceptor.accept(stream).await else { return };
                    let Ok(mut inner) = TcpStream::connect(inner).await else { return };
                    let kind = stream.get_ref().1.handshake_kind().unwrap();
                    let passing = tokio::spawn(async move {
                        let _ = copy_bidirectional(&mut stream, &mut inner).await;
                    });
                    made.lock().unwrap().push((kind, passing.abort_handle()));
                });
            }
        });
        Self { addr, task, connections }
    }

    /// The results of the handshakes, in the order in which they ended.
    pub(crate) fn handshakes(&self) -> Vec<HandshakeKind> {
        self.connections.lock().unwrap().iter().map(|(kind, _)| *kind).collect()
    }

    /// Closes every open connection.
    pub(crate) fn hang_up(&self) {
        self.connections.lock().unwrap().iter().for_each(|(_, passing)| passing.abort());
    }
}

impl Drop for TlsServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

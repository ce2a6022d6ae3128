//! TLS in front of something: a server that ends TLS and passes on what is inside.

use std::net::SocketAddr;
use std::sync::Arc;

use rustls::ServerConfig;
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;

/// A server on loopback with TLS of its own, which goes no further than its runtime.
pub(crate) struct TlsServer {
    pub(crate) addr: SocketAddr,
    task: JoinHandle<()>,
}

impl TlsServer {
    /// Starts one in front of `inner`.
    pub(crate) async fn start(config: Arc<ServerConfig>, inner: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let addr = listener.local_addr().unwrap();
        let acceptor = TlsAcceptor::from(config);
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let acceptor = acceptor.clone();
                tokio::spawn(async move {
                    // A client that does not like the certificate says so and goes.
                    let Ok(mut stream) = acceptor.accept(stream).await else { return };
                    let Ok(mut inner) = TcpStream::connect(inner).await else { return };
                    let _ = copy_bidirectional(&mut stream, &mut inner).await;
                });
            }
        });
        Self { addr, task }
    }
}

impl Drop for TlsServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

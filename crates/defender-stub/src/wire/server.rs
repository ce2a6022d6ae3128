//! The sockets: accepts connections, passes requests to the service and delivers its replies.

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use http_body_util::{BodyExt, Limited};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use rustls::ServerConfig;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;
use tokio::sync::Notify;
use tokio_rustls::TlsAcceptor;

use super::delivery::{self, Body};
use crate::request::Request;
use crate::service::Service;

/// The largest request body. A larger one ends the connection.
const MAX_BODY_BYTES: usize = 32 * 1024 * 1024;

/// A bound socket.
#[derive(Debug)]
pub(crate) struct Listener {
    pub(crate) addr: SocketAddr,
    socket: std::net::TcpListener,
    tls: Option<Arc<ServerConfig>>,
}

/// A bound socket within a runtime.
pub(crate) struct AsyncListener {
    socket: TcpListener,
    tls: Option<TlsAcceptor>,
}

impl Listener {
    pub(crate) fn bind(addr: SocketAddr) -> io::Result<Self> {
        let socket = std::net::TcpListener::bind(addr)?;
        socket.set_nonblocking(true)?;
        Ok(Self { addr: socket.local_addr()?, socket, tls: None })
    }

    pub(crate) fn with_tls(self, config: Arc<ServerConfig>) -> Self {
        Self { tls: Some(config), ..self }
    }

    /// Must be called within a runtime.
    pub(crate) fn into_async(self) -> io::Result<AsyncListener> {
        Ok(AsyncListener {
            socket: TcpListener::from_std(self.socket)?,
            tls: self.tls.map(TlsAcceptor::from),
        })
    }
}

/// The pause after a connection could not be accepted.
const PAUSE: Duration = Duration::from_millis(50);

/// Accepts connections until the runtime ends.
pub(crate) async fn run(listener: AsyncListener, service: Service, connections: Arc<AtomicUsize>) {
    loop {
        let stream = match listener.socket.accept().await {
            Ok((stream, _)) => stream,
            Err(error) => {
                // The client went away, or there are no free file descriptors. The next attempt may
                // succeed.
                tracing::debug!(%error, "a connection was not accepted");
                tokio::time::sleep(PAUSE).await;
                continue;
            }
        };
        connections.fetch_add(1, Ordering::Relaxed);
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "TCP_NODELAY was not set");
        }
        let (service, tls) = (service.clone(), listener.tls.clone());
        tokio::spawn(async move {
            match tls {
                None => serve(stream, service).await,
                Some(tls) => match tls.accept(stream).await {
                    Ok(stream) => serve(stream, service).await,
                    Err(error) => tracing::debug!(%error, "a TLS handshake failed"),
                },
            }
        });
    }
}

/// Serves one connection until either side ends it, or a fault cuts it.
async fn serve(stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static, service: Service) {
    let cut = Arc::new(Notify::new());
    let severed = Arc::clone(&cut);
    let handler = service_fn(move |request| answer(request, service.clone(), Arc::clone(&cut)));
    let mut builder = Builder::new(TokioExecutor::new());
    // Every reply has the service's own date, or none.
    builder.http1().auto_date_header(false);
    builder.http2().auto_date_header(false);
    tokio::select! {
        ended = builder.serve_connection(TokioIo::new(stream), handler) => {
            if let Err(error) = ended {
                tracing::debug!(%error, "a connection ended early");
            }
        }
        // Dropping the stream closes the socket without a TLS or HTTP message.
        () = severed.notified() => {}
    }
}

async fn answer(
    request: hyper::Request<Incoming>,
    service: Service,
    cut: Arc<Notify>,
) -> Result<hyper::Response<Body>, Infallible> {
    let (head, body) = request.into_parts();
    let Ok(body) = Limited::new(body, MAX_BODY_BYTES).collect().await else {
        return Ok(delivery::sever(&cut).await);
    };
    let reply = service.answer(&plain(&head, body.to_bytes().to_vec()));
    Ok(delivery::deliver(reply, cut).await)
}

/// The request as plain values.
fn plain(head: &hyper::http::request::Parts, body: Vec<u8>) -> Request {
    let text =
        |value: &hyper::header::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    let host = match head.uri.authority() {
        Some(authority) => authority.to_string(),
        None => head.headers.get("host").map(text).unwrap_or_default(),
    };
    Request {
        method: head.method.to_string(),
        host,
        path: head.uri.path().to_owned(),
        query: head.uri.query().unwrap_or_default().to_owned(),
        headers: head.headers.iter().map(|(name, value)| (name.to_string(), text(value))).collect(),
        body,
    }
}

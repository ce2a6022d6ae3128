//! Making a connection: address, TCP, proxy, TLS.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use http::Uri;
use hyper_rustls::MaybeHttpsStream;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::connect::dns::Name;
use hyper_util::rt::TokioIo;
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tower_service::Service;

use super::failure::{DialError, find};
use super::policy::Policy;
use super::proxy::Proxy;
use super::target::{Host, Scheme, Target};
use super::tls::Tls;
use super::tunnel;

/// To the other end of the first hop: the destination or the proxy.
type Hop = MaybeHttpsStream<TokioIo<TcpStream>>;

/// To the destination, through a proxy or not.
pub(crate) type Stream = MaybeHttpsStream<Hop>;

/// What connections are made by.
#[derive(Debug)]
pub(crate) struct Terms {
    pub(crate) policy: Policy,
    pub(crate) tls: Option<Tls>,
    pub(crate) proxy: Option<Proxy>,
    pub(crate) connect_timeout: Duration,
}

/// Makes connections for the client's pool.
#[derive(Clone, Debug)]
pub(crate) struct Dialer {
    pub(crate) terms: Arc<Terms>,
}

impl Service<Uri> for Dialer {
    type Response = Stream;
    type Error = DialError;
    type Future = Pin<Box<dyn Future<Output = Result<Stream, DialError>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), DialError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, uri: Uri) -> Self::Future {
        let terms = Arc::clone(&self.terms);
        Box::pin(async move {
            // The pool finishes connections whose request found another; this is what bounds those.
            let dialled = tokio::time::timeout(terms.connect_timeout, terms.dial(&uri));
            dialled.await.unwrap_or(Err(DialError::TimedOut))
        })
    }
}

impl Terms {
    async fn dial(&self, uri: &Uri) -> Result<Stream, DialError> {
        let target = Target::of(uri).ok_or(DialError::Denied)?;
        let hop = match &self.proxy {
            // A route is the operator's word on where this very host is: no proxy knows better.
            Some(proxy) if proxy.is_for(&target.host) && self.policy.route(&target.host).is_none() => {
                self.tunnel(proxy, &target).await?
            }
            _ => MaybeHttpsStream::Http(self.tcp(&self.permitted(&target).await?).await?),
        };
        match (target.scheme, &self.tls) {
            (Scheme::Http, _) => Ok(MaybeHttpsStream::Http(hop)),
            (Scheme::Https, Some(tls)) => handshake(tls.config(&target), &target.host, hop).await,
            (Scheme::Https, None) => Err(DialError::Denied),
        }
    }

    /// The addresses at which a destination may be called: what is checked here is what is called.
    async fn permitted(&self, target: &Target) -> Result<Vec<SocketAddr>, DialError> {
        // The pool asks for what the policy has let through already; it costs nothing to be sure.
        let grant = self.policy.grant(target).ok_or(DialError::Denied)?;
        if let Some(route) = self.policy.route(&target.host) {
            return Ok(vec![route]);
        }
        let mut addresses = resolve(target).await?;
        addresses.retain(|address| self.policy.permits(grant, &target.host, address.ip()));
        if addresses.is_empty() { Err(DialError::Prohibited) } else { Ok(addresses) }
    }

    async fn tcp(&self, addresses: &[SocketAddr]) -> Result<TokioIo<TcpStream>, DialError> {
        let first = addresses.first().ok_or(DialError::Prohibited)?;
        let mut connector = HttpConnector::new_with_resolver(Resolved(addresses.to_vec()));
        // Without it the second half of a request can wait 40 ms for the acknowledgement of the first.
        connector.set_nodelay(true);
        connector.set_connect_timeout(Some(self.connect_timeout));
        // The name is not looked up: the connector is told the addresses, and races both families.
        let uri = Uri::builder().scheme("http").authority(format!("resolved:{}", first.port())).path_and_query("/");
        let uri = uri.build().map_err(|error| DialError::Unreachable(io::Error::other(error)))?;
        connector.call(uri).await.map_err(|error| DialError::tcp(&error))
    }

    /// Through the proxy, whose own address is the operator's choice. It looks names up itself, so only addresses can be checked.
    async fn tunnel(&self, proxy: &Proxy, target: &Target) -> Result<Hop, DialError> {
        if matches!(target.host, Host::Address(_)) {
            self.permitted(target).await?;
        }
        let tcp = self.tcp(&resolve(&proxy.target).await?).await?;
        let hop = match (proxy.target.scheme, &self.tls) {
            (Scheme::Http, _) => MaybeHttpsStream::Http(tcp),
            (Scheme::Https, Some(tls)) => handshake(tls.proxy(), &proxy.target.host, tcp).await?,
            (Scheme::Https, None) => return Err(DialError::Denied),
        };
        let opened = tunnel::open(hop, target, proxy.authorization.as_ref()).await;
        opened.inspect_err(|error| tracing::warn!(proxy = %proxy.target, %target, "no tunnel: {error}"))
    }
}

async fn resolve(target: &Target) -> Result<Vec<SocketAddr>, DialError> {
    match &target.host {
        Host::Address(address) => Ok(vec![SocketAddr::new(*address, target.port)]),
        Host::Name(name) => {
            let found = tokio::net::lookup_host((name.as_str(), target.port)).await.map_err(DialError::Unresolved)?;
            Ok(found.collect())
        }
    }
}

async fn handshake<S>(config: &Arc<ClientConfig>, host: &Host, stream: S) -> Result<MaybeHttpsStream<S>, DialError>
where
    S: hyper::rt::Read + hyper::rt::Write + Unpin,
{
    let name = match host {
        Host::Name(name) => ServerName::try_from(name.clone()).map_err(|_| DialError::Denied)?,
        Host::Address(address) => ServerName::from(*address),
    };
    let connected = TlsConnector::from(Arc::clone(config)).connect(name, TokioIo::new(stream)).await;
    connected.map(MaybeHttpsStream::from).map_err(|error| match find::<rustls::Error>(&error) {
        Some(tls) => DialError::Tls(tls.clone()),
        None => DialError::Handshake(error),
    })
}

/// A resolver that answers with addresses found and checked before.
#[derive(Clone)]
struct Resolved(Vec<SocketAddr>);

impl Service<Name> for Resolved {
    type Response = std::vec::IntoIter<SocketAddr>;
    type Error = io::Error;
    type Future = std::future::Ready<Result<Self::Response, io::Error>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), io::Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Name) -> Self::Future {
        std::future::ready(Ok(self.0.clone().into_iter()))
    }
}

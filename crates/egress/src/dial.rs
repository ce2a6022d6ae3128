//! Establishes connections: address, TCP, proxy, TLS.

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

use super::client::Keep;
use super::counted::Counted;
use super::failure::{DialError, find};
use super::lookup::Lookup;
use super::policy::Policy;
use super::pool::Gate;
use super::proxy::{Proxies, Proxy};
use super::target::{Host, Scheme, Target};
use super::tls::Tls;
use super::tunnel;

/// A connection to the first hop: the destination or the proxy.
pub(super) type Hop = MaybeHttpsStream<TokioIo<TcpStream>>;

/// A connection to the destination, directly or through a proxy.
pub(crate) type Stream = MaybeHttpsStream<Hop>;

/// The settings for connections.
#[derive(Debug)]
pub(crate) struct Terms {
    pub(crate) policy: Policy,
    pub(crate) tls: Option<Tls>,
    pub(crate) proxies: Proxies,
    pub(crate) connect_timeout: Duration,
    pub(crate) keep: Keep,
    pub(crate) lookup: Lookup,
}

/// Establishes connections for the client's pool.
#[derive(Clone, Debug)]
pub(crate) struct Dialer {
    pub(crate) terms: Arc<Terms>,
    pub(crate) gate: Gate,
}

impl Service<Uri> for Dialer {
    type Response = TokioIo<Counted>;
    type Error = DialError;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, DialError>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), DialError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, uri: Uri) -> Self::Future {
        let (terms, gate) = (Arc::clone(&self.terms), self.gate.clone());
        Box::pin(async move {
            // The pool completes a connection even if its request has found another; this timeout
            // bounds those.
            let dialled = async {
                let permit = gate.enter(terms.connect_timeout / 2).await?;
                Ok(TokioIo::new(Counted::new(terms.dial(&uri).await?, permit)))
            };
            let dialled = tokio::time::timeout(terms.connect_timeout, dialled);
            dialled.await.unwrap_or(Err(DialError::TimedOut))
        })
    }
}

impl Terms {
    async fn dial(&self, uri: &Uri) -> Result<Stream, DialError> {
        let target = Target::of(uri).ok_or(DialError::Denied)?;
        let config = match (target.scheme, &self.tls) {
            (Scheme::Http, _) => None,
            (Scheme::Https, Some(tls)) => Some(tls.config(&target).await?),
            (Scheme::Https, None) => return Err(DialError::Denied),
        };
        let hop = match self.proxy_for(&target) {
            Some(proxy) => self.tunnel(proxy, &target).await?,
            None => MaybeHttpsStream::Http(self.tcp(&self.permitted(&target).await?).await?),
        };
        let Some(config) = config else { return Ok(MaybeHttpsStream::Http(hop)) };
        handshake(&config, &target.host, hop).await
    }

    /// Returns the proxy for a destination. A route takes precedence: the operator has said where
    /// this exact host is.
    pub(super) fn proxy_for(&self, target: &Target) -> Option<&Proxy> {
        let proxy = self.proxies.proxy(target)?;
        self.policy.route(&target.host).is_none().then_some(proxy)
    }

    /// Returns the addresses at which a destination may be called; the connection uses exactly
    /// these.
    pub(super) async fn permitted(&self, target: &Target) -> Result<Vec<SocketAddr>, DialError> {
        // The policy has already allowed these requests; checking again is cheap.
        let grant = self.policy.grant(target).ok_or(DialError::Denied)?;
        if let Some(route) = self.policy.route(&target.host) {
            return Ok(vec![route]);
        }
        let mut addresses = self.resolve(target).await?;
        addresses.retain(|address| self.policy.permits(grant, &target.host, address.ip()));
        if addresses.is_empty() { Err(DialError::Prohibited) } else { Ok(addresses) }
    }

    /// Resolves a host now; the next lookup may return other addresses.
    pub(super) async fn resolve(&self, target: &Target) -> Result<Vec<SocketAddr>, DialError> {
        match &target.host {
            Host::Address(address) => Ok(vec![SocketAddr::new(*address, target.port)]),
            Host::Name(name) => {
                self.lookup.addresses(name, target.port).await.map_err(DialError::Unresolved)
            }
        }
    }

    pub(super) async fn tcp(
        &self,
        addresses: &[SocketAddr],
    ) -> Result<TokioIo<TcpStream>, DialError> {
        let first = addresses.first().ok_or(DialError::Prohibited)?;
        let mut connector = HttpConnector::new_with_resolver(Resolved(addresses.to_vec()));
        // Without `TCP_NODELAY`, the second half of a request can wait 40 ms for the
        // acknowledgement of the first.
        connector.set_nodelay(true);
        connector.set_connect_timeout(Some(self.connect_timeout));
        // The name is not resolved again: the connector gets the addresses and races both families.
        let uri = Uri::builder()
            .scheme("http")
            .authority(format!("resolved:{}", first.port()))
            .path_and_query("/");
        let uri = uri.build().map_err(|error| DialError::Unreachable(io::Error::other(error)))?;
        connector.call(uri).await.map_err(|error| DialError::tcp(&error))
    }

    /// Connects through the proxy, whose own address the operator chose. It resolves names itself,
    /// so only literal addresses can be checked.
    async fn tunnel(&self, proxy: &Proxy, target: &Target) -> Result<Hop, DialError> {
        if matches!(target.host, Host::Address(_)) {
            self.permitted(target).await?;
        }
        let tcp = self.tcp(&self.resolve(&proxy.target).await?).await?;
        self.through(proxy, tcp, target).await
    }

    /// Opens a tunnel through the proxy at the other end of a connection.
    pub(super) async fn through(
        &self,
        proxy: &Proxy,
        tcp: TokioIo<TcpStream>,
        target: &Target,
    ) -> Result<Hop, DialError> {
        let hop = match (proxy.target.scheme, &self.tls) {
            (Scheme::Http, _) => MaybeHttpsStream::Http(tcp),
            (Scheme::Https, Some(tls)) => {
                handshake(&tls.proxy().await?, &proxy.target.host, tcp).await?
            }
            (Scheme::Https, None) => return Err(DialError::Denied),
        };
        let opened = tunnel::open(hop, target, proxy.authorization.as_ref()).await;
        opened.inspect_err(
            |error| tracing::warn!(proxy = %proxy.target, %target, "no tunnel: {error}"),
        )
    }
}

pub(super) async fn handshake<S>(
    config: &Arc<ClientConfig>,
    host: &Host,
    stream: S,
) -> Result<MaybeHttpsStream<S>, DialError>
where
    S: hyper::rt::Read + hyper::rt::Write + Unpin,
{
    let name = match host {
        Host::Name(name) => ServerName::try_from(name.clone()).map_err(|_| DialError::Denied)?,
        Host::Address(address) => ServerName::from(*address),
    };
    let connected =
        TlsConnector::from(Arc::clone(config)).connect(name, TokioIo::new(stream)).await;
    connected.map(MaybeHttpsStream::from).map_err(|error| match find::<rustls::Error>(&error) {
        Some(tls) => DialError::Tls(tls.clone()),
        None => DialError::Handshake(error),
    })
}

/// A resolver that returns previously resolved and checked addresses.
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

#[cfg(test)]
mod tests;

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

use super::failure::{DialError, find};
use super::lookup::Lookup;
use super::policy::Policy;
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
    pub(crate) lookup: Lookup,
}

/// Establishes connections for the client's pool.
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
            // The pool completes a connection even if its request has found another; this timeout
            // bounds those.
            let dialled = tokio::time::timeout(terms.connect_timeout, terms.dial(&uri));
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
mod tests {
    use std::collections::VecDeque;
    use std::sync::Mutex;

    use tokio::net::TcpListener;

    use super::*;
    use crate::pattern::Pattern;

    /// A name whose addresses change with each lookup, and settings that permit one address of this
    /// machine.
    struct Rebound {
        listener: TcpListener,
        uri: Uri,
        answers: Arc<Mutex<VecDeque<Vec<SocketAddr>>>>,
        terms: Terms,
    }

    impl Rebound {
        async fn new(answers: &[&[&str]]) -> Self {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let port = listener.local_addr().unwrap().port();
            let at_port = |address: &&str| SocketAddr::new(address.parse().unwrap(), port);
            let answers: VecDeque<Vec<SocketAddr>> =
                answers.iter().map(|answer| answer.iter().map(at_port).collect()).collect();
            let answers = Arc::new(Mutex::new(answers));
            let script = Arc::clone(&answers);
            let policy = Policy {
                allowed: vec![Pattern::parse(&format!("http://*.example:{port}")).unwrap()],
                networks: vec!["127.0.0.1/32".parse().unwrap()],
                ..Policy::default()
            };
            let lookup = Lookup::by(move |_, _| {
                let answer = script.lock().unwrap().pop_front();
                async move { answer.ok_or_else(|| io::ErrorKind::NotFound.into()) }
            });
            let terms = Terms {
                policy,
                tls: None,
                proxies: Proxies::default(),
                connect_timeout: Duration::from_secs(2),
                lookup,
            };
            let uri = format!("http://rebound.example:{port}/").parse().unwrap();
            Self { listener, uri, answers, terms }
        }
    }

    #[tokio::test]
    async fn a_name_is_looked_up_once_and_what_was_checked_is_what_is_called() {
        let name = Rebound::new(&[&["127.0.0.1"], &["169.254.169.254"]]).await;
        name.terms.dial(&name.uri).await.unwrap();
        name.listener.accept().await.unwrap();
        assert_eq!(name.answers.lock().unwrap().len(), 1, "the second answer was not asked for");
    }

    #[tokio::test]
    async fn a_name_that_leads_elsewhere_the_next_time_is_checked_again() {
        let inside = ["169.254.169.254", "127.0.0.2", "10.0.0.1", "::1"];
        let name = Rebound::new(&[&["127.0.0.1"], &inside]).await;
        name.terms.dial(&name.uri).await.unwrap();
        assert!(matches!(name.terms.dial(&name.uri).await, Err(DialError::Prohibited)));
    }

    #[tokio::test]
    async fn a_name_that_is_allowed_exactly_opens_no_private_network() {
        let inside = ["10.0.0.1", "127.0.0.1", "fd00::1", "169.254.169.254"];
        for network in [None, Some("10.0.0.0/8")] {
            let mut name = Rebound::new(&[&inside]).await;
            let exactly = name.uri.to_string();
            name.terms.policy.allowed = vec![Pattern::parse(&exactly).unwrap()];
            name.terms.policy.networks =
                network.into_iter().map(|network| network.parse().unwrap()).collect();
            let permitted = name.terms.permitted(&Target::of(&name.uri).unwrap()).await;
            match network {
                None => assert!(matches!(permitted, Err(DialError::Prohibited))),
                Some(_) => {
                    let found = permitted.unwrap();
                    assert!(matches!(&found[..], [one] if one.ip().to_string() == "10.0.0.1"));
                }
            }
        }
    }

    #[tokio::test]
    async fn of_several_addresses_only_the_permitted_ones_are_called() {
        let name = Rebound::new(&[&["169.254.169.254", "127.0.0.1", "127.0.0.2"]]).await;
        let target = Target::of(&name.uri).unwrap();
        let permitted = name.terms.permitted(&target).await.unwrap();
        let addresses: Vec<String> =
            permitted.iter().map(|address| address.ip().to_string()).collect();
        assert_eq!(addresses, ["127.0.0.1"]);
    }
}

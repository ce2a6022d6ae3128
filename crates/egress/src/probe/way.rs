//! Runs the stages of a probe one after the other.

use std::time::{Duration, Instant};

use bytes::Bytes;
use http::header::{DATE, HOST, USER_AGENT};
use http::{Method, Request};
use http_body_util::Empty;
use hyper::client::conn::http1;
use hyper_rustls::MaybeHttpsStream;

use super::{Found, Hop, Obstacle, Stage};
use crate::dial::{self, Stream, Terms, handshake};
use crate::failure::{DialError, find};
use crate::target::{Host, Scheme, Target};

/// Maximum size of a response head.
const HEAD_BYTES: usize = 64 << 10;

/// The stages completed so far.
pub(super) struct Way {
    pub(super) hops: Vec<Hop>,
    limit: Duration,
    begun: Instant,
}

/// The probe has ended; the last stage holds the reason.
pub(super) struct Ended;

impl Way {
    pub(super) fn new(limit: Duration) -> Self {
        Self { hops: Vec::new(), limit, begun: Instant::now() }
    }

    /// Runs the remaining stages.
    pub(super) async fn go(&mut self, terms: &Terms, target: &Target) -> Result<(), Ended> {
        match terms.policy.grant(target) {
            Some(_) => self.pass(Stage::Policy, Found::Allowed),
            None => return self.end(Stage::Policy, Obstacle::NotAllowed),
        }
        let hop = self.hop(terms, target).await?;
        let stream = self.secure(terms, target, hop).await?;
        self.ask(target, stream).await
    }

    /// Connects to the destination, through its proxy if it has one.
    async fn hop(&mut self, terms: &Terms, target: &Target) -> Result<dial::Hop, Ended> {
        let proxy = terms.proxy_for(target);
        let addresses = async {
            match proxy {
                None => terms.permitted(target).await,
                Some(proxy) => {
                    if matches!(target.host, Host::Address(_)) {
                        terms.permitted(target).await?;
                    }
                    terms.resolve(&proxy.target).await
                }
            }
        };
        let addresses = self.stage(Stage::Name, addresses).await?;
        self.pass(
            Stage::Name,
            Found::Addresses(addresses.iter().map(std::net::SocketAddr::ip).collect()),
        );
        let tcp = self.stage(Stage::Connection, terms.tcp(&addresses)).await?;
        match tcp.inner().peer_addr() {
            Ok(peer) => self.pass(Stage::Connection, Found::Connected(peer)),
            Err(error) => {
                return Err(self.stop(Stage::Connection, Obstacle::Unreachable(error.to_string())));
            }
        }
        let Some(proxy) = proxy else { return Ok(MaybeHttpsStream::Http(tcp)) };
        let hop = self.stage(Stage::Proxy, terms.through(proxy, tcp, target)).await?;
        self.pass(Stage::Proxy, Found::Tunnel(proxy.target.to_string()));
        Ok(hop)
    }

    async fn secure(
        &mut self,
        terms: &Terms,
        target: &Target,
        hop: dial::Hop,
    ) -> Result<Stream, Ended> {
        let tls = match (target.scheme, &terms.tls) {
            (Scheme::Http, _) => return Ok(MaybeHttpsStream::Http(hop)),
            (Scheme::Https, None) => return Err(self.stop(Stage::Tls, Obstacle::NotAllowed)),
            (Scheme::Https, Some(tls)) => tls,
        };
        let (config, recorder) = self.stage(Stage::Tls, tls.recording(target)).await?;
        let shaken = tokio::time::timeout(self.limit, handshake(&config, &target.host, hop)).await;
        let stream = shaken.unwrap_or(Err(DialError::TimedOut));
        let stream = stream
            .map_err(|error| self.stop(Stage::Tls, Obstacle::of(error, || recorder.seen())))?;
        let version = match &stream {
            MaybeHttpsStream::Https(stream) => stream.inner().get_ref().1.protocol_version(),
            MaybeHttpsStream::Http(_) => None,
        };
        let version = version
            .and_then(|version| version.as_str())
            .unwrap_or("of an unknown version")
            .to_owned();
        self.pass(Stage::Tls, Found::Session { version, certificates: recorder.seen() });
        Ok(stream)
    }

    async fn ask(&mut self, target: &Target, stream: Stream) -> Result<(), Ended> {
        let answered = tokio::time::timeout(self.limit, answer(target, stream)).await;
        match answered {
            Ok(Ok(answer)) => {
                self.pass(Stage::Answer, answer);
                Ok(())
            }
            Ok(Err(obstacle)) => self.end(Stage::Answer, obstacle),
            Err(_) => self.end(Stage::Answer, Obstacle::TimedOut),
        }
    }

    async fn stage<T>(
        &mut self,
        stage: Stage,
        work: impl Future<Output = Result<T, DialError>>,
    ) -> Result<T, Ended> {
        let done = tokio::time::timeout(self.limit, work).await;
        done.unwrap_or(Err(DialError::TimedOut))
            .map_err(|error| self.stop(stage, Obstacle::of(error, Vec::new)))
    }

    fn pass(&mut self, stage: Stage, found: Found) {
        self.tell(stage, Ok(found));
    }

    /// Ends the probe with this obstacle.
    pub(super) fn end(&mut self, stage: Stage, obstacle: Obstacle) -> Result<(), Ended> {
        Err(self.stop(stage, obstacle))
    }

    fn stop(&mut self, stage: Stage, obstacle: Obstacle) -> Ended {
        self.tell(stage, Err(obstacle));
        Ended
    }

    fn tell(&mut self, stage: Stage, found: Result<Found, Obstacle>) {
        let took = std::mem::replace(&mut self.begun, Instant::now()).elapsed();
        self.hops.push(Hop { stage, took, found });
    }
}

/// Sends `HEAD /` and returns the response.
async fn answer(target: &Target, stream: Stream) -> Result<Found, Obstacle> {
    let report = |error: hyper::Error| match find::<rustls::Error>(&error) {
        Some(tls) => Obstacle::of_tls(tls, Vec::new),
        None => Obstacle::NoAnswer(error.to_string()),
    };
    let (mut sender, connection) =
        http1::Builder::new().max_buf_size(HEAD_BYTES).handshake(stream).await.map_err(report)?;
    let request = Request::builder()
        .method(Method::HEAD)
        .uri("/")
        .header(HOST, authority(target))
        .header(USER_AGENT, concat!("plugin-egress/", env!("CARGO_PKG_VERSION")))
        .body(Empty::<Bytes>::new())
        .map_err(|error| Obstacle::NoAnswer(error.to_string()))?;
    // The task ends when `sender` is dropped or the server closes the connection.
    let connection = tokio::spawn(connection);
    let response = match sender.send_request(request).await {
        Ok(response) => response,
        // The request was only cancelled; the connection knows why.
        Err(error) if error.is_canceled() => match connection.await {
            Ok(Err(error)) => return Err(report(error)),
            _ => return Err(report(error)),
        },
        Err(error) => return Err(report(error)),
    };
    let date = response.headers().get(DATE).and_then(|date| date.to_str().ok()).map(str::to_owned);
    Ok(Found::Answer { status: response.status().as_u16(), date })
}

/// Formats `host[:port]`, omitting the scheme's default port.
fn authority(target: &Target) -> String {
    if target.port == target.scheme.default_port() {
        target.host.to_string()
    } else {
        format!("{}:{}", target.host, target.port)
    }
}

//! Reports to a host what its egress decides, and how each exchange ends: for a log, for
//! statistics, or to know what an abandoned call had sent.

mod body;
mod code;
mod log_file;
mod path;

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use http::{Request, Response};
use http_body_util::BodyExt;
use hyper_util::client::legacy::connect::{CaptureConnection, HttpInfo};
use serde::Serialize;
use wasmtime_wasi_http::{Error, WasiBody};

use super::access::{Counted, Reason};
use super::failure;
use super::sign_in::Purpose;
use super::target::Target;
use super::upload::SentBytes;
use body::ObservedBody;

pub use log_file::LogFile;

/// Receives the events of every request to an [`Egress`](super::Egress) created by
/// [`observed_by`](super::Egress::observed_by). [`LogFile`] writes them to a file.
///
/// It never receives headers, bodies or queries.
pub trait Observer: Send + Sync {
    /// Called for each event. It runs in the middle of the exchange and must not block for long.
    fn observe(&self, exchange: &Exchange, event: &Event);
}

/// An exchange: a request and its response.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Exchange {
    /// A number unique within this process. A retry by the component is a new exchange. `exchange`
    /// in JSON.
    #[serde(rename = "exchange")]
    pub number: u64,
    /// Whose request it is, as [`Egress::isolated`](super::Egress::isolated) was called.
    pub connector: String,
    /// The HTTP method, such as `POST`.
    pub method: String,
    /// Scheme, host, and the port unless it is the scheme's default: `https://api.example`. Empty
    /// if not understood.
    pub origin: String,
    /// The path without the query, at most 1,024 bytes of it. What looks like a token is `***`: a
    /// JWT, and a piece of 20 letters or more with capitals, small letters and digits, unless it is
    /// hexadecimal.
    pub path: String,
    /// Whether it is a token request to an origin where the connector signs in: see
    /// [`SignIns::set_origins`](crate::SignIns::set_origins).
    pub is_sign_in: bool,
}

/// An event of an exchange. It is allowed and then ends, or is refused.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Event {
    /// The egress refuses the request: nothing of it was sent.
    Refused {
        /// The rule that refuses it. [`Reason::Address`] comes after [`Event::Allowed`]: a name is
        /// resolved only if the allow-list has it.
        rule: Reason,
    },
    /// The allow-list and its call allow the request. The server may receive it from now on.
    Allowed,
    /// The exchange is over.
    Ended(Ended),
}

/// How an exchange ended.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Ended {
    /// The status of the response; `None` if there was none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// Why there was no response, or not all of it: the `wasi:http` error code, such as
    /// `connection-refused`, or `abandoned` if the component did not wait for the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failure: Option<String>,
    /// Whether the server may have received the request. If false, it certainly did not.
    pub maybe_sent: bool,
    /// The other end of the connection, if there was one: the destination or the proxy.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<SocketAddr>,
    /// The proxy, as `scheme://host:port`; `None` for a direct connection.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub proxy: Option<String>,
    /// Bytes of the request's body that were sent.
    pub request_bytes: u64,
    /// Bytes of the response's body that were received, as transferred.
    pub response_bytes: u64,
    /// How long it took.
    pub milliseconds: u64,
}

/// The optional observer, and whose requests it observes.
#[derive(Clone, Default)]
pub(crate) struct Observers {
    pub(crate) observer: Option<Arc<dyn Observer>>,
    pub(crate) connector: String,
}

impl Observers {
    /// A request that is about to be decided on.
    pub(crate) fn exchange(
        &self,
        request: &Request<WasiBody>,
        target: Option<&Target>,
        purpose: Purpose,
    ) -> Watch {
        static NUMBER: AtomicU64 = AtomicU64::new(1);
        let watched = self.observer.as_ref().map(|observer| {
            let exchange = Exchange {
                number: NUMBER.fetch_add(1, Ordering::Relaxed),
                connector: self.connector.clone(),
                method: path::masked(request.method().as_str()),
                origin: target.map(Target::origin).unwrap_or_default(),
                path: path::masked(request.uri().path()),
                is_sign_in: purpose == Purpose::SignIn,
            };
            (Arc::clone(observer), exchange)
        });
        Watch { watched, begun: Instant::now(), ended: Ended::default(), sent: None }
    }
}

impl std::fmt::Debug for Observers {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let observed = if self.observer.is_some() { "an observer" } else { "nobody" };
        formatter.write_str(observed)
    }
}

/// An exchange, and what is known of its end.
pub(crate) struct Watch {
    watched: Option<(Arc<dyn Observer>, Exchange)>,
    begun: Instant,
    ended: Ended,
    sent: Option<SentBytes>,
}

impl Watch {
    pub(crate) fn refused(&self, rule: Reason) {
        self.report(&Event::Refused { rule });
    }

    /// Reports that the request is about to be sent, through this proxy.
    pub(crate) fn allowed(mut self, proxy: Option<String>, counted: Counted) -> Observed {
        self.ended.proxy = proxy;
        self.report(&Event::Allowed);
        Observed { watch: Some(self), counted, connection: None }
    }

    fn ends(mut self, failure: Option<&str>) {
        self.ended.failure = failure.map(str::to_owned);
        self.ended.request_bytes = self.sent.as_ref().map_or(0, SentBytes::get);
        let took = self.begun.elapsed().as_millis();
        self.ended.milliseconds = u64::try_from(took).unwrap_or(u64::MAX);
        self.report(&Event::Ended(self.ended.clone()));
    }

    fn report(&self, event: &Event) {
        if let Some((observer, exchange)) = &self.watched {
            observer.observe(exchange, event);
        }
    }
}

/// An exchange in progress. Dropped before its end, it reports that there will be no response.
pub(crate) struct Observed {
    /// `None` once it is over.
    watch: Option<Watch>,
    counted: Counted,
    connection: Option<CaptureConnection>,
}

impl Observed {
    /// Sets what later tells whether the request was given a connection, and how much was sent.
    pub(crate) fn goes_by(&mut self, connection: CaptureConnection, sent: SentBytes) {
        self.connection = Some(connection);
        if let Some(watch) = &mut self.watch {
            watch.sent = Some(sent);
        }
    }

    /// Reports the result, of a response once its body is over.
    pub(crate) fn ends(
        mut self,
        answered: Result<Response<WasiBody>, Error>,
    ) -> Result<Response<WasiBody>, Error> {
        let Some(mut watch) = self.watch.take() else { return answered };
        watch.ended.address = self.address();
        match answered {
            Ok(response) => {
                let status = response.status().as_u16();
                self.counted.answered(status);
                (watch.ended.status, watch.ended.maybe_sent) = (Some(status), true);
                if watch.watched.is_none() {
                    return Ok(response);
                }
                Ok(response.map(|body| ObservedBody::new(body, watch).boxed_unsync()))
            }
            Err(error) => {
                let maybe_sent = !failure::is_certain(&error);
                self.counted.unanswered(maybe_sent);
                watch.ended.maybe_sent = maybe_sent;
                match error {
                    Error::DestinationIpProhibited => watch.refused(Reason::Address),
                    _ => watch.ends(Some(&code::name(&error))),
                }
                Err(error)
            }
        }
    }

    fn address(&self) -> Option<SocketAddr> {
        let connected = self.connection.as_ref()?.connection_metadata();
        let mut extras = http::Extensions::new();
        connected.as_ref()?.get_extras(&mut extras);
        extras.get().map(HttpInfo::remote_addr)
    }
}

impl Drop for Observed {
    fn drop(&mut self) {
        let Some(mut watch) = self.watch.take() else { return };
        // The client records the connection before it writes anything.
        let connected = |connection: &CaptureConnection| connection.connection_metadata().is_some();
        let maybe_sent = self.connection.as_ref().is_some_and(connected);
        self.counted.unanswered(maybe_sent);
        watch.ended.address = self.address();
        watch.ended.maybe_sent = maybe_sent;
        watch.ends(Some(body::ABANDONED));
    }
}

//! Outbound HTTP for sandboxed WebAssembly components; the sandbox has no other network access.
//!
//! ```text
//! component ──wasi:http──▶ Hooks ──▶ allow-list ──▶ pool ──▶ resolve ──▶ check addresses ──▶ TCP ─┐
//!                                                                      └──────▶ proxy ────────┤
//!                                           service ◀── request ◀── TLS ◀─────────────────────┘
//! ```
//!
//! A request is sent only if an entry of the allow-list has its scheme, host and port, and its
//! method and path if the entry names any; an empty list blocks everything. Resolved addresses are
//! checked, and the connection goes to the checked address. Redirects are not followed. Connections
//! are HTTP/1.1 or HTTP/2 over rustls; connectors with an [`Egress::isolated`] of their own share
//! none, so that one cannot disturb another.
//!
//! ```
//! use plugin_egress::{Access, Egress, Hooks, ReadPosts, SignIns};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let egress = Egress::builder().allow("http://*.example:8080").build()?;
//! assert!(egress.covers("http://api.example:8080"));
//! assert!(!egress.covers("https://api.example"));
//! // The `wasi:http` hooks of one instance, with at most 16 requests at a time.
//! let hooks = Hooks::new(egress, SignIns::default(), 16);
//! // What the next call may send; until the host says so, requests may only read.
//! hooks.guard().begin(Access::Changes, ReadPosts::default());
//! # Ok(())
//! # }
//! ```
//!
//! [`link()`] and these hooks are all that a host needs: `examples/link.rs` shows a whole one.
//!
//! # Error codes
//!
//! | what happened | `wasi:http` error code |
//! |---|---|
//! | the allow-list does not have the destination, method and path, or the proxy refuses it (403) | `HTTP-request-denied` |
//! | the call may only read, and the request could change something | `HTTP-request-denied` |
//! | too many requests in progress, open connections or open files | `connection-limit-reached` |
//! | the name resolves to addresses that are not permitted | `destination-IP-prohibited` |
//! | the name does not resolve | `DNS-error` |
//! | there is no route to the address | `destination-IP-unroutable` |
//! | the server refused the connection, or closed it before anything was written | `connection-refused` |
//! | no connection in time, TLS included | `connection-timeout` |
//! | the certificate is not valid, or the TLS handshake failed | `TLS-certificate-error` |
//! | the proxy cannot reach the server | `destination-unavailable` |
//! | the proxy refuses its credentials (407), no certificate authority is trusted, or a pin, a revocation list or the least TLS version refuses the server | `configuration-error` |
//! | connected, and no response in time | `HTTP-response-timeout` |
//! | connected, and the connection broke | `connection-terminated` |
//! | the response body paused too long | `connection-read-timeout` |
//! | the response body ended early | `HTTP-response-incomplete` |
//! | the response body is too long | `HTTP-response-body-size` |
//! | the response to a sign-in is compressed, and its token is to stay with the host | `HTTP-response-content-coding` |
//!
//! The codes above `HTTP-response-timeout` are definite: the server received nothing.

mod access;
mod address;
mod body;
mod builder;
mod client;
mod code;
mod counted;
mod dial;
mod environment;
mod error;
mod failure;
mod fields;
mod frames;
mod hidden;
mod hooks;
mod inject;
mod inside;
mod interim;
mod lenient;
mod listed;
mod lookup;
mod observe;
mod pace;
mod parsed;
mod path;
mod pattern;
mod pins;
mod policy;
mod pool;
pub mod probe;
mod proxy;
mod quota;
mod recorder;
mod request_options;
mod roots;
mod sign_in;
mod target;
mod tls;
mod trust;
mod tunnel;
mod unread;
mod upload;
mod verdict;
mod words;

use std::sync::Arc;

use http::{Request, Response};
use wasmtime::component::Linker;
use wasmtime_wasi_http::{Error, RequestOptions, WasiBody, WasiHttpView};

pub use access::{Access, CallGuard, CallReport, ReadPosts, Reason, Refusal};
pub use builder::EgressBuilder;
pub use environment::Environment;
pub use error::InvalidSetting;
pub use hooks::Hooks;
pub use inject::{CredentialUse, Credentials, InjectionPoints, SavedToken, StandIns};
pub use ipnet::IpNet;
pub use observe::{Ended, Event, Exchange, LogFile, Observer};
pub use sign_in::SignIns;
pub use trust::{TlsVersion, Verification};

use access::{Counted, Head, Rights};
use client::Sender;
use dial::Terms;
use observe::Observers;
use pattern::Pattern;
use quota::Place;
use sign_in::Purpose;
use target::Target;
use upload::Upload;

/// Outbound network access: an allow-list and its connection pool. Cheap to clone; clones share the
/// pool.
#[derive(Clone)]
pub struct Egress {
    settings: Arc<EgressBuilder>,
    terms: Arc<Terms>,
    sender: Sender,
    observers: Observers,
}

impl Egress {
    /// Returns a builder for an egress that allows nothing yet.
    pub fn builder() -> EgressBuilder {
        EgressBuilder::default()
    }

    /// Returns an egress that blocks every request.
    pub fn closed() -> Self {
        EgressBuilder::default().closed()
    }

    /// Returns the same egress with a connection pool of its own, for one connector: what shares no
    /// connection cannot hold up, or get the response to, another's request. An observer gets the
    /// connector's name.
    pub fn isolated(&self, connector: impl Into<String>) -> Self {
        let sender = Sender { pool: self.sender.pool.another(), ..self.sender.clone() };
        let observers = Observers { connector: connector.into(), ..self.observers.clone() };
        Self { sender, observers, ..self.clone() }
    }

    /// Returns the same egress, sharing the pool, with an observer for its requests. The original
    /// is not observed.
    pub fn observed_by(&self, observer: Arc<dyn Observer>) -> Self {
        let observers = Observers { observer: Some(observer), ..self.observers.clone() };
        Self { observers, ..self.clone() }
    }

    /// Returns this egress with additional allow-list entries, in the format of
    /// [`EgressBuilder::allow`], and its own connection pool; the limit for all connections stays a
    /// common one. If all entries are already covered, returns a clone of this egress.
    ///
    /// # Errors
    ///
    /// `InvalidSetting` if an entry is malformed, or if no certificate authority is trusted for
    /// https.
    pub fn allowing<'a>(
        &self,
        entries: impl IntoIterator<Item = &'a str>,
    ) -> Result<Self, InvalidSetting> {
        let further: Vec<&str> = entries.into_iter().filter(|entry| !self.covers(entry)).collect();
        if further.is_empty() {
            return Ok(self.clone());
        }
        let settings = further.into_iter().fold((*self.settings).clone(), EgressBuilder::allow);
        let connections = Some(Arc::clone(self.sender.pool.connections()));
        let further = settings.build_within(connections)?;
        Ok(Self { observers: self.observers.clone(), ..further })
    }

    /// Returns the origins of the allow-list.
    pub fn allowed(&self) -> Vec<String> {
        self.terms.policy.allowed.iter().map(|rule| rule.pattern.to_string()).collect()
    }

    /// Whether an origin or host pattern, such as those in `configured.origins`, is fully allowed,
    /// for some methods and paths at least.
    pub fn covers(&self, origin: &str) -> bool {
        let allowed = &self.terms.policy.allowed;
        Pattern::parse(origin)
            .is_ok_and(|origin| allowed.iter().any(|rule| rule.pattern.covers(&origin)))
    }

    /// Sends a request if the policy and its call allow it and a slot is free.
    pub(crate) async fn send(
        &self,
        mut request: Request<WasiBody>,
        options: RequestOptions,
        purpose: Purpose,
        (rights, place): (Rights, Option<Place>),
    ) -> Result<Response<WasiBody>, Error> {
        let target = Target::of(request.uri());
        // What is checked is what is sent.
        let uri = target.as_ref().and_then(|target| target.uri(request.uri()).ok());
        let target = target.filter(|_| uri.is_some());
        if let Some(uri) = uri {
            *request.uri_mut() = uri;
        }
        let watch = self.observers.exchange(&request, target.as_ref(), purpose);
        let refusal = Refusal {
            method: request.method().to_string(),
            origin: target.as_ref().map(Target::origin).unwrap_or_default(),
            path: request.uri().path().to_owned(),
            reason: Reason::Address,
        };
        let allowed = match (place, &target) {
            (None, _) => Err(Reason::Limit),
            (_, None) => Err(Reason::Uri),
            (Some(place), Some(target)) => self
                .check(&request, target, purpose, &rights)
                .map(|counted| (place, counted, self.terms.proxy_for(target))),
        };
        let (place, counted, proxy) = match allowed {
            Ok(allowed) => allowed,
            Err(reason) => {
                watch.refused(reason);
                rights.note(Refusal { reason, ..refusal });
                return Err(refuse(request, reason.into()).await);
            }
        };
        let mut observed = watch.allowed(proxy.map(|proxy| proxy.target.to_string()), counted);
        let answered = place.during(self.sender.send(request, options, &mut observed)).await;
        if matches!(answered, Err(Error::DestinationIpProhibited)) {
            rights.note(refusal);
        }
        Ok(place.hold(observed.ends(answered)?))
    }

    /// Checks a request against the allow-list and what its call may do.
    fn check(
        &self,
        request: &Request<WasiBody>,
        target: &Target,
        purpose: Purpose,
        rights: &Rights,
    ) -> Result<Counted, Reason> {
        let (method, path) = (request.method(), request.uri().path());
        self.terms.policy.admit(target, method, path)?;
        rights.check(&Head { method, path, headers: request.headers() }, purpose)
    }
}

/// Corrects parts of the runtime's own `wasi:http`: error codes in the middle of a body, length
/// limits for texts and fields, and request options that are not freed. Call it after
/// [`wasmtime_wasi_http::p2::add_to_linker_async`], which links the rest.
///
/// # Errors
///
/// The linker does not contain the runtime's own `wasi:http` of this version.
pub fn link<T: WasiHttpView + 'static>(linker: &mut Linker<T>) -> wasmtime::Result<()> {
    code::link(linker)?;
    words::link(linker)?;
    fields::link(linker)?;
    request_options::link(linker)
}

impl std::fmt::Debug for Egress {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Egress").field("allowed", &self.allowed()).finish_non_exhaustive()
    }
}

async fn refuse(request: Request<WasiBody>, code: Error) -> Error {
    let (_, upload) = Upload::of(request);
    upload.drain().await;
    code
}

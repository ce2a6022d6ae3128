//! Outbound HTTP for sandboxed WebAssembly components; the sandbox has no other network access.
//!
//! ```text
//! component ──wasi:http──▶ Hooks ──▶ allow-list ──▶ pool ──▶ resolve ──▶ check addresses ──▶ TCP ─┐
//!                                                                      └──────▶ proxy ────────┤
//!                                           service ◀── request ◀── TLS ◀─────────────────────┘
//! ```
//!
//! A request is sent only if its scheme, host and port are on the allow-list; an empty list blocks
//! everything. Resolved addresses are checked, and the connection goes to the checked address.
//! Redirects are not followed. All connectors of an [`Egress`] share its connection pool, HTTP/1.1
//! or HTTP/2 over rustls.
//!
//! ```
//! use plugin_egress::{Egress, Hooks, SignIns};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let egress = Egress::builder().allow("http://*.example:8080").build()?;
//! assert!(egress.covers("http://api.example:8080"));
//! assert!(!egress.covers("https://api.example"));
//! // The `wasi:http` hooks of one instance, with at most 16 requests at a time.
//! let hooks = Hooks::new(egress, SignIns::default(), 16);
//! # drop(hooks);
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
//! | the destination is not on the allow-list, or the proxy refuses it (403) | `HTTP-request-denied` |
//! | too many requests in progress, or too many open files | `connection-limit-reached` |
//! | the name resolves to addresses that are not permitted | `destination-IP-prohibited` |
//! | the name does not resolve | `DNS-error` |
//! | there is no route to the address | `destination-IP-unroutable` |
//! | the server refused the connection, or closed it before anything was written | `connection-refused` |
//! | no connection in time, TLS included | `connection-timeout` |
//! | the certificate is not valid | `TLS-certificate-error` |
//! | the TLS handshake failed | `TLS-protocol-error` |
//! | the proxy cannot reach the server | `destination-unavailable` |
//! | the proxy refuses its credentials (407), or no certificate authority is trusted | `configuration-error` |
//! | connected, and no response in time | `HTTP-response-timeout` |
//! | connected, and the connection broke | `connection-terminated` |
//! | the response body paused too long | `connection-read-timeout` |
//! | the response body ended early | `HTTP-response-incomplete` |
//! | the response body is too long | `HTTP-response-body-size` |
//!
//! The codes above `HTTP-response-timeout` are definite: the server received nothing.

mod address;
mod body;
mod builder;
mod client;
mod code;
mod dial;
mod environment;
mod error;
mod failure;
mod hidden;
mod hooks;
mod inside;
mod lenient;
mod lookup;
mod observe;
mod pattern;
mod pins;
mod policy;
pub mod probe;
mod proxy;
mod quota;
mod request_options;
mod roots;
mod shown;
mod sign_in;
mod target;
mod tls;
mod trust;
mod tunnel;
mod upload;
mod words;

use std::sync::Arc;

use http::{Request, Response};
use wasmtime::component::Linker;
use wasmtime_wasi_http::{Error, RequestOptions, WasiBody, WasiHttpView};

pub use builder::EgressBuilder;
pub use environment::Environment;
pub use error::InvalidSetting;
pub use hooks::Hooks;
pub use ipnet::IpNet;
pub use observe::{Event, Exchange, Observer};
pub use sign_in::SignIns;
pub use trust::{TlsVersion, Verification};

use client::Sender;
use dial::Terms;
use observe::Observers;
use pattern::Pattern;
use quota::Place;
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

    /// Returns the same egress, sharing the pool, with an observer for its exchanges. The original
    /// is not observed.
    pub fn observed_by(&self, observer: Arc<dyn Observer>) -> Self {
        Self { observers: Observers::one(observer), ..self.clone() }
    }

    /// Returns this egress with additional allow-list entries, in the format of
    /// [`EgressBuilder::allow`], and its own connection pool. If all entries are already covered,
    /// returns a clone of this egress.
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
        Ok(Self { observers: self.observers.clone(), ..settings.build()? })
    }

    /// Returns the entries of the allow-list.
    pub fn allowed(&self) -> Vec<String> {
        self.terms.policy.allowed.iter().map(ToString::to_string).collect()
    }

    /// Whether an origin or host pattern, such as those in `configured.origins`, is fully allowed.
    pub fn covers(&self, origin: &str) -> bool {
        let allowed = &self.terms.policy.allowed;
        Pattern::parse(origin).is_ok_and(|origin| allowed.iter().any(|entry| entry.covers(&origin)))
    }

    /// Sends a request if the policy allows it and a slot is free.
    pub(crate) async fn send(
        &self,
        request: Request<WasiBody>,
        options: RequestOptions,
        place: Option<Place>,
    ) -> Result<Response<WasiBody>, Error> {
        let Some(place) = place else {
            tracing::warn!("refused: too many requests are under way");
            return Err(refuse(request, Error::ConnectionLimitReached).await);
        };
        match Target::of(request.uri()) {
            Some(target) if self.terms.policy.grant(&target).is_some() => {
                let mut observed = self.observers.begin(&request, &target);
                let answered =
                    place.during(self.sender.send(request, options, observed.as_mut())).await;
                let response = match observed {
                    Some(observed) => observed.ends(answered)?,
                    None => answered?,
                };
                Ok(place.hold(response))
            }
            Some(target) => {
                tracing::warn!(%target, "refused: the destination is not on the allow-list");
                Err(refuse(request, Error::HttpRequestDenied).await)
            }
            None => {
                tracing::warn!("refused: the destination can't be understood");
                Err(refuse(request, Error::HttpRequestUriInvalid).await)
            }
        }
    }
}

/// Corrects parts of the runtime's own `wasi:http`: error codes in the middle of a body, length
/// limits for texts, and request options that are not freed. Call it after
/// [`wasmtime_wasi_http::p2::add_to_linker_async`], which links the rest.
///
/// # Errors
///
/// The linker does not contain the runtime's own `wasi:http` of this version.
pub fn link<T: WasiHttpView + 'static>(linker: &mut Linker<T>) -> wasmtime::Result<()> {
    code::link(linker)?;
    words::link(linker)?;
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

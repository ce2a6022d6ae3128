//! Outbound HTTP for sandboxed WebAssembly components: the only way out of the sandbox.
//!
//! A request leaves if the allow-list has its scheme, host and port; an empty list lets nothing out. The address behind a name
//! is checked after it was looked up, and the connection goes to the address that was checked. Redirects are not followed.
//! Connections are pooled and shared by all connectors of an [`Egress`], HTTP/1.1 or HTTP/2 over rustls.
//!
//! | what is wrong | `wasi:http` error code |
//! |---|---|
//! | not on the allow-list | `HTTP-request-denied` |
//! | too many requests under way, or files open | `connection-limit-reached` |
//! | no permitted address behind the name | `destination-IP-prohibited` |
//! | name unknown | `DNS-error` |
//! | no route, or no address here to connect from | `destination-IP-unroutable` |
//! | refused, or closed before anything was written | `connection-refused` |
//! | no connection in time, TLS included | `connection-timeout` |
//! | certificate; anything else of TLS | `TLS-certificate-error`; `TLS-protocol-error` |
//! | the proxy could not; does not take its credentials (407); does not allow it (403) | `destination-unavailable`; `configuration-error`; `HTTP-request-denied` |
//! | connected, and no answer in time | `HTTP-response-timeout` |
//! | connected, and the connection broke | `connection-terminated` |
//! | a pause in the body; its end before its time | `connection-read-timeout`; `HTTP-response-incomplete` |
//! | body too long | `HTTP-response-body-size` |
//!
//! The codes above `HTTP-response-timeout` are certain: the server got nothing.

mod address;
mod body;
mod builder;
mod client;
mod code;
mod dial;
mod error;
mod exchange;
mod failure;
mod handle;
mod hooks;
mod lenient;
mod lookup;
mod observe;
mod outgoing;
mod pattern;
mod policy;
pub mod probe;
mod proxy;
mod quota;
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
use wasmtime_wasi_http::{Error, RequestOptions, WasiBody};

pub use builder::EgressBuilder;
pub use error::InvalidSetting;
pub use handle::{Exchanges, Latest};
pub use hooks::Hooks;
pub use ipnet::IpNet;
pub use observe::{Event, Exchange, Observer};
pub use sign_in::SignIns;
pub use trust::Verification;

use client::Sender;
use dial::Terms;
use observe::Observers;
use pattern::Pattern;
use quota::Place;
use target::Target;
use upload::Upload;

/// A way out: an allow-list, and the pool of connections behind it. Cheap to clone; clones share the pool.
#[derive(Clone)]
pub struct Egress {
    settings: Arc<EgressBuilder>,
    terms: Arc<Terms>,
    sender: Sender,
    observers: Observers,
}

impl Egress {
    /// Starts a way out that allows nothing yet.
    pub fn builder() -> EgressBuilder {
        EgressBuilder::default()
    }

    /// A way out that lets nothing out.
    pub fn closed() -> Self {
        EgressBuilder::default().closed()
    }

    /// The same way out, with the same pool, for a connector whose exchanges somebody is to be told of; the one that was
    /// cloned tells nobody.
    pub fn observed_by(&self, observer: Arc<dyn Observer>) -> Self {
        Self { observers: Observers::one(observer), ..self.clone() }
    }

    /// The same way out with further entries on its allow-list, as [`EgressBuilder::allow`] takes them, and a pool of its own. With no
    /// entry that is not covered already, it is this one.
    ///
    /// # Errors
    ///
    /// `InvalidSetting` if an entry is not of that form, or if there are no authorities to trust for https.
    pub fn allowing<'a>(&self, entries: impl IntoIterator<Item = &'a str>) -> Result<Self, InvalidSetting> {
        let further: Vec<&str> = entries.into_iter().filter(|entry| !self.covers(entry)).collect();
        if further.is_empty() {
            return Ok(self.clone());
        }
        let settings = further.into_iter().fold((*self.settings).clone(), EgressBuilder::allow);
        Ok(Self { observers: self.observers.clone(), ..settings.build()? })
    }

    /// The entries of the allow-list.
    pub fn allowed(&self) -> Vec<String> {
        self.terms.policy.allowed.iter().map(ToString::to_string).collect()
    }

    /// Whether an origin or host pattern, such as `configured.origins` has, is allowed as a whole.
    pub fn covers(&self, origin: &str) -> bool {
        let allowed = &self.terms.policy.allowed;
        Pattern::parse(origin).is_ok_and(|origin| allowed.iter().any(|entry| entry.covers(&origin)))
    }

    /// Sends a request if it may leave and has a place.
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
                let answered = place.during(self.sender.send(request, options, observed.as_mut())).await;
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

/// Links what differs from the runtime's own `wasi:http`: what went wrong in the middle of a body, texts that are bounded, and where a
/// request begins. After [`wasmtime_wasi_http::p2::add_to_linker_async`], which links the rest.
///
/// # Errors
///
/// The linker has not the runtime's own `wasi:http` of this version.
pub fn link<T: Exchanges + 'static>(linker: &mut Linker<T>) -> wasmtime::Result<()> {
    code::link(linker)?;
    words::link(linker)?;
    handle::link(linker)
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

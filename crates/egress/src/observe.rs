//! Lets a host observe the traffic of its egress: for progress, statistics, or to know what an
//! abandoned call had sent.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use http::{Request, Response};
use http_body::Body as _;
use http_body_util::BodyExt;
use hyper_util::client::legacy::connect::CaptureConnection;
use wasmtime_wasi_http::{Error, WasiBody};

use super::access::Counted;
use super::failure::is_certain;
use super::shown::{self, ShownBody};
use super::sign_in::{Purpose, is_form};
use super::target::Target;

/// Receives the events of every exchange of an [`Egress`](super::Egress) created by
/// [`observed_by`](super::Egress::observed_by).
///
/// It never receives a request's headers, body or query, nor any response header. The response to a
/// form may hold a token (RFC 6749 §5.1), so its body is not reported either. Requests that the
/// egress refuses are not exchanges.
///
/// A response body may still contain a secret: a signed link, a token from a service that uses
/// JSON, or a machine's output. [`wants_body`](Observer::wants_body) should return true only where
/// the content is known. A path may also be secret, if a service puts keys into its paths.
pub trait Observer: Send + Sync {
    /// Called for each event. It runs in the middle of the exchange and must not block.
    fn observe(&self, exchange: &Exchange, event: Event<'_>);

    /// Whether to report [`Event::Body`], which buffers the body in memory as it passes. No by
    /// default.
    fn wants_body(&self, exchange: &Exchange) -> bool {
        let _ = exchange;
        false
    }
}

/// An exchange: a request and its response.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Exchange {
    /// A number unique within this process. A retry by the component is a new exchange.
    pub number: u64,
    /// The HTTP method, such as `POST`.
    pub method: String,
    /// Scheme, host, and the port unless it is the scheme's default: `https://api.example`.
    pub origin: String,
    /// The path as sent, without the query.
    pub path: String,
    /// Whether it is a token request to an origin where the connector signs in: see
    /// [`SignIns::set_origins`](crate::SignIns::set_origins).
    pub is_sign_in: bool,
}

/// An event of an exchange: it begins, and is then either answered or not. The body, if reported,
/// follows the response head.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Event<'a> {
    /// The server may receive the request from now on.
    Begins,
    /// The response head arrived.
    Answered {
        /// Its status.
        status: u16,
    },
    /// The complete response body: only if requested, not of a form, JSON without a content coding,
    /// and at most 256 KiB. The component received the same bytes.
    Body(&'a [u8]),
    /// There will be no response: the exchange failed, or its instance was terminated in the middle
    /// of it.
    Unanswered {
        /// Whether the server may have received the request. If false, it certainly did not.
        maybe_sent: bool,
    },
}

/// The optional observer.
#[derive(Clone, Default)]
pub(crate) struct Observers(Option<Arc<dyn Observer>>);

impl Observers {
    pub(crate) fn one(observer: Arc<dyn Observer>) -> Self {
        Self(Some(observer))
    }

    /// Reports that a request is about to be sent.
    pub(crate) fn begin(
        &self,
        request: &Request<WasiBody>,
        target: &Target,
        purpose: Purpose,
        counted: Counted,
    ) -> Observed {
        static NUMBER: AtomicU64 = AtomicU64::new(1);
        let observer = self.0.as_ref().map(|observer| {
            let exchange = Exchange {
                number: NUMBER.fetch_add(1, Ordering::Relaxed),
                method: request.method().to_string(),
                origin: target.origin(),
                path: request.uri().path().to_owned(),
                is_sign_in: purpose == Purpose::SignIn,
            };
            (Arc::clone(observer), exchange)
        });
        let observed = Observed {
            observer,
            counted,
            is_form: is_form(request.headers()),
            connection: None,
            over: false,
        };
        observed.tell(Event::Begins);
        observed
    }
}

impl std::fmt::Debug for Observers {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(if self.0.is_some() { "an observer" } else { "nobody" })
    }
}

/// An exchange in progress. Dropped before its end, it reports that there will be no response.
pub(crate) struct Observed {
    observer: Option<(Arc<dyn Observer>, Exchange)>,
    counted: Counted,
    is_form: bool,
    connection: Option<CaptureConnection>,
    over: bool,
}

impl Observed {
    /// Sets the capture that later tells whether the request was given a connection.
    pub(crate) fn goes_by(&mut self, connection: CaptureConnection) {
        self.connection = Some(connection);
    }

    /// Reports the result, and captures the body if the observer wants it.
    pub(crate) fn ends(
        mut self,
        answered: Result<Response<WasiBody>, Error>,
    ) -> Result<Response<WasiBody>, Error> {
        self.over = true;
        match answered {
            Ok(response) => {
                let status = response.status().as_u16();
                self.counted.answered(status);
                self.tell(Event::Answered { status });
                Ok(self.with_shown_body(response))
            }
            Err(error) => {
                self.is_unanswered(!is_certain(&error));
                Err(error)
            }
        }
    }

    fn with_shown_body(&self, response: Response<WasiBody>) -> Response<WasiBody> {
        let Some((observer, exchange)) = &self.observer else { return response };
        if self.is_form
            || !shown::fits(&response)
            || response.body().is_end_stream()
            || !observer.wants_body(exchange)
        {
            return response;
        }
        let (observer, exchange) = (Arc::clone(observer), exchange.clone());
        let show = move |body: &[u8]| observer.observe(&exchange, Event::Body(body));
        response.map(|body| ShownBody::new(body, Box::new(show)).boxed_unsync())
    }

    fn is_unanswered(&mut self, maybe_sent: bool) {
        self.counted.unanswered(maybe_sent);
        self.tell(Event::Unanswered { maybe_sent });
    }

    fn tell(&self, event: Event<'_>) {
        if let Some((observer, exchange)) = &self.observer {
            observer.observe(exchange, event);
        }
    }
}

impl Drop for Observed {
    fn drop(&mut self) {
        if !self.over {
            // The client records the connection before it writes anything.
            let connected =
                |connection: &CaptureConnection| connection.connection_metadata().is_some();
            let maybe_sent = self.connection.as_ref().is_some_and(connected);
            self.is_unanswered(maybe_sent);
        }
    }
}

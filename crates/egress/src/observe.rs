//! Showing a host what passes through its egress: for progress, figures, or to know what an abandoned call had sent.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use http::{Request, Response};
use http_body::Body as _;
use http_body_util::BodyExt;
use hyper_util::client::legacy::connect::CaptureConnection;
use wasmtime_wasi_http::{Error, WasiBody};

use super::failure::is_certain;
use super::shown::{self, ShownBody};
use super::sign_in::is_form;
use super::target::Target;

/// Is told of every exchange of an [`Egress`](super::Egress) that [`observed_by`](super::Egress::observed_by) made.
///
/// It never learns a request's headers, body or query, nor a header of the answer. Forms, which is how credentials are exchanged for
/// a token (RFC 6749 §3.2), are not told of at all, nor are requests that the policy refuses.
///
/// What an answer's body holds may still be a secret: a signed link, a token of a service that takes JSON, what a machine
/// printed. [`wants_body`](Observer::wants_body) should say yes only where it is known what comes. A path may be one
/// too, where a service puts keys into its paths.
pub trait Observer: Send + Sync {
    /// Something happened. It is called in the middle of the exchange and must not block.
    fn observe(&self, exchange: &Exchange, event: Event<'_>);

    /// Whether to show [`Event::Body`], for which the body is kept in memory while it passes. No by default.
    fn wants_body(&self, exchange: &Exchange) -> bool {
        let _ = exchange;
        false
    }
}

/// A request and what comes of it.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Exchange {
    /// Another one for each exchange of this process. A request that a component repeats is another exchange.
    pub number: u64,
    /// Such as `POST`.
    pub method: String,
    /// Scheme, host, and the port unless it is the scheme's own: `https://api.example`.
    pub origin: String,
    /// As it is sent, without the query.
    pub path: String,
}

/// What happens in an exchange: it begins, and is then either answered or not. The body comes after the answer, if it does.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Event<'a> {
    /// From now on the server may get the request.
    Begins,
    /// The head of the answer came.
    Answered {
        /// Its status.
        status: u16,
    },
    /// The answer's body, whole: if it is asked for, is JSON without a content coding, and has at most 256 KiB. The
    /// component got the same bytes.
    Body(&'a [u8]),
    /// There is no answer and will be none: the exchange failed, or its instance ended in the middle of it.
    Unanswered {
        /// Whether the server may have got the request. If not, it certainly has not.
        perhaps_sent: bool,
    },
}

/// Who is to be told, if anybody.
#[derive(Clone, Default)]
pub(crate) struct Observers(Option<Arc<dyn Observer>>);

impl Observers {
    pub(crate) fn one(observer: Arc<dyn Observer>) -> Self {
        Self(Some(observer))
    }

    /// Tells that a request is about to be sent, if it may be told of.
    pub(crate) fn begin(&self, request: &Request<WasiBody>, target: &Target) -> Option<Observed> {
        static NUMBER: AtomicU64 = AtomicU64::new(1);
        let observer = Arc::clone(self.0.as_ref()?);
        if is_form(request.headers()) {
            return None;
        }
        let exchange = Exchange {
            number: NUMBER.fetch_add(1, Ordering::Relaxed),
            method: request.method().to_string(),
            origin: target.origin(),
            path: request.uri().path().to_owned(),
        };
        observer.observe(&exchange, Event::Begins);
        Some(Observed { observer, exchange, connection: None, over: false })
    }
}

impl std::fmt::Debug for Observers {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(if self.0.is_some() { "an observer" } else { "nobody" })
    }
}

/// An exchange that somebody is told of. Dropped before its end, it tells that there will be no answer.
pub(crate) struct Observed {
    observer: Arc<dyn Observer>,
    exchange: Exchange,
    connection: Option<CaptureConnection>,
    over: bool,
}

impl Observed {
    /// What will say whether the request was given a connection.
    pub(crate) fn goes_by(&mut self, connection: CaptureConnection) {
        self.connection = Some(connection);
    }

    /// Tells what came of it, and sees to it that the body is shown if it is wanted.
    pub(crate) fn ends(mut self, answered: Result<Response<WasiBody>, Error>) -> Result<Response<WasiBody>, Error> {
        self.over = true;
        match answered {
            Ok(response) => {
                self.tell(Event::Answered { status: response.status().as_u16() });
                Ok(self.with_shown_body(response))
            }
            Err(error) => {
                self.tell(Event::Unanswered { perhaps_sent: !is_certain(&error) });
                Err(error)
            }
        }
    }

    fn with_shown_body(&self, response: Response<WasiBody>) -> Response<WasiBody> {
        if !shown::fits(&response) || response.body().is_end_stream() || !self.observer.wants_body(&self.exchange) {
            return response;
        }
        let (observer, exchange) = (Arc::clone(&self.observer), self.exchange.clone());
        let show = move |body: &[u8]| observer.observe(&exchange, Event::Body(body));
        response.map(|body| ShownBody::new(body, Box::new(show)).boxed_unsync())
    }

    fn tell(&self, event: Event<'_>) {
        self.observer.observe(&self.exchange, event);
    }
}

impl Drop for Observed {
    fn drop(&mut self) {
        if !self.over {
            // The client writes nothing before it has noted the connection.
            let connected = |connection: &CaptureConnection| connection.connection_metadata().is_some();
            self.tell(Event::Unanswered { perhaps_sent: self.connection.as_ref().is_some_and(connected) });
        }
    }
}

//! Coalesces concurrent token requests of a connector's instances (single-flight).

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

use bytes::Bytes;
use futures_util::stream;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode, request, response};
use http_body::{Body, Frame};
use http_body_util::{BodyExt, Full, StreamBody};
use sha2::{Digest, Sha256};
use tokio::sync::Mutex;
use wasmtime_wasi_http::{Error, WasiBody};
use zeroize::Zeroizing;

use super::pattern::Pattern;
use super::target::Target;

/// Maximum size of a token request or response to be shared. Entra's responses have about two KiB.
const MOST_BYTES: u64 = 64 << 10;

/// Maximum age of a response to be shared: instances count a token's lifetime from when they
/// receive it.
const FRESH: Duration = Duration::from_secs(10);

/// How long an instance waits for another's sign-in before it signs in itself.
const PATIENCE: Duration = Duration::from_secs(10);

/// Header fields that differ from request to request and hold no credential.
const IDS: [&str; 3] = ["client-request-id", "traceparent", "tracestate"];

/// Coalesces the token requests of one connector.
///
/// A client-credentials token request (RFC 6749 §4.4) changes nothing at the server, and its
/// response is valid for any sender of the identical request. When several instances sign in at the
/// same time, one sends the request and the others get a copy of its response. Each instance gets a
/// response only once: if it asks again because the token was rejected, it needs a new one.
///
/// Identical means the whole request, header fields included but its IDs: credentials may be in any
/// of them (HTTP Basic, DPoP). Instances with different settings share nothing.
#[derive(Clone, Debug, Default)]
pub struct SignIns {
    latest: Arc<Mutex<Latest>>,
    origins: Arc<RwLock<Vec<Pattern>>>,
}

#[derive(Debug, Default)]
struct Latest {
    /// Number of responses that were kept so far.
    number: u64,
    answer: Option<Answer>,
}

impl SignIns {
    /// Discards the latest response: it belongs to settings that are no longer active.
    pub fn forget(&self) {
        // One that is being received belongs to them too, and is given to none with others.
        if let Ok(mut latest) = self.latest.try_lock() {
            latest.answer = None;
        }
    }

    /// Sets where the connector signs in: origins, as in
    /// [`EgressBuilder::allow`](crate::EgressBuilder::allow); none at first. A token request to one
    /// of them changes nothing, so a call that may only read sends it too. What is not an origin is
    /// ignored.
    pub fn set_origins<'a>(&self, origins: impl IntoIterator<Item = &'a str>) {
        let origins = origins.into_iter().filter_map(|origin| Pattern::parse(origin).ok());
        *self.origins.write().unwrap_or_else(PoisonError::into_inner) = origins.collect();
    }

    /// Whether a form with this content is a token request (RFC 6749 §4) to where the connector
    /// signs in. The last segment of a token endpoint's path is `token` or `access_token`: the
    /// component says where it signs in, and must not have any form sent there.
    fn purpose_of(&self, uri: &http::Uri, form: &[u8]) -> Purpose {
        let last = uri.path().rsplit('/').next().unwrap_or_default();
        let mut grants = url::form_urlencoded::parse(form).filter(|(name, _)| name == "grant_type");
        let has_grant = grants.next().is_some_and(|(_, grant)| !grant.is_empty());
        let origins = self.origins.read().unwrap_or_else(PoisonError::into_inner);
        let is_origin = Target::of(uri)
            .is_some_and(|target| origins.iter().any(|origin| origin.matches(&target)));
        let is_endpoint = ["token", "access_token"].contains(&last);
        match is_origin && is_endpoint && has_grant && grants.next().is_none() {
            true => Purpose::SignIn,
            false => Purpose::Service,
        }
    }
}

/// What a request is for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Purpose {
    /// It asks for a token where the connector signs in.
    SignIn,
    /// Anything else.
    Service,
}

/// One instance's view of its connector's token requests.
#[derive(Debug)]
pub(crate) struct SignIn {
    all: SignIns,
    /// Number of the last response that this instance received.
    seen: Arc<AtomicU64>,
    /// Revision of the settings that the instance has.
    settings: u64,
}

/// The server's response to a token request.
struct Answer {
    number: u64,
    request: [u8; 32],
    at: Instant,
    head: response::Parts,
    body: Zeroizing<Vec<u8>>,
}

impl std::fmt::Debug for Answer {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Answer").field("number", &self.number).finish_non_exhaustive()
    }
}

impl SignIn {
    pub(crate) fn new(all: SignIns) -> Self {
        Self { all, seen: Arc::default(), settings: 0 }
    }

    pub(crate) fn set_settings(&mut self, revision: u64) {
        self.settings = revision;
    }

    /// Returns how to share a request; `None` if it is not a token request.
    pub(crate) fn of(&self, request: &Request<WasiBody>) -> Option<Sharing> {
        let length = request.headers().get(CONTENT_LENGTH).and_then(|length| length.to_str().ok());
        let is_short = length
            .and_then(|length| length.parse().ok())
            .is_some_and(|length: u64| length <= MOST_BYTES);
        let Self { all, seen, settings } = self;
        (request.method() == Method::POST && is_form(request.headers()) && is_short)
            .then(|| Sharing { all: all.clone(), seen: Arc::clone(seen), settings: *settings })
    }
}

/// Whether a request is a form, as token requests are.
pub(crate) fn is_form(headers: &HeaderMap) -> bool {
    let kind = headers.get(CONTENT_TYPE).map(HeaderValue::as_bytes).unwrap_or_default();
    let form = b"application/x-www-form-urlencoded";
    kind.get(..form.len()).is_some_and(|kind| kind.eq_ignore_ascii_case(form))
}

/// A request whose response may be shared.
pub(crate) struct Sharing {
    all: SignIns,
    seen: Arc<AtomicU64>,
    settings: u64,
}

impl Sharing {
    /// Returns a copy of the latest response, or sends the request.
    pub(crate) async fn send<F>(
        self,
        request: Request<WasiBody>,
        send: impl FnOnce(Request<WasiBody>, Purpose) -> F,
    ) -> Result<Response<WasiBody>, Error>
    where
        F: Future<Output = Result<Response<WasiBody>, Error>>,
    {
        let (head, body) = request.into_parts();
        // At most the request's Content-Length, which the runtime enforces.
        let body = body.collect().await?.to_bytes();
        let asks_for_token = url::form_urlencoded::parse(&body)
            .any(|(name, value)| name == "grant_type" && value == "client_credentials");
        let purpose = self.all.purpose_of(&head.uri, &body);
        let digest = digest(self.settings, &head, &body);
        let request = Request::from_parts(head, whole(body));
        // The lock is held while one instance sends its request.
        let latest = tokio::time::timeout(PATIENCE, self.all.latest.lock()).await;
        let (true, Ok(mut latest)) = (asks_for_token, latest) else {
            return send(request, purpose).await;
        };
        let seen = self.seen.load(Ordering::Relaxed);
        if let Some(answer) =
            latest.answer.as_ref().filter(|answer| answer.is_good_for(digest, seen))
        {
            self.seen.store(answer.number, Ordering::Relaxed);
            return Ok(answer.copy());
        }
        let (head, body) = send(request, purpose).await?.into_parts();
        let is_short = body.size_hint().exact().is_some_and(|length| length <= MOST_BYTES);
        if head.status != StatusCode::OK || !is_short {
            return Ok(Response::from_parts(head, body));
        }
        let body = match read(body).await {
            Ok(body) => body,
            Err((start, error)) => return Ok(Response::from_parts(head, broken(start, error))),
        };
        latest.number += 1;
        let number = latest.number;
        let answer = Answer { number, request: digest, at: Instant::now(), head, body };
        let copy = answer.copy();
        self.seen.store(number, Ordering::Relaxed);
        latest.answer = Some(answer);
        Ok(copy)
    }
}

/// What identifies a request. Neither a URI nor a header field contains a zero byte.
fn digest(settings: u64, head: &request::Parts, body: &[u8]) -> [u8; 32] {
    let mut digest = Sha256::new_with_prefix(settings.to_be_bytes());
    digest.update(head.uri.to_string());
    for (name, value) in head.headers.iter().filter(|(name, _)| !IDS.contains(&name.as_str())) {
        digest.update([0]);
        digest.update(name);
        digest.update([0]);
        digest.update(value);
    }
    digest.chain_update([0, 0]).chain_update(body).finalize().into()
}

impl Answer {
    fn is_good_for(&self, request: [u8; 32], seen: u64) -> bool {
        self.request == request && self.number > seen && self.at.elapsed() < FRESH
    }

    fn copy(&self) -> Response<WasiBody> {
        Response::from_parts(self.head.clone(), whole(Bytes::copy_from_slice(&self.body)))
    }
}

fn whole(body: Bytes) -> WasiBody {
    Full::new(body).map_err(|never| match never {}).boxed_unsync()
}

/// Reads the body; on failure returns the part that was read and the error.
async fn read(mut body: WasiBody) -> Result<Zeroizing<Vec<u8>>, (Bytes, Error)> {
    // Allocates the full capacity up front, so that growing leaves no copy of the secret behind.
    let mut read = Zeroizing::new(Vec::with_capacity(MOST_BYTES as usize));
    while let Some(frame) = body.frame().await {
        match frame.map(Frame::into_data) {
            Ok(Ok(data)) => read.extend_from_slice(&data),
            // Ignores trailers: token responses do not need them.
            Ok(Err(_)) => {}
            Err(error) => return Err((Bytes::copy_from_slice(&read), error)),
        }
    }
    Ok(read)
}

/// A body that yields what was read and then fails with the same error.
fn broken(start: Bytes, error: Error) -> WasiBody {
    StreamBody::new(stream::iter([Ok(Frame::data(start)), Err(error)])).boxed_unsync()
}

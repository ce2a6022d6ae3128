//! One sign-in for all instances of a connector that want the same at the same time.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use bytes::Bytes;
use futures_util::stream;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode, response};
use http_body::{Body, Frame};
use http_body_util::{BodyExt, Full, StreamBody};
use sha2::{Digest, Sha256};
use tokio::sync::Mutex;
use wasmtime_wasi_http::{Error, WasiBody};
use zeroize::Zeroizing;

/// How long a request for a token, or an answer to one, may be to be shared. Entra's answers have about two KiB.
const MOST_BYTES: u64 = 64 << 10;

/// How old an answer may be to be shared: instances count a token's life from when they get it.
const FRESH: Duration = Duration::from_secs(10);

/// How long an instance waits for another's sign-in before it signs in by itself.
const PATIENCE: Duration = Duration::from_secs(10);

/// The sign-ins of one connector.
///
/// A request for a token by client credentials (RFC 6749 §4.4) changes nothing at the server, and its answer is good for whoever
/// sent the very same request: of instances that sign in at the same time one asks, and the others get a copy of its answer. Each
/// gets an answer once: who asks again, because the token was refused, is asking for another.
#[derive(Clone, Debug, Default)]
pub struct SignIns {
    latest: Arc<Mutex<Option<Answer>>>,
}

/// The sign-ins of one instance.
#[derive(Debug)]
pub(crate) struct SignIn {
    all: SignIns,
    /// The number of the last answer that this instance has got.
    seen: Arc<AtomicU64>,
}

/// What a server said to a request.
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
        Self { all, seen: Arc::default() }
    }

    /// What to do with a request: `None` if it is none for a token.
    pub(crate) fn of(&self, request: &Request<WasiBody>) -> Option<Sharing> {
        let length = request.headers().get(CONTENT_LENGTH).and_then(|length| length.to_str().ok());
        let is_short = length.and_then(|length| length.parse().ok()).is_some_and(|length: u64| length <= MOST_BYTES);
        (request.method() == Method::POST && is_form(request.headers()) && is_short)
            .then(|| Sharing { all: self.all.clone(), seen: Arc::clone(&self.seen) })
    }
}

/// Whether a request is a form, as those for a token are.
pub(crate) fn is_form(headers: &HeaderMap) -> bool {
    let kind = headers.get(CONTENT_TYPE).map(HeaderValue::as_bytes).unwrap_or_default();
    let form = b"application/x-www-form-urlencoded";
    kind.get(..form.len()).is_some_and(|kind| kind.eq_ignore_ascii_case(form))
}

/// One request that may be answered by what another was answered.
pub(crate) struct Sharing {
    all: SignIns,
    seen: Arc<AtomicU64>,
}

impl Sharing {
    /// Gives a copy of the latest answer, or sends the request.
    pub(crate) async fn send<F>(
        self,
        request: Request<WasiBody>,
        send: impl FnOnce(Request<WasiBody>) -> F,
    ) -> Result<Response<WasiBody>, Error>
    where
        F: Future<Output = Result<Response<WasiBody>, Error>>,
    {
        let (head, body) = request.into_parts();
        // No longer than the request says, which the runtime holds it to.
        let body = body.collect().await?.to_bytes();
        let asks_for_token = url::form_urlencoded::parse(&body)
            .any(|(name, value)| name == "grant_type" && value == "client_credentials");
        let digest =
            Sha256::new_with_prefix(head.uri.to_string()).chain_update([0]).chain_update(&body).finalize().into();
        let request = Request::from_parts(head, whole(body));
        // The lock is held while one asks.
        let latest = tokio::time::timeout(PATIENCE, self.all.latest.lock()).await;
        let (true, Ok(mut latest)) = (asks_for_token, latest) else { return send(request).await };
        let seen = self.seen.load(Ordering::Relaxed);
        if let Some(answer) = latest.as_ref().filter(|answer| answer.is_good_for(digest, seen)) {
            self.seen.store(answer.number, Ordering::Relaxed);
            return Ok(answer.copy());
        }
        let (head, body) = send(request).await?.into_parts();
        let is_short = body.size_hint().exact().is_some_and(|length| length <= MOST_BYTES);
        if head.status != StatusCode::OK || !is_short {
            return Ok(Response::from_parts(head, body));
        }
        let body = match read(body).await {
            Ok(body) => body,
            Err((start, error)) => return Ok(Response::from_parts(head, broken(start, error))),
        };
        let number = latest.as_ref().map_or(0, |answer| answer.number) + 1;
        let answer = Answer { number, request: digest, at: Instant::now(), head, body };
        let copy = answer.copy();
        self.seen.store(number, Ordering::Relaxed);
        *latest = Some(answer);
        Ok(copy)
    }
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

/// The body, or what there was of it and why there is no more.
async fn read(mut body: WasiBody) -> Result<Zeroizing<Vec<u8>>, (Bytes, Error)> {
    // Room for all of it, so that growing leaves no copy behind.
    let mut read = Zeroizing::new(Vec::with_capacity(MOST_BYTES as usize));
    while let Some(frame) = body.frame().await {
        match frame.map(Frame::into_data) {
            Ok(Ok(data)) => read.extend_from_slice(&data),
            // Trailers: nobody needs those of a token.
            Ok(Err(_)) => {}
            Err(error) => return Err((Bytes::copy_from_slice(&read), error)),
        }
    }
    Ok(read)
}

/// A body that breaks off as the one did that was read.
fn broken(start: Bytes, error: Error) -> WasiBody {
    StreamBody::new(stream::iter([Ok(Frame::data(start)), Err(error)])).boxed_unsync()
}

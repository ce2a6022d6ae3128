//! A request body that tracks its upload progress.

use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::Request;
use http_body::{Body, Frame, SizeHint};
use http_body_util::BodyExt;
use tokio::time::Instant;
use wasmtime_wasi_http::{Error, WasiBody};

/// How long the rest of a failed request's body is drained.
const LAST_WORDS: Duration = Duration::from_secs(1);

/// A request's body, shared by the client that sends it and the task that waits for the response.
///
/// The waiting task learns when data was last sent, so that a long upload is not mistaken for a
/// late response. After a failure it drains the rest: a component writing to a closed stream would
/// learn that the stream is closed, but not why.
#[derive(Clone)]
pub(crate) struct Upload {
    state: Arc<Mutex<State>>,
    sent: SentBytes,
}

/// How many bytes of a body were sent. It does not keep the body.
#[derive(Clone, Default)]
pub(crate) struct SentBytes(Arc<AtomicU64>);

impl SentBytes {
    pub(crate) fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

struct State {
    body: WasiBody,
    ended: bool,
    progress: Instant,
}

impl Upload {
    /// Splits the body off a request; the returned request sends it from the shared place.
    pub(crate) fn of(request: Request<WasiBody>) -> (Request<Self>, Self) {
        let (head, body) = request.into_parts();
        let state = State { body, ended: false, progress: Instant::now() };
        let upload = Self { state: Arc::new(Mutex::new(state)), sent: SentBytes::default() };
        (Request::from_parts(head, upload.clone()), upload)
    }

    /// Returns when data was last sent or [`Upload::touch`] was last called.
    pub(crate) fn progress(&self) -> Instant {
        self.lock().progress
    }

    pub(crate) fn sent(&self) -> SentBytes {
        self.sent.clone()
    }

    pub(crate) fn touch(&self) {
        self.lock().progress = Instant::now();
    }

    /// Drains the rest of the body. Does not wait indefinitely for a component that never finishes
    /// it.
    pub(crate) async fn drain(mut self) {
        let rest = async { while let Some(Ok(_)) = self.frame().await {} };
        let _ = tokio::time::timeout(LAST_WORDS, rest).await;
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Body for Upload {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        let mut state = self.lock();
        if state.ended {
            return Poll::Ready(None);
        }
        let polled = Pin::new(&mut state.body).poll_frame(context);
        if let Poll::Ready(frame) = &polled {
            state.ended = !matches!(frame, Some(Ok(_)));
            state.progress = Instant::now();
            if let Some(data) = frame.as_ref().and_then(|frame| frame.as_ref().ok()?.data_ref()) {
                self.sent.0.fetch_add(data.len() as u64, Ordering::Relaxed);
            }
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        let state = self.lock();
        state.ended || state.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.lock().body.size_hint()
    }
}

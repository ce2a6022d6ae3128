//! A response body with limits on its size, its pauses and its reader's pauses.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use hyper::body::Incoming;
use tokio::time::{Instant, Sleep};
use wasmtime_wasi_http::Error;

use super::failure;
use super::unread::{Source, Unread};

/// A body that fails when it exceeds its size limit, its sender pauses for too long, or nobody
/// reads it for too long.
pub(crate) struct BoundedBody {
    source: Source,
    left: u64,
    limit: u64,
    pause: Duration,
    unread: Duration,
    timer: Pin<Box<Sleep>>,
    /// Whether the timer runs: it starts when a read finds no data, and does not run while the
    /// component is not reading.
    waiting: bool,
}

impl BoundedBody {
    /// # Errors
    ///
    /// `HttpResponseBodySize` if the response's Content-Length exceeds `limit` bytes.
    pub(crate) fn new(
        body: Incoming,
        limit: u64,
        pause: Duration,
        unread: Duration,
        bodies: &Unread,
    ) -> Result<Self, Error> {
        if body.size_hint().lower() > limit {
            return Err(Error::HttpResponseBodySize(Some(body.size_hint().lower())));
        }
        let timer = Box::pin(tokio::time::sleep(pause));
        let source = bodies.watch(body, unread);
        Ok(Self { source, left: limit, limit, pause, unread, timer, waiting: false })
    }

    fn admit(&mut self, frame: Frame<Bytes>) -> Result<Frame<Bytes>, Error> {
        let length = frame.data_ref().map_or(0, |data| data.len() as u64);
        self.left =
            self.left.checked_sub(length).ok_or(Error::HttpResponseBodySize(Some(self.limit)))?;
        Ok(frame)
    }
}

impl Body for BoundedBody {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        let this = &mut *self;
        let polled = {
            let mut state = this.source.lock();
            let Some(body) = &mut state.body else {
                return Poll::Ready(Some(Err(Error::ConnectionReadTimeout)));
            };
            let polled = Pin::new(body).poll_frame(context);
            // A reader that waits is not idle: the sender's time is added to its own.
            let waits = if polled.is_pending() { this.pause } else { Duration::ZERO };
            state.expires = Instant::now() + waits + this.unread;
            polled
        };
        match polled {
            Poll::Ready(frame) => {
                this.waiting = false;
                Poll::Ready(frame.map(|frame| match frame {
                    Ok(frame) => this.admit(frame),
                    Err(error) => Err(failure::of_body(&error)),
                }))
            }
            Poll::Pending => {
                if !this.waiting {
                    this.waiting = true;
                    this.timer.as_mut().reset(Instant::now() + this.pause);
                }
                this.timer.as_mut().poll(context).map(|()| Some(Err(Error::ConnectionReadTimeout)))
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.source.lock().body.as_ref().is_some_and(Body::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        self.source.lock().body.as_ref().map(Body::size_hint).unwrap_or_default()
    }
}

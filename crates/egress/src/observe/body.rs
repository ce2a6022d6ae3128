//! A response body that passes unchanged and reports its end.

use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use wasmtime_wasi_http::{Error, WasiBody};

use super::{Watch, code};

/// The end of an exchange for whose end nobody waited.
pub(super) const ABANDONED: &str = "abandoned";

/// The body of a response to an observed request.
pub(super) struct ObservedBody {
    body: WasiBody,
    /// `None` once the end was reported.
    watch: Option<Watch>,
}

impl ObservedBody {
    pub(super) fn new(body: WasiBody, watch: Watch) -> Self {
        let mut observed = Self { body, watch: Some(watch) };
        observed.end_if_over();
        observed
    }

    fn end_if_over(&mut self) {
        // The reader may stop here without polling to the end.
        if self.body.is_end_stream() {
            self.ends(None);
        }
    }

    fn ends(&mut self, failure: Option<&str>) {
        if let Some(watch) = self.watch.take() {
            watch.ends(failure);
        }
    }
}

impl Body for ObservedBody {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        let this = &mut *self;
        let polled = Pin::new(&mut this.body).poll_frame(context);
        match &polled {
            Poll::Ready(Some(Ok(frame))) => {
                if let (Some(watch), Some(data)) = (&mut this.watch, frame.data_ref()) {
                    watch.ended.response_bytes += data.len() as u64;
                }
                this.end_if_over();
            }
            Poll::Ready(Some(Err(error))) => this.ends(Some(&code::name(error))),
            Poll::Ready(None) => this.ends(None),
            Poll::Pending => {}
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Drop for ObservedBody {
    fn drop(&mut self) {
        self.ends(Some(ABANDONED));
    }
}

//! Passes a response body through to the component and shows a copy to an observer once it is
//! complete.

use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::Response;
use http::header::{CONTENT_ENCODING, CONTENT_TYPE, HeaderName};
use http_body::{Body, Frame, SizeHint};
use wasmtime_wasi_http::{Error, WasiBody};

/// Maximum size of a body to show: a page of a hundred machine actions has about a third of it.
pub(crate) const MOST_BYTES: usize = 256 << 10;

/// Callback that receives the complete body.
pub(crate) type Show = Box<dyn FnOnce(&[u8]) + Send>;

/// Whether a response's head allows its body to be shown: JSON (RFC 8259, RFC 6839 §3.1), no
/// content coding, and not too long.
pub(crate) fn fits(response: &Response<WasiBody>) -> bool {
    let header = |name: HeaderName| {
        response.headers().get(name).map(|value| value.to_str().unwrap_or("?").trim())
    };
    let kind =
        header(CONTENT_TYPE).and_then(|kind| kind.split(';').next()).unwrap_or_default().trim();
    let kind = kind.to_ascii_lowercase();
    let is_json =
        kind == "application/json" || kind.starts_with("application/") && kind.ends_with("+json");
    let is_plain =
        header(CONTENT_ENCODING).is_none_or(|coding| coding.eq_ignore_ascii_case("identity"));
    is_json && is_plain && response.body().size_hint().lower() <= MOST_BYTES as u64
}

/// A body that passes unchanged. A copy of its bytes is kept until it is complete or too long.
pub(crate) struct ShownBody {
    body: WasiBody,
    kept: Vec<u8>,
    /// `None` once the body has been shown or will not be.
    show: Option<Show>,
}

impl ShownBody {
    pub(crate) fn new(body: WasiBody, show: Show) -> Self {
        Self { body, kept: Vec::new(), show: Some(show) }
    }

    fn keep(&mut self, data: &[u8]) {
        if self.show.is_none() {
            return;
        }
        if self.kept.len() + data.len() > MOST_BYTES {
            self.give_up();
        } else {
            self.kept.extend_from_slice(data);
        }
    }

    fn give_up(&mut self) {
        (self.show, self.kept) = (None, Vec::new());
    }

    fn is_whole(&mut self) {
        if let Some(show) = self.show.take() {
            show(&std::mem::take(&mut self.kept));
        }
    }
}

impl Body for ShownBody {
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
                if let Some(data) = frame.data_ref() {
                    this.keep(data);
                }
                // The reader may stop here without polling to the end.
                if this.body.is_end_stream() {
                    this.is_whole();
                }
            }
            Poll::Ready(Some(Err(_))) => this.give_up(),
            Poll::Ready(None) => this.is_whole(),
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

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use futures_util::stream;
    use http_body_util::{BodyExt, StreamBody};

    use super::*;

    fn body(pieces: Vec<Result<Bytes, Error>>) -> WasiBody {
        StreamBody::new(stream::iter(pieces.into_iter().map(|piece| piece.map(Frame::data))))
            .boxed_unsync()
    }

    /// Returns what is shown of a body and what its reader gets.
    async fn passed(pieces: Vec<Result<Bytes, Error>>) -> (Option<Vec<u8>>, Option<Bytes>) {
        let shown = Arc::new(Mutex::new(None));
        let copy = Arc::clone(&shown);
        let show = Box::new(move |body: &[u8]| *copy.lock().unwrap() = Some(body.to_vec()));
        let read =
            ShownBody::new(body(pieces), show).collect().await.ok().map(|body| body.to_bytes());
        let shown = shown.lock().unwrap().take();
        (shown, read)
    }

    #[tokio::test]
    async fn a_whole_body_is_shown_and_passes_unchanged() {
        let (shown, read) = passed(vec![Ok(Bytes::from("{\"a\":")), Ok(Bytes::from("1}"))]).await;
        assert_eq!(shown.as_deref(), Some(&b"{\"a\":1}"[..]));
        assert_eq!(read.as_deref(), Some(&b"{\"a\":1}"[..]));
    }

    #[tokio::test]
    async fn what_breaks_off_or_is_too_long_is_not_shown() {
        let (shown, read) =
            passed(vec![Ok(Bytes::from("{")), Err(Error::HttpResponseIncomplete)]).await;
        assert_eq!((shown, read), (None, None));
        let piece = Bytes::from(vec![b' '; MOST_BYTES]);
        let (shown, read) = passed(vec![Ok(piece.clone()), Ok(Bytes::from("x"))]).await;
        assert_eq!(
            (shown, read.map(|read| read.len())),
            (None, Some(MOST_BYTES + 1)),
            "it passes all the same"
        );
        assert_eq!(passed(vec![Ok(piece)]).await.0.map(|shown| shown.len()), Some(MOST_BYTES));
    }

    #[test]
    fn only_plain_json_fits() {
        let response = |kind: &str, coding: Option<&str>| {
            let response = Response::builder().header("content-type", kind);
            let response = coding
                .into_iter()
                .fold(response, |response, coding| response.header("content-encoding", coding));
            response.body(body(Vec::new())).unwrap()
        };
        for kind in
            ["application/json", "Application/JSON; charset=utf-8", "application/problem+json"]
        {
            assert!(
                fits(&response(kind, None)) && fits(&response(kind, Some("identity"))),
                "{kind}"
            );
            assert!(!fits(&response(kind, Some("gzip"))), "{kind}");
        }
        for kind in ["text/html", "application/octet-stream", "text/plain; application/json", ""] {
            assert!(!fits(&response(kind, None)), "{kind}");
        }
    }
}

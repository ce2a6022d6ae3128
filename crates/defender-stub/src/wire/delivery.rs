//! Sends a reply whole, late, cut short or without end.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures_util::stream;
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Full, StreamBody};
use hyper::Response;
use hyper::body::Frame;
use hyper::header::{CONTENT_LENGTH, HeaderName, HeaderValue};
use tokio::sync::Notify;

use crate::reply::{Delivery, Reply};

/// What is sent.
pub(crate) type Body = UnsyncBoxBody<Bytes, io::Error>;

/// The time for the first part of a truncated body to be sent before the connection is cut.
const HEAD_START: Duration = Duration::from_millis(50);

/// The delay after an empty frame, so that it arrives alone.
const ALONE: Duration = Duration::from_millis(5);

/// The chunk that an endless body repeats.
const PIECE: Bytes = Bytes::from_static(&[b' '; 16 * 1024]);

/// Sends a reply by its delivery mode.
pub(crate) async fn deliver(reply: Reply, cut: Arc<Notify>) -> Response<Body> {
    if !reply.delay.is_zero() {
        tokio::time::sleep(reply.delay).await;
    }
    let length = reply.body.len();
    let body = Bytes::from(reply.body);
    let mut response = Response::new(match reply.delivery {
        Delivery::Whole if !reply.body_delay.is_zero() => late(body, reply.body_delay),
        Delivery::Whole => Full::new(body).map_err(|never| match never {}).boxed_unsync(),
        Delivery::Pieces(bytes) => in_pieces(body, bytes),
        Delivery::Reset => return sever(&cut).await,
        Delivery::Truncated(bytes) => truncated(body.slice(..bytes.min(length)), cut),
        Delivery::Endless => endless(body),
    });
    *response.status_mut() = hyper::StatusCode::from_u16(reply.status).unwrap_or_default();
    for (name, value) in &reply.headers {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            response.headers_mut().append(name, value);
        }
    }
    if let Delivery::Truncated(bytes) = reply.delivery {
        // One more than will be sent, whatever the body's length is.
        response
            .headers_mut()
            .insert(CONTENT_LENGTH, HeaderValue::from(length.max(bytes.min(length) + 1)));
    }
    response
}

/// Cuts the connection without a response.
pub(crate) async fn sever(cut: &Notify) -> Response<Body> {
    cut.notify_one();
    std::future::pending().await
}

fn late(body: Bytes, by: Duration) -> Body {
    let pieces = stream::once(async move {
        tokio::time::sleep(by).await;
        Ok(Frame::data(body))
    });
    BodyExt::boxed_unsync(StreamBody::new(pieces))
}

fn in_pieces(body: Bytes, bytes: usize) -> Body {
    let pieces = stream::unfold((body, true), move |(mut rest, is_empty)| async move {
        if rest.is_empty() {
            return None;
        }
        if is_empty {
            return Some((Ok(Frame::data(Bytes::new())), (rest, false)));
        }
        tokio::time::sleep(ALONE).await;
        let piece = rest.split_to(bytes.min(rest.len()));
        Some((Ok(Frame::data(piece)), (rest, true)))
    });
    BodyExt::boxed_unsync(StreamBody::new(pieces))
}

fn truncated(part: Bytes, cut: Arc<Notify>) -> Body {
    let pieces = stream::unfold(Some(part), move |part| {
        let cut = Arc::clone(&cut);
        async move {
            if let Some(part) = part.filter(|part| !part.is_empty()) {
                return Some((Ok(Frame::data(part)), None));
            }
            tokio::time::sleep(HEAD_START).await;
            cut.notify_one();
            std::future::pending().await
        }
    });
    BodyExt::boxed_unsync(StreamBody::new(pieces))
}

fn endless(start: Bytes) -> Body {
    let pieces = stream::unfold(start, |piece| async { Some((Ok(Frame::data(piece)), PIECE)) });
    BodyExt::boxed_unsync(StreamBody::new(pieces))
}

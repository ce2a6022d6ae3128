//! Hides a token that a service echoes: in its headers, and in its body as it passes.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::{Bytes, BytesMut};
use http::{HeaderMap, HeaderValue};
use http_body::{Body, Frame, SizeHint};
use memchr::memmem;
use wasmtime_wasi_http::{Error, WasiBody};
use zeroize::Zeroizing;

use super::stand_in::signature_begins;

/// A shorter text may occur by chance.
const SHORTEST: usize = 16;

/// The part of a credential that must not be shown: of a JWT its signature. `None` if it is too
/// short to differ for certain from other text.
pub(super) fn hidden_part(credential: &str) -> Option<Zeroizing<Vec<u8>>> {
    let hidden = &credential[signature_begins(credential).unwrap_or(0)..];
    let hidden = if hidden.len() < SHORTEST { credential } else { hidden };
    (hidden.len() >= SHORTEST).then(|| Zeroizing::new(hidden.as_bytes().to_vec()))
}

/// Overwrites every occurrence with as many asterisks.
pub(super) fn overwrite(text: &mut [u8], hidden: &[u8]) {
    let mut from = 0;
    while let Some(at) = memmem::find(&text[from..], hidden) {
        from += at + hidden.len();
        text[from - hidden.len()..from].fill(b'*');
    }
}

/// Overwrites it in the values of headers.
pub(super) fn overwrite_headers(headers: &mut HeaderMap, hidden: &[u8]) {
    for value in headers.values_mut() {
        if memmem::find(value.as_bytes(), hidden).is_some() {
            let mut text = value.as_bytes().to_vec();
            overwrite(&mut text, hidden);
            *value = HeaderValue::from_bytes(&text)
                .unwrap_or_else(|_| HeaderValue::from_static("withheld"));
        }
    }
}

/// A body in which every occurrence is overwritten. Its length stays the same.
pub(super) struct Masked {
    body: WasiBody,
    hidden: Zeroizing<Vec<u8>>,
    /// The end of what was read, in which an occurrence may begin: always as much, so that the
    /// pieces tell nothing of the token.
    held: BytesMut,
    /// What follows `held`: trailers, an error, or the end.
    after: Option<Option<Result<Frame<Bytes>, Error>>>,
}

impl Masked {
    pub(super) fn new(body: WasiBody, hidden: Zeroizing<Vec<u8>>) -> Self {
        Self { body, hidden, held: BytesMut::new(), after: None }
    }

    /// Returns what can be passed on now that this was read.
    fn pass(&mut self, data: Bytes) -> Bytes {
        self.held.extend_from_slice(&data);
        overwrite(&mut self.held, &self.hidden);
        let kept = self.held.len().min(self.hidden.len() - 1);
        self.held.split_to(self.held.len() - kept).freeze()
    }
}

impl Body for Masked {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        let this = &mut *self;
        loop {
            if let Some(after) = this.after.take() {
                return Poll::Ready(after);
            }
            let frame = ready!(Pin::new(&mut this.body).poll_frame(context));
            let after = match frame.map(|frame| frame.map(Frame::into_data)) {
                Some(Ok(Ok(data))) => {
                    let was_empty = data.is_empty();
                    let passed = this.pass(data);
                    if was_empty || !passed.is_empty() {
                        return Poll::Ready(Some(Ok(Frame::data(passed))));
                    }
                    continue;
                }
                Some(Ok(Err(frame))) => frame.into_trailers().ok().map(|mut trailers| {
                    overwrite_headers(&mut trailers, &this.hidden);
                    Ok(Frame::trailers(trailers))
                }),
                Some(Err(error)) => Some(Err(error)),
                None => None,
            };
            if this.held.is_empty() {
                return Poll::Ready(after);
            }
            this.after = Some(after);
            return Poll::Ready(Some(Ok(Frame::data(this.held.split().freeze()))));
        }
    }

    fn is_end_stream(&self) -> bool {
        self.held.is_empty() && self.after.is_none() && self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        let (inner, held) = (self.body.size_hint(), self.held.len() as u64);
        let mut hint = SizeHint::new();
        hint.set_lower(inner.lower() + held);
        if let Some(upper) = inner.upper() {
            hint.set_upper(upper + held);
        }
        hint
    }
}

#[cfg(test)]
mod tests {
    use futures_util::stream;
    use http_body_util::{BodyExt, StreamBody};

    use super::*;

    const TOKEN: &str = "abcabcabd-0123456789";

    async fn masked(chunks: &[&str]) -> String {
        let frames: Vec<Result<_, Error>> = chunks
            .iter()
            .map(|chunk| Ok(Frame::data(Bytes::copy_from_slice(chunk.as_bytes()))))
            .collect();
        let body = StreamBody::new(stream::iter(frames)).boxed_unsync();
        let masked = Masked::new(body, hidden_part(TOKEN).unwrap());
        String::from_utf8(masked.collect().await.unwrap().to_bytes().to_vec()).unwrap()
    }

    #[tokio::test]
    async fn an_echo_is_overwritten_wherever_the_pieces_end() {
        let text = format!("<{TOKEN}> abcabc {TOKEN}{TOKEN} {}", &TOKEN[..12]);
        let stars = "*".repeat(TOKEN.len());
        let expected = format!("<{stars}> abcabc {stars}{stars} {}", &TOKEN[..12]);
        for at in 0..text.len() {
            let (first, second) = text.split_at(at);
            assert_eq!(masked(&[first, second]).await, expected, "{at}");
        }
        let letters: Vec<&str> = text.split("").collect();
        assert_eq!(masked(&letters).await, expected);
    }

    #[tokio::test]
    async fn what_is_no_echo_passes_as_it_came() {
        for text in ["", "abc", "abcabcabd-012345678", "no token in here"] {
            assert_eq!(masked(&[text]).await, text);
            assert_eq!(masked(&["x", text, "", text]).await, format!("x{text}{text}"));
        }
    }

    #[tokio::test]
    async fn pieces_do_not_tell_whether_a_text_begins_like_the_token() {
        let mut lengths = Vec::new();
        for guess in ["abcabcabd-", "abcabcabd+", "xxxxxxxxxx"] {
            let text = format!("{}{guess}", "-".repeat(40));
            let frames = [Ok(Frame::data(Bytes::from(text)))];
            let body = StreamBody::new(stream::iter(frames)).boxed_unsync();
            let mut masked = Masked::new(body, hidden_part(TOKEN).unwrap());
            let first = masked.frame().await.unwrap().unwrap().into_data().unwrap();
            lengths.push(first.len());
        }
        assert_eq!(lengths, [lengths[0]; 3]);
    }

    #[tokio::test]
    async fn trailers_lose_it_too() {
        let mut trailers = HeaderMap::new();
        trailers.insert("grpc-message", HeaderValue::from_static(TOKEN));
        let frames = [Ok(Frame::data(Bytes::from("x"))), Ok(Frame::trailers(trailers))];
        let body = StreamBody::new(stream::iter(frames)).boxed_unsync();
        let read = Masked::new(body, hidden_part(TOKEN).unwrap()).collect().await.unwrap();
        assert_eq!(read.trailers().unwrap()["grpc-message"], "*".repeat(TOKEN.len()));
        assert_eq!(read.to_bytes(), "x");
    }

    #[test]
    fn of_a_jwt_the_signature_is_hidden_and_of_a_short_text_nothing() {
        let jwt = format!("e30.e30.{}", "s".repeat(20));
        assert_eq!(hidden_part(&jwt).unwrap().as_slice(), "s".repeat(20).as_bytes());
        assert_eq!(hidden_part("e30.e30.abcdefgh").unwrap().as_slice(), b"e30.e30.abcdefgh");
        assert!(hidden_part("password").is_none());
    }

    #[test]
    fn headers_lose_it_too() {
        let mut headers = HeaderMap::new();
        headers.insert("request-id", HeaderValue::from_static("a abcabcabd-0123456789"));
        headers.insert("server", HeaderValue::from_static("x"));
        overwrite_headers(&mut headers, TOKEN.as_bytes());
        assert_eq!(headers["request-id"], "a ********************");
        assert_eq!(headers["server"], "x");
    }
}

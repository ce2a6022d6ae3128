//! A network with scripted responses, and a clock that only advances by waiting.

use std::cell::{Cell, RefCell};
use std::time::Duration;

use defender_connector::clock::Clock;
use defender_connector::transport::{
    Body, Cause, HttpRequest, HttpResponse, Transport, TransportError,
};
use serde_json::json;
use url::Url;

/// A request that was sent.
pub(super) struct Sent {
    pub(super) method: &'static str,
    pub(super) url: Url,
}

/// A response: status and body, or `None` for a broken connection.
pub(super) type Answer = Option<(u16, Vec<u8>)>;

pub(super) struct Scripted<'a> {
    answer: Box<dyn Fn(&HttpRequest<'_>) -> Answer + 'a>,
    /// The chunk size of response bodies.
    piece: usize,
    elapsed: Cell<Duration>,
    sent: RefCell<Vec<Sent>>,
}

impl<'a> Scripted<'a> {
    /// Creates a network with a login server that issues a token; `answer` handles everything else.
    pub(super) fn new(answer: impl Fn(&HttpRequest<'_>) -> Answer + 'a) -> Self {
        Self {
            answer: Box::new(answer),
            piece: usize::MAX,
            elapsed: Cell::default(),
            sent: RefCell::default(),
        }
    }

    /// Returns the same network with bodies in chunks of this size.
    pub(super) fn in_pieces(mut self, piece: usize) -> Self {
        self.piece = piece;
        self
    }

    /// Returns the requests that were sent.
    pub(super) fn sent(&self) -> std::cell::Ref<'_, Vec<Sent>> {
        self.sent.borrow()
    }
}

impl Clock for Scripted<'_> {
    fn unix(&self) -> Duration {
        Duration::from_secs(1_795_521_600) + self.elapsed.get()
    }

    fn elapsed(&self) -> Duration {
        self.elapsed.get()
    }

    fn sleep(&self, time: Duration) {
        self.elapsed.set(self.elapsed.get() + time);
    }
}

impl Transport for Scripted<'_> {
    fn send(&self, request: &HttpRequest<'_>) -> Result<HttpResponse, TransportError> {
        self.sent.borrow_mut().push(Sent {
            method: request.method.as_str(),
            url: Url::parse(request.url.as_str()).unwrap(),
        });
        self.sleep(Duration::from_millis(1));
        let answer = if request.url.path_and_query().ends_with("/token") {
            let token = json!({
                "access_token": "a-token-of-some-length", "token_type": "Bearer",
                "expires_in": 3600
            });
            Some((200, token.to_string().into_bytes()))
        } else {
            (self.answer)(request)
        };
        let Some((status, rest)) = answer else {
            return Err(TransportError::maybe_sent(Cause::Broken));
        };
        let headers = vec![
            ("date".to_owned(), "Tue, 24 Nov 2026 12:00:01 GMT".to_owned()),
            ("content-length".to_owned(), rest.len().to_string()),
        ];
        Ok(HttpResponse {
            status,
            headers,
            body: Box::new(Pieces { rest, at: 0, piece: self.piece }),
        })
    }
}

struct Pieces {
    rest: Vec<u8>,
    at: usize,
    piece: usize,
}

impl Body for Pieces {
    fn read(&mut self, max: usize, _: Duration) -> Result<Vec<u8>, TransportError> {
        let end = self.at.saturating_add(max.min(self.piece)).min(self.rest.len());
        let piece = self.rest[self.at..end].to_vec();
        self.at = end;
        Ok(piece)
    }
}

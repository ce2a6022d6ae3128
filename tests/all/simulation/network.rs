//! The stub's state machine as a network without sockets, on a clock that moves only when somebody waits.

use std::cell::Cell;
use std::time::Duration;

use defender_connector::clock::Clock;
use defender_connector::transport::{Body, Cause, HttpRequest, HttpResponse, Transport, TransportError};
use host_harness::stub::{Delivery, Request, Service};

/// A clock of the simulation; the service's own moves along with it.
pub(super) struct Simulated {
    pub(super) service: Service,
    elapsed: Cell<Duration>,
    /// How many of the next connections are refused.
    pub(super) refused: Cell<u32>,
}

impl Simulated {
    pub(super) fn new(service: Service) -> Self {
        Self { service, elapsed: Cell::default(), refused: Cell::default() }
    }

    fn pass(&self, time: Duration) {
        self.elapsed.set(self.elapsed.get() + time);
        self.service.advance(time);
    }
}

/// When the simulation begins; the service's tokens count from the real time, which this need not meet.
const START: Duration = Duration::from_secs(1_800_000_000);

impl Clock for Simulated {
    fn unix(&self) -> Duration {
        START + self.elapsed.get()
    }

    fn elapsed(&self) -> Duration {
        self.elapsed.get()
    }

    fn sleep(&self, time: Duration) {
        self.pass(time);
    }
}

impl Transport for Simulated {
    fn send(&self, request: &HttpRequest<'_>) -> Result<HttpResponse, TransportError> {
        if self.refused.get() > 0 {
            self.refused.set(self.refused.get() - 1);
            return Err(TransportError::not_sent(Cause::Connect));
        }
        let mut sent = Request::new(request.method.as_str(), request.url.as_str()).body(request.body);
        for (name, value) in request.headers {
            sent = sent.header(*name, value.as_str());
        }
        let reply = self.service.answer(&sent);
        if reply.delay >= request.timeouts.first_byte {
            self.pass(request.timeouts.first_byte);
            return Err(TransportError::maybe_sent(Cause::ResponseTimeout));
        }
        // A millisecond is what any exchange takes.
        self.pass(reply.delay + Duration::from_millis(1));
        let mut bytes = reply.body;
        let end = match reply.delivery {
            Delivery::Reset => return Err(TransportError::maybe_sent(Cause::Broken)),
            Delivery::Whole => End::Whole,
            Delivery::Truncated(length) => {
                bytes.truncate(length);
                End::Broken
            }
            Delivery::Endless => End::Never,
        };
        let headers = reply.headers.into_iter().map(|(name, value)| (name.to_ascii_lowercase(), value)).collect();
        Ok(HttpResponse { status: reply.status, headers, body: Box::new(Bytes { bytes, end }) })
    }
}

struct Bytes {
    bytes: Vec<u8>,
    end: End,
}

enum End {
    Whole,
    Broken,
    Never,
}

impl Body for Bytes {
    fn read(&mut self, max: usize) -> Result<Vec<u8>, TransportError> {
        let rest = self.bytes.split_off(max.min(self.bytes.len()));
        let piece = std::mem::replace(&mut self.bytes, rest);
        match (piece.is_empty(), &self.end) {
            (true, End::Broken) => Err(TransportError::maybe_sent(Cause::Broken)),
            (true, End::Never) => Ok(vec![b' '; max]),
            _ => Ok(piece),
        }
    }
}

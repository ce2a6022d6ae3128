//! The stub's state machine as a network without sockets, on a clock that moves only when somebody waits.

use std::cell::{Cell, RefCell};
use std::ops::Deref;
use std::rc::Rc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use defender_connector::clock::Clock;
use defender_connector::transport::{Body, Cause, HttpRequest, HttpResponse, Transport, TransportError};

use super::schedule::Portal;
use crate::stub::{Delivery, Request, Service};

/// A clock and a network; the service's own clock moves along with it. A clone is the same one.
#[derive(Clone)]
pub struct Network(Rc<Shared>);

impl Deref for Network {
    type Target = Shared;

    fn deref(&self) -> &Shared {
        &self.0
    }
}

/// What a network and the bodies of its answers share.
pub struct Shared {
    /// The service at the other end.
    pub service: Service,
    elapsed: Cell<Duration>,
    /// The host's wall clock at the beginning, Unix time in seconds.
    began: u64,
    /// By how many seconds the host's wall clock is wrong.
    pub(super) clock_error: Cell<i64>,
    /// How many of the next connections are refused.
    pub(super) refused: Cell<u32>,
    /// What is still to be done in the portal, and when.
    pub(super) portal: RefCell<Option<(Duration, Portal, String)>>,
}

/// By how many seconds the host's wall clock is ahead of the service's when the simulation begins: they are two, as in the world
/// outside.
const AHEAD: u64 = 3_333;

/// The service's clock, which begins with the real one.
fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()
}

impl Network {
    /// A network to a service.
    pub fn new(service: Service) -> Self {
        Self(Rc::new(Shared {
            service,
            elapsed: Cell::default(),
            began: now().saturating_add(AHEAD),
            clock_error: Cell::default(),
            refused: Cell::default(),
            portal: RefCell::default(),
        }))
    }

    fn pass(&self, time: Duration) {
        let end = self.elapsed.get() + time;
        let due = self.portal.borrow().as_ref().is_some_and(|(at, ..)| *at <= end);
        if let Some((at, act, machine)) = due.then(|| self.portal.borrow_mut().take()).flatten() {
            let before = at.saturating_sub(self.elapsed.get());
            self.service.advance(before);
            match act {
                Portal::Isolate => self.service.start_in_portal("Isolate", &machine),
                Portal::Release => self.service.start_in_portal("Unisolate", &machine),
                Portal::Cancel => self.service.cancel_in_portal(&machine),
                Portal::Same { requestor, source, route, body } => {
                    _ = self.service.request_by_another(requestor, source, &machine, route, &body);
                }
            }
            self.service.advance(time.saturating_sub(before));
        } else {
            self.service.advance(time);
        }
        self.elapsed.set(end);
    }
}

impl Clock for Network {
    fn unix(&self) -> Duration {
        Duration::from_secs(self.began.saturating_add_signed(self.clock_error.get())) + self.elapsed.get()
    }

    fn elapsed(&self) -> Duration {
        self.elapsed.get()
    }

    fn sleep(&self, time: Duration) {
        self.pass(time);
    }
}

impl Transport for Network {
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
            Delivery::Whole | Delivery::Pieces(_) => End::Whole,
            Delivery::Truncated(length) => {
                bytes.truncate(length);
                End::Broken
            }
            Delivery::Endless => End::Never,
        };
        let headers = reply.headers.into_iter().map(|(name, value)| (name.to_ascii_lowercase(), value)).collect();
        let late = Late { by: reply.body_delay, most: request.timeouts.between_bytes, network: self.clone() };
        Ok(HttpResponse { status: reply.status, headers, body: Box::new(Bytes { bytes, end, late }) })
    }
}

struct Bytes {
    bytes: Vec<u8>,
    end: End,
    late: Late,
}

/// How long the first bytes of a body are waited for.
struct Late {
    by: Duration,
    most: Duration,
    network: Network,
}

enum End {
    Whole,
    Broken,
    Never,
}

impl Body for Bytes {
    fn read(&mut self, max: usize, within: Duration) -> Result<Vec<u8>, TransportError> {
        let by = std::mem::take(&mut self.late.by);
        let most = self.late.most.min(within);
        self.late.network.pass(by.min(most));
        if by > most {
            return Err(TransportError::maybe_sent(Cause::ResponseTimeout));
        }
        let rest = self.bytes.split_off(max.min(self.bytes.len()));
        let piece = std::mem::replace(&mut self.bytes, rest);
        match (piece.is_empty(), &self.end) {
            (true, End::Broken) => Err(TransportError::maybe_sent(Cause::Broken)),
            (true, End::Never) => Ok(vec![b' '; max]),
            _ => Ok(piece),
        }
    }
}

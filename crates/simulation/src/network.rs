//! A network without sockets in front of the stub's state machine, on a clock that moves only when
//! the caller waits.

use std::cell::{Cell, RefCell};
use std::ops::Deref;
use std::rc::Rc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use defender_connector::clock::Clock;
use defender_connector::transport::{
    Body, Cause, HttpRequest, HttpResponse, Transport, TransportError,
};

use super::schedule::ExternalAction;
use defender_stub::{Delivery, Request, Service};

/// A clock and a network; the service's clock moves with it. Clones share the same state.
#[derive(Clone)]
pub struct Network(Rc<Shared>);

impl Deref for Network {
    type Target = Shared;

    fn deref(&self) -> &Shared {
        &self.0
    }
}

/// State shared by a network and its response bodies.
pub struct Shared {
    /// The service at the other end.
    pub service: Service,
    elapsed: Cell<Duration>,
    /// The host's wall clock at the beginning, Unix time in seconds.
    began: u64,
    /// The error of the host's wall clock, in seconds.
    clock_error: Cell<i64>,
    /// Whether it was ever too wrong for the service's times to be usable.
    pub(super) clocks_differ: Cell<bool>,
    /// The number of following connections that are refused.
    pub(super) refused: Cell<u32>,
    /// The pending actions in the portal, with their times.
    pub(super) external: RefCell<Vec<(Duration, ExternalAction, String)>>,
    /// The total time the connector has slept.
    pub(super) slept: Cell<Duration>,
    /// The planned end of the process.
    pub(super) death: Cell<Option<Death>>,
    /// The time since it ended, as its remaining code sees it: for that code the world has stopped.
    dead: Cell<Option<Duration>>,
}

/// The end of a process while a request is in flight.
#[derive(Clone, Copy)]
pub(super) struct Death {
    /// The number of requests that succeed first; `None` stops at the first one that changes
    /// something.
    pub(super) after: Option<u32>,
    /// Whether the request still reaches the service.
    pub(super) arrives: bool,
}

/// Seconds by which the host's wall clock starts ahead of the service's: they are separate clocks,
/// as in production.
const AHEAD: u64 = 133;

/// The maximum difference between the clocks, in seconds, for conclusions about times to be valid.
const TOLERANCE: i64 = 300;

/// The initial time of the service's clock, taken from the real one.
fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()
}

impl Network {
    /// A network connected to a service.
    pub fn new(service: Service) -> Self {
        Self(Rc::new(Shared {
            service,
            elapsed: Cell::default(),
            began: now().saturating_add(AHEAD),
            clock_error: Cell::default(),
            clocks_differ: Cell::default(),
            refused: Cell::default(),
            external: RefCell::default(),
            slept: Cell::default(),
            death: Cell::default(),
            dead: Cell::default(),
        }))
    }

    /// Advances the time.
    pub(super) fn pass(&self, time: Duration) {
        if let Some(dead) = self.dead.get() {
            return self.dead.set(Some(dead + time));
        }
        let end = self.elapsed.get() + time;
        while let Some((at, act, machine)) = self.due(end) {
            let before = at.saturating_sub(self.elapsed.get());
            self.service.advance(before);
            self.elapsed.set(self.elapsed.get() + before);
            match act {
                ExternalAction::Isolate => self.service.start_externally("Isolate", &machine),
                ExternalAction::Release => self.service.start_externally("Unisolate", &machine),
                ExternalAction::Cancel => self.service.cancel_externally(&machine),
                ExternalAction::Same { requestor, source, route, body } => {
                    _ = self.service.request_by_another(requestor, source, &machine, route, &body);
                }
            }
        }
        self.service.advance(end.saturating_sub(self.elapsed.get()));
        self.elapsed.set(end);
    }

    /// Takes the next portal action that is due by `end`.
    fn due(&self, end: Duration) -> Option<(Duration, ExternalAction, String)> {
        let mut external = self.external.borrow_mut();
        let next =
            (0..external.len()).min_by_key(|n| external[*n].0).filter(|n| external[*n].0 <= end)?;
        Some(external.remove(next))
    }

    /// Lets another process take over; returns whether the previous one had ended.
    pub(super) fn revive(&self) -> bool {
        self.death.set(None);
        self.dead.take().is_some()
    }

    /// The error of the host's wall clock, in seconds.
    pub(super) fn clock_error(&self) -> i64 {
        self.clock_error.get()
    }

    /// Sets the error of the host's wall clock, in seconds.
    pub(super) fn set_clock_error(&self, seconds: i64) {
        let ahead = seconds.saturating_add_unsigned(AHEAD);
        self.clocks_differ.set(self.clocks_differ.get() || ahead.abs() >= TOLERANCE);
        self.clock_error.set(seconds);
    }

    /// Whether the process ends at this request.
    fn is_last(&self, request: &HttpRequest<'_>) -> Option<Death> {
        let death = self.death.get()?;
        let is_it = match death.after {
            Some(after) => {
                self.death.set(Some(Death { after: Some(after.saturating_sub(1)), ..death }));
                after == 0
            }
            None => {
                request.method.as_str() != "GET"
                    && !request.url.as_str().starts_with("https://login.")
            }
        };
        is_it.then_some(death)
    }
}

impl Clock for Network {
    fn unix(&self) -> Duration {
        Duration::from_secs(self.began.saturating_add_signed(self.clock_error.get()))
            + self.elapsed()
    }

    fn elapsed(&self) -> Duration {
        self.elapsed.get() + self.dead.get().unwrap_or_default()
    }

    fn sleep(&self, time: Duration) {
        self.slept.set(self.slept.get() + time);
        self.pass(time);
    }
}

impl Transport for Network {
    fn send(&self, request: &HttpRequest<'_>) -> Result<HttpResponse, TransportError> {
        if self.dead.get().is_some() {
            return Err(TransportError::maybe_sent(Cause::Broken));
        }
        if self.refused.get() > 0 {
            self.refused.set(self.refused.get() - 1);
            return Err(TransportError::not_sent(Cause::Connect));
        }
        let mut sent =
            Request::new(request.method.as_str(), request.url.as_str()).body(request.body);
        for (name, value) in request.headers {
            sent = sent.header(*name, value.as_str());
        }
        if let Some(death) = self.is_last(request) {
            if death.arrives {
                _ = self.service.answer(&sent);
            }
            self.dead.set(Some(Duration::ZERO));
            return Err(TransportError::maybe_sent(Cause::Broken));
        }
        let reply = self.service.answer(&sent);
        if reply.delay >= request.timeouts.first_byte {
            self.pass(request.timeouts.first_byte);
            return Err(TransportError::maybe_sent(Cause::ResponseTimeout));
        }
        // Every exchange takes at least a millisecond.
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
        let headers = reply
            .headers
            .into_iter()
            .map(|(name, value)| (name.to_ascii_lowercase(), value))
            .collect();
        let late = Late {
            by: reply.body_delay,
            most: request.timeouts.between_bytes,
            network: self.clone(),
        };
        Ok(HttpResponse {
            status: reply.status,
            headers,
            body: Box::new(Bytes { bytes, end, late }),
        })
    }
}

struct Bytes {
    bytes: Vec<u8>,
    end: End,
    late: Late,
}

/// Delays the first bytes of a body.
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

//! One exchange: a request sent until an answer comes that is worth handing on, within the deadline.

use std::time::Duration;

use super::Client;
use super::retry::{Event, Next};
use super::service_time::ServiceTime;
use crate::actions::Budget;
use crate::error::{Error, Kind, Retry};
use crate::response::{Head, is_own, kind_of, no_answer, retry_after};
use crate::transport::{Address, Body, Cause, HttpRequest, Method, Timeouts, TransportError};

/// A request that may go out more than once.
pub(super) struct Exchange<'e> {
    pub(super) method: Method,
    pub(super) url: &'e Address,
    pub(super) headers: &'e [(&'static str, String)],
    pub(super) body: &'e [u8],
    /// Whether it may be repeated at will: it changes nothing.
    pub(super) repeatable: bool,
    /// How often the service may be asked for it; nothing for a server that says nothing of it.
    pub(super) budget: Option<Budget>,
    /// Whether the body is read after the call, in the reader's own time.
    pub(super) streamed: bool,
}

/// An answer whose body is still to be read.
pub struct OpenAnswer {
    /// Status and headers.
    pub head: Head,
    /// The body.
    pub body: Box<dyn Body>,
    /// Whether the body came in a wrapping of gzip and is read without it.
    pub unwrapped: bool,
    /// What has been read of the body of a failure already.
    pub start: Option<Vec<u8>>,
}

/// Why a body was not read whole.
pub(super) struct Incomplete {
    pub(super) kind: Kind,
    /// What completes "The answer …".
    pub(super) words: String,
}

/// How much is read at once.
const PIECE: usize = 64 * 1024;

/// How much of a failure's body is read; the service's own are a few hundred bytes.
const FAILURE_BYTES: usize = 64 * 1024;

/// Time that must be left for the answer to a request that is not to be repeated: less would turn a clear "not yet" into "perhaps".
const ANSWER_TIME: Duration = Duration::from_secs(10);

impl Client<'_> {
    /// Sends a request, again and again where the rules allow it.
    pub(super) fn exchange(&mut self, exchange: &Exchange<'_>) -> Result<OpenAnswer, Error> {
        let mut repetition = 0;
        let mut last: Option<Result<OpenAnswer, TransportError>> = None;
        loop {
            let left = self.keep_pace(exchange).and_then(|()| self.time_left(exchange));
            let left = match (left, last.take()) {
                (Ok(left), _) => left,
                // The wait took longer than it should: what was last heard is worth more than that time is over.
                (Err(_), Some(Ok(opened))) => return Ok(opened),
                (Err(_), Some(Err(failure))) => return Err(self.failure(exchange, failure)),
                (Err(error), None) => return Err(error),
            };
            let mut sent = self.send_once(exchange, left);
            let event = match &mut sent {
                Ok(opened) => Event::Answer {
                    status: opened.head.status,
                    retry_after: retry_after(&opened.head),
                    is_own: !exchange.repeatable && self.is_refusal(opened),
                },
                Err(failure) => Event::NoAnswer(*failure),
            };
            let limits = &self.settings.limits;
            let need = self.answer_time(exchange);
            // The microseconds of the moment differ enough from one connector to the next.
            let chance = self.clock.unix().subsec_micros();
            let pause = match (self.policy)(event, exchange.repeatable, repetition, limits.max_retries, chance) {
                Next::HandOn => None,
                // What can't be waited for is handed on at once, with the time in it.
                Next::Repeat(pause) => Some(pause).filter(|pause| self.clock.elapsed() + *pause + need < self.deadline),
            };
            match (pause, sent) {
                (Some(pause), sent) => {
                    last = Some(sent);
                    self.pause(pause);
                }
                (None, Ok(opened)) => return Ok(opened),
                (None, Err(failure)) => return Err(self.failure(exchange, failure)),
            }
            repetition += 1;
            self.usage.retries += 1;
        }
    }

    /// Waits until the request keeps to its budget, and counts it. What can't be waited for is told at once.
    fn keep_pace(&mut self, exchange: &Exchange<'_>) -> Result<(), Error> {
        let Some(budget) = exchange.budget else { return Ok(()) };
        let percent = self.settings.limits.budget_percent;
        let mut now = self.pace.now(self.clock);
        let wait = Duration::from_secs(self.pace.wait(&budget, percent, now));
        if !wait.is_zero() {
            if self.clock.elapsed() + wait + self.answer_time(exchange) >= self.deadline {
                let message = format!(
                    "Nothing was sent: of the service's budget of {} calls a minute and {} an hour, the {percent} % that `limits.budgetPercent` grants are used up; wait as `retry` says.",
                    budget.per_minute, budget.per_hour
                );
                let wait = u64::try_from(wait.as_millis()).unwrap_or(u64::MAX);
                return Err(Error::new(Kind::Throttled, message).with_retry(Retry::After(wait)));
            }
            self.pause(wait);
            now = self.pace.now(self.clock);
        }
        self.pace.count(&budget, now);
        Ok(())
    }

    /// Whether a request whose answer broke off for the n-th time (from 0) may go out again; waits before it does.
    pub(super) fn repeats(&mut self, exchange: &Exchange<'_>, n: u32) -> bool {
        let event = Event::NoAnswer(TransportError::maybe_sent(Cause::Broken));
        let (most, chance) = (self.settings.limits.max_retries, self.clock.unix().subsec_micros());
        match (self.policy)(event, exchange.repeatable, n, most, chance) {
            Next::Repeat(pause) if self.clock.elapsed() + pause < self.deadline => {
                self.usage.retries += 1;
                self.pause(pause);
                true
            }
            _ => false,
        }
    }

    /// Time that must be left for a request to be sent at all.
    fn answer_time(&self, exchange: &Exchange<'_>) -> Duration {
        let limits = &self.settings.limits;
        match exchange.repeatable {
            true => Duration::ZERO,
            false => ANSWER_TIME.min(limits.response_timeout).min(limits.call_timeout / 4),
        }
    }

    fn failure(&self, exchange: &Exchange<'_>, failure: TransportError) -> Error {
        no_answer(failure, exchange.url.host(), exchange.repeatable)
    }

    /// Whether the service itself has refused a request, which it then has not carried out. What stands before it may have handed the
    /// request on and refused its repetition.
    pub(super) fn is_refusal(&mut self, opened: &mut OpenAnswer) -> bool {
        if !(400..500).contains(&opened.head.status) {
            return false;
        }
        let start = self.read_start(opened);
        let is_own = is_own(&opened.head, &start);
        opened.start = Some(start);
        is_own
    }

    /// Reads what can be read of the body of a failure, and not much of it.
    pub(super) fn read_start(&mut self, opened: &mut OpenAnswer) -> Vec<u8> {
        if let Some(start) = opened.start.take() {
            return start;
        }
        let mut body = Vec::new();
        while body.len() < FAILURE_BYTES {
            match opened.body.read(FAILURE_BYTES - body.len(), self.read_time()) {
                Ok(piece) if !piece.is_empty() => body.extend_from_slice(&piece),
                _ => break,
            }
        }
        self.usage.response_bytes += body.len() as u64;
        body
    }

    /// Reads a body whole, within `max` bytes (`limits.maxResponseBytes`, or what is left of it) and the deadline.
    pub(super) fn read_whole(&mut self, opened: &mut OpenAnswer, max: u64) -> Result<Vec<u8>, Incomplete> {
        let announced: Option<u64> = opened.head.header("content-length").and_then(|text| text.parse().ok());
        let too_large = || Incomplete {
            kind: Kind::MalformedResponse,
            words: format!("is larger than {max} bytes (`limits.maxResponseBytes`)"),
        };
        if announced.is_some_and(|length| length > max) {
            return Err(too_large());
        }
        if let Some(words) = compressed(&opened.head) {
            return Err(Incomplete { kind: Kind::MalformedResponse, words });
        }
        // A body that grew would leave holes behind, in all as large as itself, and memory never shrinks: there is room for all of it
        // from the beginning, or its pieces are joined at the end.
        let room = announced.and_then(|length| usize::try_from(length).ok());
        let mut body = Vec::new();
        // Whoever announces more than there is memory for may have less to say.
        let _ = body.try_reserve_exact(room.unwrap_or_default());
        let (mut pieces, mut length) = (Vec::new(), 0);
        // What has the announced length is whole (RFC 9112 §6.2); looking for its end would be one more wait.
        while room != Some(length) {
            let wait = self.read_time();
            let piece = match opened.body.read(PIECE, wait) {
                Ok(piece) => piece,
                Err(failure) if failure.cause == Cause::ResponseTimeout && self.is_over() => return Err(too_late()),
                Err(failure) => return Err(broken_off(failure, length)),
            };
            if piece.is_empty() {
                break;
            }
            // Without time only the end of the body is looked for: a piece would be followed by the next one.
            if wait.is_zero() {
                return Err(too_late());
            }
            self.usage.response_bytes += piece.len() as u64;
            length += piece.len();
            if length as u64 > max {
                return Err(too_large());
            }
            match room {
                Some(_) => body.extend_from_slice(&piece),
                None => pieces.push(piece),
            }
        }
        match announced {
            Some(announced) if announced != length as u64 => {
                Err(broken_off(TransportError::maybe_sent(Cause::Broken), length))
            }
            Some(_) => Ok(body),
            None => Ok(joined(pieces)),
        }
    }

    fn send_once(&mut self, exchange: &Exchange<'_>, left: Duration) -> Result<OpenAnswer, TransportError> {
        let limits = &self.settings.limits;
        let request = HttpRequest {
            method: exchange.method,
            url: exchange.url,
            headers: exchange.headers,
            body: exchange.body,
            timeouts: Timeouts {
                connect: limits.connect_timeout.min(left),
                first_byte: limits.response_timeout.min(left),
                between_bytes: if exchange.streamed { limits.read_timeout } else { limits.read_timeout.min(left) },
                head: left,
            },
        };
        self.usage.requests += 1;
        self.usage.request_bytes += exchange.body.len() as u64;

        let sent = self.clock.elapsed();
        // Neither the login server nor the storage: only what the API answers has a budget.
        if exchange.budget.is_some() {
            self.sent = sent;
        }
        let response = self.transport.send(&request)?;
        let (received, unix) = (self.clock.elapsed(), self.clock.unix());
        let head = Head::new(response.status, response.headers, unix.as_secs());
        // The storage's clock is another one.
        if !exchange.streamed {
            self.service_time = ServiceTime::after(self.service_time, &head, sent, received, unix);
        }
        Ok(OpenAnswer { head, body: response.body, unwrapped: false, start: None })
    }

    /// How long the next piece of a body may be waited for now.
    pub fn read_time(&self) -> Duration {
        self.settings.limits.read_timeout.min(self.deadline.saturating_sub(self.clock.elapsed()))
    }

    fn is_over(&self) -> bool {
        self.clock.elapsed() >= self.deadline
    }

    fn time_left(&self, exchange: &Exchange<'_>) -> Result<Duration, Error> {
        let left = self.deadline.checked_sub(self.clock.elapsed());
        let left = left.filter(|left| !left.is_zero() && *left >= self.answer_time(exchange));
        left.ok_or_else(|| {
            let host = exchange.url.host();
            let message = format!("The call's time was over (`limits.callTimeoutSeconds`) before {host} was asked; this request was not sent.");
            Error::new(Kind::TimedOut, message).with_retry(Retry::After(0))
        })
    }

    /// Waits, and counts it.
    pub fn pause(&mut self, time: Duration) {
        let before = self.clock.elapsed();
        self.clock.sleep(time);
        let waited = self.clock.elapsed().saturating_sub(before);
        self.usage.waited_ms += u64::try_from(waited.as_millis()).unwrap_or(u64::MAX);
    }
}

/// What is wrong with an answer that is compressed, as words that follow "The answer".
pub(super) fn compressed(head: &Head) -> Option<String> {
    let coding = head.header("content-encoding").filter(|coding| !coding.eq_ignore_ascii_case("identity"))?;
    let coding: String = coding.chars().filter(char::is_ascii_graphic).take(20).collect();
    Some(format!("is compressed ({coding}), which was not asked for"))
}

/// One body out of its pieces.
fn joined(mut pieces: Vec<Vec<u8>>) -> Vec<u8> {
    match pieces.len() {
        1 => pieces.remove(0),
        _ => pieces.concat(),
    }
}

fn too_late() -> Incomplete {
    let words = "did not end before the call's deadline (`limits.callTimeoutSeconds`)".to_owned();
    Incomplete { kind: Kind::TimedOut, words }
}

fn broken_off(failure: TransportError, read: usize) -> Incomplete {
    Incomplete { kind: kind_of(failure), words: format!("broke off after {read} bytes ({})", failure.words()) }
}

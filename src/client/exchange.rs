//! One exchange: a request sent until an answer comes that is worth handing on, within the
//! deadline.

use std::time::Duration;

use super::Client;
use super::retry::{Attempt, Event, Next};
use super::service_time::ServiceTime;
use crate::catalogue::Budget;
use crate::error::{Error, Kind, Retry};
use crate::response::{Head, no_answer};
use crate::transport::{Address, Body, Cause, HttpRequest, Method, Sent, Timeouts, TransportError};

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

impl Exchange<'_> {
    /// Whether it is a hunting query. Each try costs the tenant's quota: one that may have run is
    /// repeated once in a call, not more.
    fn is_query(&self) -> bool {
        self.budget.is_some_and(|budget| budget.is_of_queries())
    }
}

/// Whether the service may have carried out what was sent, as far as a query is concerned.
fn has_run(event: Event) -> bool {
    match event {
        Event::Answer { status, .. } => matches!(status, 408 | 500..),
        Event::NoAnswer(failure) => failure.sent == Sent::Maybe,
    }
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

/// Time that must remain for the answer to a request that is not to be repeated: less would turn a
/// clear "not yet" into "perhaps".
const ANSWER_TIME: Duration = Duration::from_secs(10);

impl Client<'_> {
    /// Sends a request, again and again where the rules allow it.
    pub(super) fn exchange(&mut self, exchange: &Exchange<'_>) -> Result<OpenAnswer, Error> {
        let mut repetition = 0;
        let mut last: Option<Result<OpenAnswer, TransportError>> = None;
        loop {
            let remaining = self.keep_pace(exchange).and_then(|()| self.time_left(exchange));
            let remaining = match (remaining, last.take()) {
                (Ok(remaining), _) => remaining,
                // The wait took longer than it should: what was last heard is worth more than that
                // time is over.
                (Err(_), Some(Ok(opened))) => return Ok(opened),
                (Err(_), Some(Err(failure))) => return Err(self.failure(exchange, failure)),
                (Err(error), None) => return Err(error),
            };
            let began = self.clock.elapsed();
            let mut sent = self.send_once(exchange, remaining);
            let event = match &mut sent {
                Ok(opened) => Event::Answer {
                    status: opened.head.status,
                    retry_after: self.pause_of(opened),
                    is_own: !exchange.repeatable && self.is_refusal(opened),
                },
                Err(failure) => Event::NoAnswer(*failure),
            };
            let limits = &self.settings.limits;
            // A query that has run takes as long once more.
            let need = match exchange.is_query() && has_run(event) {
                true if self.queries_run > 0 => Duration::MAX,
                true => self.clock.elapsed().saturating_sub(began),
                false => self.answer_time(exchange),
            };
            self.queries_run += u32::from(exchange.is_query() && has_run(event));
            // The microseconds of the moment differ enough from one connector to the next.
            let chance = self.clock.unix().subsec_micros();
            let max = limits.max_retries;
            let attempt =
                Attempt { event, repeatable: exchange.repeatable, repetition, max, chance };
            let pause = match (self.policy)(attempt) {
                Next::HandOn => None,
                // What can't be waited for is handed on at once, with the time in it.
                Next::Repeat(pause) => {
                    let until = self.clock.elapsed().saturating_add(pause).saturating_add(need);
                    Some(pause).filter(|_| until < self.deadline && self.may_wait())
                }
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

    /// Waits until the request keeps to its budget, and counts it. What can't be waited for is told
    /// at once.
    fn keep_pace(&mut self, exchange: &Exchange<'_>) -> Result<(), Error> {
        let Some(budget) = exchange.budget else { return Ok(()) };
        let percent = self.settings.limits.budget_percent;
        let mut now = self.pace.now(self.clock);
        let wait = Duration::from_secs(self.pace.wait(&budget, percent, now));
        if !wait.is_zero() {
            if !self.may_wait()
                || self.clock.elapsed() + wait + self.answer_time(exchange) >= self.deadline
            {
                let message = format!(
                    "Nothing was sent: of the service's budget of {} calls a minute and {} an hour, the {percent} % that `limits.budgetPercent` grants are used up.",
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

    /// Whether a request whose answer broke off for the n-th time (from 0) may go out again; waits
    /// before it does.
    pub(super) fn repeats(&mut self, exchange: &Exchange<'_>, repetition: u32) -> bool {
        if exchange.is_query() {
            self.queries_run += 1;
            if self.queries_run > 1 {
                return false;
            }
        }
        let event = Event::NoAnswer(TransportError::maybe_sent(Cause::Broken));
        let (max, chance) = (self.settings.limits.max_retries, self.clock.unix().subsec_micros());
        match (self.policy)(Attempt {
            event,
            repeatable: exchange.repeatable,
            repetition,
            max,
            chance,
        }) {
            Next::Repeat(pause)
                if self.clock.elapsed() + pause < self.deadline && self.may_wait() =>
            {
                self.usage.retries += 1;
                self.pause(pause);
                true
            }
            _ => false,
        }
    }

    /// Time that must remain for a request to be sent at all.
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

    fn send_once(
        &mut self,
        exchange: &Exchange<'_>,
        remaining: Duration,
    ) -> Result<OpenAnswer, TransportError> {
        let limits = &self.settings.limits;
        let response =
            if exchange.is_query() { limits.query_timeout } else { limits.response_timeout };
        let request = HttpRequest {
            method: exchange.method,
            url: exchange.url,
            headers: exchange.headers,
            body: exchange.body,
            timeouts: Timeouts {
                connect: limits.connect_timeout.min(remaining),
                first_byte: response.min(remaining),
                between_bytes: if exchange.streamed {
                    limits.read_timeout
                } else {
                    limits.read_timeout.min(remaining)
                },
                head: remaining,
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

    fn time_left(&self, exchange: &Exchange<'_>) -> Result<Duration, Error> {
        let remaining = self.deadline.checked_sub(self.clock.elapsed());
        let remaining = remaining
            .filter(|remaining| !remaining.is_zero() && *remaining >= self.answer_time(exchange));
        remaining.ok_or_else(|| {
            let host = exchange.url.host();
            let message = format!(
                "The call's time was over (`limits.callTimeoutSeconds`) before {host} was asked; this request was not sent."
            );
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

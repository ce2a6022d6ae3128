//! Sends one request, retrying until it gets a usable response or the deadline passes.

use std::time::Duration;

use super::Client;
use super::retry::{Attempt, Event, RetryDecision};
use super::service_time::ServiceTime;
use crate::catalogue::Budget;
use crate::error::{Error, Kind, Retry};
use crate::response::{Head, no_response};
use crate::transport::{
    Address, Body, Cause, Delivery, HttpRequest, Method, Timeouts, TransportError,
};

/// A request that may be sent more than once.
pub(super) struct Exchange<'e> {
    pub(super) method: Method,
    pub(super) url: &'e Address,
    pub(super) headers: &'e [(&'static str, String)],
    pub(super) body: &'e [u8],
    /// Whether it can be repeated freely: it changes nothing.
    pub(super) idempotent: bool,
    /// The rate limits that apply; `None` for a server without limits.
    pub(super) budget: Option<Budget>,
    /// Whether the body is read after the call, at the reader's pace.
    pub(super) streamed: bool,
}

impl Exchange<'_> {
    /// Whether it is a hunting query. Each attempt costs the tenant's quota: one that may have run
    /// is retried once per call.
    fn is_query(&self) -> bool {
        self.budget.is_some_and(|budget| budget.is_for_queries())
    }
}

/// Whether the service may have run a query that ended like this.
fn may_have_run(event: Event) -> bool {
    match event {
        Event::Response { status, .. } => matches!(status, 408 | 500..),
        Event::NoResponse(failure) => failure.delivery == Delivery::MaybeSent,
    }
}

/// A response whose body has not been read yet.
pub struct OpenResponse {
    /// Status and headers.
    pub head: Head,
    /// The body.
    pub body: Box<dyn Body>,
    /// Whether the body was gzipped and is unwrapped while being read.
    pub unwrapped: bool,
    /// The part of an error body that has been read already.
    pub error_body: Option<Vec<u8>>,
}

/// Time that must remain for the response to a request that is not retried: with less, a clear "not
/// yet" would become "maybe".
const MIN_RESPONSE_TIME: Duration = Duration::from_secs(10);

impl Client<'_> {
    /// Sends a request and retries where the rules allow it.
    pub(super) fn exchange(&mut self, exchange: &Exchange<'_>) -> Result<OpenResponse, Error> {
        let mut repetition = 0;
        let mut last: Option<Result<OpenResponse, TransportError>> = None;
        loop {
            let remaining =
                self.wait_for_slot(exchange).and_then(|()| self.remaining_time(exchange));
            let remaining = match (remaining, last.take()) {
                (Ok(remaining), _) => remaining,
                // The wait took too long: return the last result, which is worth more than "time is
                // over".
                (Err(_), Some(Ok(opened))) => return Ok(opened),
                (Err(_), Some(Err(failure))) => {
                    return Err(self.no_response_error(exchange, failure));
                }
                (Err(error), None) => return Err(error),
            };
            let began = self.clock.elapsed();
            let mut sent = self.send_once(exchange, remaining);
            let event = match &mut sent {
                Ok(opened) => Event::Response {
                    status: opened.head.status,
                    retry_after: self.requested_pause(opened),
                    is_own: !exchange.idempotent && self.is_service_refusal(opened),
                },
                Err(failure) => Event::NoResponse(*failure),
            };
            let limits = &self.settings.limits;
            // A query that has run would take as long again.
            let needed_time = match exchange.is_query() && may_have_run(event) {
                true if self.queries_run > 0 => Duration::MAX,
                true => self.clock.elapsed().saturating_sub(began),
                false => self.min_response_time(exchange),
            };
            self.queries_run += u32::from(exchange.is_query() && may_have_run(event));
            // The microseconds of the current time differ enough between connectors.
            let jitter_seed = self.clock.unix().subsec_micros();
            let max = limits.max_retries;
            let attempt =
                Attempt { event, idempotent: exchange.idempotent, repetition, max, jitter_seed };
            let pause = match (self.policy)(attempt) {
                RetryDecision::GiveUp => None,
                // If there is no time to wait, return at once; the result contains the time.
                RetryDecision::Retry(pause) => {
                    let until =
                        self.clock.elapsed().saturating_add(pause).saturating_add(needed_time);
                    Some(pause).filter(|_| until < self.deadline && self.may_wait())
                }
            };
            match (pause, sent) {
                (Some(pause), sent) => {
                    last = Some(sent);
                    self.pause(pause);
                }
                (None, Ok(opened)) => return Ok(opened),
                (None, Err(failure)) => return Err(self.no_response_error(exchange, failure)),
            }
            repetition += 1;
            self.usage.retries += 1;
        }
    }

    /// Waits for a rate-limit slot and counts the request. Returns `Throttled` if there is no time
    /// to wait.
    fn wait_for_slot(&mut self, exchange: &Exchange<'_>) -> Result<(), Error> {
        let Some(budget) = exchange.budget else { return Ok(()) };
        let percent = self.settings.limits.budget_percent;
        let mut now = self.rate_limiter.now(self.clock);
        let wait = Duration::from_secs(self.rate_limiter.wait(&budget, percent, now));
        if !wait.is_zero() {
            if !self.may_wait()
                || self.clock.elapsed() + wait + self.min_response_time(exchange) >= self.deadline
            {
                let message = format!(
                    "Nothing was sent: {percent} % (`limits.budgetPercent`) of the service's limit of {} requests a minute and {} an hour are used up.",
                    budget.per_minute, budget.per_hour
                );
                let wait = u64::try_from(wait.as_millis()).unwrap_or(u64::MAX);
                return Err(Error::new(Kind::Throttled, message).with_retry(Retry::After(wait)));
            }
            self.pause(wait);
            now = self.rate_limiter.now(self.clock);
        }
        self.rate_limiter.count(&budget, now);
        Ok(())
    }

    /// Whether to send a request again whose response broke off for the n-th time (from 0). Waits
    /// before returning true.
    pub(super) fn should_retry(&mut self, exchange: &Exchange<'_>, repetition: u32) -> bool {
        if exchange.is_query() {
            self.queries_run += 1;
            if self.queries_run > 1 {
                return false;
            }
        }
        let event = Event::NoResponse(TransportError::maybe_sent(Cause::Broken));
        let (max, jitter_seed) =
            (self.settings.limits.max_retries, self.clock.unix().subsec_micros());
        match (self.policy)(Attempt {
            event,
            idempotent: exchange.idempotent,
            repetition,
            max,
            jitter_seed,
        }) {
            RetryDecision::Retry(pause)
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
    fn min_response_time(&self, exchange: &Exchange<'_>) -> Duration {
        let limits = &self.settings.limits;
        match exchange.idempotent {
            true => Duration::ZERO,
            false => MIN_RESPONSE_TIME.min(limits.response_timeout).min(limits.call_timeout / 4),
        }
    }

    fn no_response_error(&self, exchange: &Exchange<'_>, failure: TransportError) -> Error {
        no_response(failure, exchange.url.host(), exchange.idempotent)
    }

    fn send_once(
        &mut self,
        exchange: &Exchange<'_>,
        remaining: Duration,
    ) -> Result<OpenResponse, TransportError> {
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
        // Neither the login server nor storage: only API requests have rate limits.
        if exchange.budget.is_some() {
            self.sent = Some(sent);
        }
        let response = self.transport.send(&request)?;
        let (received, unix) = (self.clock.elapsed(), self.clock.unix());
        let head = Head::new(response.status, response.headers, unix.as_secs());
        // Storage has another clock.
        if !exchange.streamed {
            self.service_time = ServiceTime::update(self.service_time, &head, sent, received, unix);
        }
        Ok(OpenResponse { head, body: response.body, unwrapped: false, error_body: None })
    }

    fn remaining_time(&self, exchange: &Exchange<'_>) -> Result<Duration, Error> {
        let remaining = self.deadline.checked_sub(self.clock.elapsed());
        let remaining = remaining.filter(|remaining| {
            !remaining.is_zero() && *remaining >= self.min_response_time(exchange)
        });
        remaining.ok_or_else(|| {
            let host = exchange.url.host();
            let message = format!(
                "The call timed out (`limits.callTimeoutSeconds`) before a request to {host}, which was not sent."
            );
            Error::new(Kind::TimedOut, message).with_retry(Retry::After(0))
        })
    }

    /// Waits, and adds the time to the call's usage.
    pub fn pause(&mut self, time: Duration) {
        let before = self.clock.elapsed();
        self.clock.sleep(time);
        let waited = self.clock.elapsed().saturating_sub(before);
        self.usage.waited_ms += u64::try_from(waited.as_millis()).unwrap_or(u64::MAX);
    }
}

//! Decides what is retried, and when.
//!
//! | what happened | a read | anything else |
//! |---|---|---|
//! | 429 of the service itself | after `Retry-After`, else 4, 8, 16 … 60 s | the same: it was not carried out |
//! | 429 of an intermediary | the same | returned: it may have been forwarded before |
//! | 502, 503, 504 | after `Retry-After`, else 1, 2, 4 … 30 s | returned |
//! | no response, certainly not sent | after 1, 2, 4 … 30 s | the same |
//! | no response, maybe sent | after 1, 2, 4 … 30 s | returned |
//! | refused by the host, or not sendable at all | returned | returned |
//!
//! A hunting query that the service may have run (5xx, maybe sent) is retried once per call,
//! however often other reads are: each attempt costs the tenant's quota.
//!
//! The connector's own pauses are extended by a random jitter of up to a quarter, so that
//! connectors do not return at the same moment.

use std::time::Duration;

use crate::transport::{Cause, Delivery, TransportError};

/// The result of sending a request.
#[derive(Clone, Copy, Debug)]
pub enum Event {
    /// There was a response.
    Response {
        /// Its status.
        status: u16,
        /// Its `Retry-After` in milliseconds.
        retry_after: Option<u64>,
        /// Whether the service itself certainly rejected the request; only determined where it
        /// matters.
        is_own: bool,
    },
    /// There was no response.
    NoResponse(TransportError),
}

/// What to do after an attempt.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum RetryDecision {
    /// Return the result to the caller.
    GiveUp,
    /// Send the request again after this time.
    Retry(Duration),
}

/// A request that was sent, and its result.
#[derive(Clone, Copy, Debug)]
pub struct Attempt {
    /// The result.
    pub event: Event,
    /// Whether the request can be repeated freely: it changes nothing.
    pub idempotent: bool,
    /// Number of the retry; 0 for the first attempt.
    pub repetition: u32,
    /// Maximum number of retries.
    pub max: u32,
    /// A number that differs each time.
    pub jitter_seed: u32,
}

/// Decides what to do after an attempt. The default is [`decide_retry`]; the simulation passes a
/// faulty one to prove that it is detected.
pub type RetryPolicy = fn(Attempt) -> RetryDecision;

/// Decides what to do after an attempt.
pub fn decide_retry(attempt: Attempt) -> RetryDecision {
    let Attempt { event, idempotent, repetition, max, jitter_seed } = attempt;
    if repetition >= max {
        return RetryDecision::GiveUp;
    }
    let pause = match event {
        Event::Response { status: 429, retry_after, is_own } if idempotent || is_own => {
            as_duration(retry_after).unwrap_or_else(|| backoff(4, 60, repetition, jitter_seed))
        }
        Event::Response { status: 502..=504, retry_after, .. } if idempotent => {
            as_duration(retry_after).unwrap_or_else(|| backoff(1, 30, repetition, jitter_seed))
        }
        Event::Response { .. } => return RetryDecision::GiveUp,
        Event::NoResponse(TransportError {
            cause:
                Cause::Denied
                | Cause::AddressDenied
                | Cause::Misconfigured
                | Cause::Header(_)
                | Cause::Unsendable
                | Cause::TooLarge,
            ..
        }) => return RetryDecision::GiveUp,
        Event::NoResponse(TransportError { delivery: Delivery::NotSent, .. }) => {
            backoff(1, 30, repetition, jitter_seed)
        }
        Event::NoResponse(_) if idempotent => backoff(1, 30, repetition, jitter_seed),
        Event::NoResponse(_) => return RetryDecision::GiveUp,
    };
    RetryDecision::Retry(pause)
}

fn as_duration(milliseconds: Option<u64>) -> Option<Duration> {
    milliseconds.map(Duration::from_millis)
}

fn backoff(first: u64, max: u64, repetition: u32, jitter_seed: u32) -> Duration {
    let seconds = first.saturating_mul(2_u64.saturating_pow(repetition)).min(max);
    Duration::from_millis(seconds * 1000 + u64::from(jitter_seed) % (seconds * 250).max(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16) -> Event {
        Event::Response { status, retry_after: None, is_own: true }
    }

    /// Decides after an attempt, with four retries allowed.
    fn after(event: Event, idempotent: bool, repetition: u32) -> RetryDecision {
        decide_retry(Attempt { event, idempotent, repetition, max: 4, jitter_seed: 77_777 })
    }

    #[test]
    fn what_may_have_been_carried_out_is_never_repeated() {
        for event in [answer(500), answer(502), answer(503), answer(504), answer(408), answer(200)]
        {
            assert_eq!(after(event, false, 0), RetryDecision::GiveUp, "{event:?}");
        }
        for cause in [
            Cause::ResponseTimeout,
            Cause::Broken,
            Cause::Protocol,
            Cause::Tls,
            Cause::TooLarge,
            Cause::RequestBody,
            Cause::Internal,
        ] {
            let event = Event::NoResponse(TransportError::maybe_sent(cause));
            assert_eq!(after(event, false, 0), RetryDecision::GiveUp, "{event:?}");
        }
    }

    #[test]
    fn what_was_not_carried_out_is_repeated() {
        let as_duration = Event::NoResponse(TransportError::not_sent(Cause::Connect));
        for event in [answer(429), as_duration] {
            assert!(matches!(after(event, false, 0), RetryDecision::Retry(_)), "{event:?}");
            assert_eq!(after(event, false, 4), RetryDecision::GiveUp, "{event:?}");
        }
        let as_duration = |is_own| Event::Response { status: 429, retry_after: Some(7000), is_own };
        assert_eq!(
            after(as_duration(true), false, 0),
            RetryDecision::Retry(Duration::from_secs(7))
        );
        assert_eq!(after(as_duration(false), false, 0), RetryDecision::GiveUp);
        assert_eq!(
            after(as_duration(false), true, 0),
            RetryDecision::Retry(Duration::from_secs(7))
        );
    }

    #[test]
    fn reads_are_repeated_and_denials_are_not() {
        let broken = Event::NoResponse(TransportError::maybe_sent(Cause::Broken));
        for event in [answer(502), answer(503), answer(504), broken] {
            assert!(matches!(after(event, true, 0), RetryDecision::Retry(_)), "{event:?}");
        }
        let denied = Event::NoResponse(TransportError::not_sent(Cause::Denied));
        let misconfigured = Event::NoResponse(TransportError::not_sent(Cause::Misconfigured));
        let kept = Event::NoResponse(TransportError::not_sent(Cause::Header("authorization")));
        for event in [denied, misconfigured, kept, answer(500), answer(400), answer(302)] {
            assert_eq!(after(event, true, 0), RetryDecision::GiveUp, "{event:?}");
        }
    }

    #[test]
    fn pauses_double_up_to_their_bound() {
        for (repetition, seconds) in [(0, 4), (1, 8), (3, 32), (4, 60), (9, 60), (63, 60), (64, 60)]
        {
            let pause = backoff(4, 60, repetition, 77_777);
            let range = Duration::from_secs(seconds)..=Duration::from_millis(seconds * 1250);
            assert!(range.contains(&pause), "{repetition}: {pause:?}");
        }
    }
}

//! The one table that says what is repeated, and when.
//!
//! | what happened | a read | anything else |
//! |---|---|---|
//! | 429 of the service itself | after `Retry-After`, else 4, 8, 16 … 60 s | the same: it was not carried out |
//! | 429 of something on the way to it | the same | handed on: it may have been handed on before |
//! | 502, 503, 504 | after `Retry-After`, else 1, 2, 4 … 30 s | handed on |
//! | no answer, surely not sent | after 1, 2, 4 … 30 s | the same |
//! | no answer, perhaps sent | after 1, 2, 4 … 30 s | handed on |
//! | refused by the host, or not sendable at all | handed on | handed on |
//!
//! A hunting query that the service may have run (5xx, perhaps sent) goes out once more in a call,
//! however often others do: each try costs the tenant's quota.
//!
//! A pause of our own is up to a quarter longer than that, by chance, so that many connectors do
//! not come back at the same moment.

use std::time::Duration;

use crate::transport::{Cause, Sent, TransportError};

/// What happened to a request.
#[derive(Clone, Copy, Debug)]
pub enum Event {
    /// There is an answer.
    Answer {
        /// Its status.
        status: u16,
        /// Its `Retry-After`, in milliseconds.
        retry_after: Option<u64>,
        /// Whether the service itself is known to have refused the request; looked at only where
        /// that matters.
        is_own: bool,
    },
    /// There is none.
    NoAnswer(TransportError),
}

/// What is to be done.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Next {
    /// The caller gets it.
    HandOn,
    /// The request goes out again after this time.
    Repeat(Duration),
}

/// A request that went out, and what happened to it.
#[derive(Clone, Copy, Debug)]
pub struct Attempt {
    /// What happened.
    pub event: Event,
    /// Whether it may be repeated at will: it changes nothing.
    pub repeatable: bool,
    /// Which repetition it was; 0 for the request itself.
    pub repetition: u32,
    /// How many there may be.
    pub max: u32,
    /// Any number, another one each time.
    pub chance: u32,
}

/// Decides what is to be done after an attempt. [`next`] does; a simulation that must see a wrong
/// one caught brings another.
pub type RetryPolicy = fn(Attempt) -> Next;

/// What is to be done after an attempt.
pub fn next(attempt: Attempt) -> Next {
    let Attempt { event, repeatable, repetition, max, chance } = attempt;
    if repetition >= max {
        return Next::HandOn;
    }
    let pause = match event {
        Event::Answer { status: 429, retry_after, is_own } if repeatable || is_own => {
            refused(retry_after).unwrap_or_else(|| doubled(4, 60, repetition, chance))
        }
        Event::Answer { status: 502..=504, retry_after, .. } if repeatable => {
            refused(retry_after).unwrap_or_else(|| doubled(1, 30, repetition, chance))
        }
        Event::Answer { .. } => return Next::HandOn,
        Event::NoAnswer(TransportError {
            cause:
                Cause::Denied
                | Cause::AddressDenied
                | Cause::Misconfigured
                | Cause::Header(_)
                | Cause::Unsendable
                | Cause::TooLarge,
            ..
        }) => return Next::HandOn,
        Event::NoAnswer(TransportError { sent: Sent::No, .. }) => {
            doubled(1, 30, repetition, chance)
        }
        Event::NoAnswer(_) if repeatable => doubled(1, 30, repetition, chance),
        Event::NoAnswer(_) => return Next::HandOn,
    };
    Next::Repeat(pause)
}

fn refused(milliseconds: Option<u64>) -> Option<Duration> {
    milliseconds.map(Duration::from_millis)
}

fn doubled(first: u64, most: u64, repetition: u32, chance: u32) -> Duration {
    let seconds = first.saturating_mul(2_u64.saturating_pow(repetition)).min(most);
    Duration::from_millis(seconds * 1000 + u64::from(chance) % (seconds * 250).max(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16) -> Event {
        Event::Answer { status, retry_after: None, is_own: true }
    }

    /// What is to be done after a repetition, of which there may be four.
    fn after(event: Event, repeatable: bool, repetition: u32) -> Next {
        next(Attempt { event, repeatable, repetition, max: 4, chance: 77_777 })
    }

    #[test]
    fn what_may_have_been_carried_out_is_never_repeated() {
        for event in [answer(500), answer(502), answer(503), answer(504), answer(408), answer(200)]
        {
            assert_eq!(after(event, false, 0), Next::HandOn, "{event:?}");
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
            let event = Event::NoAnswer(TransportError::maybe_sent(cause));
            assert_eq!(after(event, false, 0), Next::HandOn, "{event:?}");
        }
    }

    #[test]
    fn what_was_not_carried_out_is_repeated() {
        let refused = Event::NoAnswer(TransportError::not_sent(Cause::Connect));
        for event in [answer(429), refused] {
            assert!(matches!(after(event, false, 0), Next::Repeat(_)), "{event:?}");
            assert_eq!(after(event, false, 4), Next::HandOn, "{event:?}");
        }
        let refused = |is_own| Event::Answer { status: 429, retry_after: Some(7000), is_own };
        assert_eq!(after(refused(true), false, 0), Next::Repeat(Duration::from_secs(7)));
        assert_eq!(after(refused(false), false, 0), Next::HandOn);
        assert_eq!(after(refused(false), true, 0), Next::Repeat(Duration::from_secs(7)));
    }

    #[test]
    fn reads_are_repeated_and_denials_are_not() {
        let broken = Event::NoAnswer(TransportError::maybe_sent(Cause::Broken));
        for event in [answer(502), answer(503), answer(504), broken] {
            assert!(matches!(after(event, true, 0), Next::Repeat(_)), "{event:?}");
        }
        let denied = Event::NoAnswer(TransportError::not_sent(Cause::Denied));
        let misconfigured = Event::NoAnswer(TransportError::not_sent(Cause::Misconfigured));
        let kept = Event::NoAnswer(TransportError::not_sent(Cause::Header("authorization")));
        for event in [denied, misconfigured, kept, answer(500), answer(400), answer(302)] {
            assert_eq!(after(event, true, 0), Next::HandOn, "{event:?}");
        }
    }

    #[test]
    fn pauses_double_up_to_their_bound() {
        for (repetition, seconds) in [(0, 4), (1, 8), (3, 32), (4, 60), (9, 60), (63, 60), (64, 60)]
        {
            let pause = doubled(4, 60, repetition, 77_777);
            let range = Duration::from_secs(seconds)..=Duration::from_millis(seconds * 1250);
            assert!(range.contains(&pause), "{repetition}: {pause:?}");
        }
    }
}

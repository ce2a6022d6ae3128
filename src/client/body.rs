//! Reading the body of an answer: whole within its bounds, or the start of a failure's.

use std::time::Duration;

use super::Client;
use super::exchange::OpenAnswer;
use crate::error::Kind;
use crate::response::{Head, is_own, kind_of, retry_after, window};
use crate::transport::{Cause, TransportError};

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

impl Client<'_> {
    /// Whether the service itself has refused a request, which it then has not carried out. What
    /// stands before it may have handed the request on and refused its repetition.
    pub(super) fn is_refusal(&mut self, opened: &mut OpenAnswer) -> bool {
        if !(400..500).contains(&opened.head.status) {
            return false;
        }
        let start = self.read_start(opened);
        let is_own = is_own(&opened.head, &start);
        opened.start = Some(start);
        is_own
    }

    /// How long a server asks its clients to pause, in milliseconds: by its headers or, without
    /// them, by its text.
    pub(super) fn pause_of(&mut self, opened: &mut OpenAnswer) -> Option<u64> {
        let pause = retry_after(&opened.head);
        if pause.is_some() || opened.head.status != 429 {
            return pause;
        }
        let start = self.read_start(opened);
        let pause = window(&start);
        opened.start = Some(start);
        pause
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

    /// Reads a body whole, within `max` bytes (`limits.maxResponseBytes`, or the rest of it) and
    /// the deadline.
    pub(super) fn read_whole(
        &mut self,
        opened: &mut OpenAnswer,
        max: u64,
    ) -> Result<Vec<u8>, Incomplete> {
        let announced: Option<u64> =
            opened.head.header("content-length").and_then(|text| text.parse().ok());
        let too_large = || Incomplete {
            kind: Kind::MalformedResponse,
            words: format!(
                "is larger than {max} bytes (`limits.maxResponseBytes`): ask for less, or raise the limit"
            ),
        };
        if announced.is_some_and(|length| length > max) {
            return Err(too_large());
        }
        if let Some(words) = compressed(&opened.head) {
            return Err(Incomplete { kind: Kind::MalformedResponse, words });
        }
        // A body that grew would leave holes behind, in all as large as itself, and memory never
        // shrinks: there is room for all of it from the beginning, or its pieces are joined at the
        // end.
        let room = announced.and_then(|length| usize::try_from(length).ok());
        let mut body = Vec::new();
        // The announced length may be wrong: without memory for it, reading goes on.
        let _ = body.try_reserve_exact(room.unwrap_or_default());
        let (mut pieces, mut length) = (Vec::new(), 0);
        // What has the announced length is whole (RFC 9112 §6.2); looking for its end would be one
        // more wait.
        while room != Some(length) {
            let wait = self.read_time();
            let piece = match opened.body.read(PIECE, wait) {
                Ok(piece) => piece,
                Err(failure) if failure.cause == Cause::ResponseTimeout && self.is_over() => {
                    return Err(too_late());
                }
                Err(failure) => return Err(broken_off(failure, length)),
            };
            if piece.is_empty() {
                break;
            }
            // Without time only the end of the body is looked for: a piece would be followed by the
            // next one.
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

    /// How long the next piece of a body may be waited for now.
    pub fn read_time(&self) -> Duration {
        self.settings.limits.read_timeout.min(self.deadline.saturating_sub(self.clock.elapsed()))
    }

    fn is_over(&self) -> bool {
        self.clock.elapsed() >= self.deadline
    }
}

/// What is wrong with an answer that is compressed, as words that follow "The answer".
pub(super) fn compressed(head: &Head) -> Option<String> {
    let coding = head
        .header("content-encoding")
        .filter(|coding| !coding.eq_ignore_ascii_case("identity"))?;
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
    Incomplete {
        kind: kind_of(failure),
        words: format!("broke off after {read} bytes ({})", failure.words()),
    }
}

//! Reads response bodies: whole, within limits, or the start of an error body.

use std::time::Duration;

use super::Client;
use super::exchange::OpenResponse;
use crate::error::Kind;
use crate::response::{Head, error_kind, is_own, quota_pause, retry_after};
use crate::transport::{Cause, TransportError};

/// Why a body was not read completely.
pub(super) struct BodyError {
    pub(super) kind: Kind,
    /// Completes "The answer …".
    pub(super) description: String,
}

/// Bytes per read.
const PIECE: usize = 64 * 1024;

/// How much of an error body is read; the service's own have a few hundred bytes.
const FAILURE_BYTES: usize = 64 * 1024;

impl Client<'_> {
    /// Whether the service itself rejected the request, and so did not carry it out. An
    /// intermediary may have forwarded it and rejected a repetition.
    pub(super) fn is_service_refusal(&mut self, opened: &mut OpenResponse) -> bool {
        if !(400..500).contains(&opened.head.status) {
            return false;
        }
        let error_body = self.read_error_body(opened);
        let is_own = is_own(&opened.head, &error_body);
        opened.error_body = Some(error_body);
        is_own
    }

    /// How long a server asks to pause, in milliseconds: from its headers or, without them, from
    /// its text.
    pub(super) fn requested_pause(&mut self, opened: &mut OpenResponse) -> Option<u64> {
        let pause = retry_after(&opened.head);
        if pause.is_some() || opened.head.status != 429 {
            return pause;
        }
        let error_body = self.read_error_body(opened);
        let pause = quota_pause(&error_body);
        opened.error_body = Some(error_body);
        pause
    }

    /// Reads as much of an error body as is available, up to a limit.
    pub(super) fn read_error_body(&mut self, opened: &mut OpenResponse) -> Vec<u8> {
        if let Some(error_body) = opened.error_body.take() {
            return error_body;
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

    /// Reads a whole body, within `max` bytes (`limits.maxResponseBytes`, or what is left of it)
    /// and the deadline.
    pub(super) fn read_whole(
        &mut self,
        opened: &mut OpenResponse,
        max: u64,
    ) -> Result<Vec<u8>, BodyError> {
        let announced: Option<u64> =
            opened.head.header("content-length").and_then(|text| text.parse().ok());
        let too_large = || BodyError {
            kind: Kind::MalformedResponse,
            description: format!(
                "is larger than {max} bytes (`limits.maxResponseBytes`): request less, or raise the limit"
            ),
        };
        if announced.is_some_and(|length| length > max) {
            return Err(too_large());
        }
        if let Some(description) = compressed(&opened.head) {
            return Err(BodyError { kind: Kind::MalformedResponse, description });
        }
        // Memory never shrinks, and a growing buffer would leave holes as large as itself in total.
        // So reserve the announced length, or collect the pieces and join them at the end.
        let room = announced.and_then(|length| usize::try_from(length).ok());
        let mut body = Vec::new();
        // The announced length may be wrong: if there is no memory for it, read anyway.
        let _ = body.try_reserve_exact(room.unwrap_or_default());
        let (mut pieces, mut length) = (Vec::new(), 0);
        // A body of the announced length is complete (RFC 9112 §6.2); waiting for its end would
        // cost one more wait.
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
            // With no time left, only the end of the body is accepted: after another piece, more
            // would follow.
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

    /// How long to wait for the next piece of a body.
    pub fn read_time(&self) -> Duration {
        self.settings.limits.read_timeout.min(self.deadline.saturating_sub(self.clock.elapsed()))
    }

    fn is_over(&self) -> bool {
        self.clock.elapsed() >= self.deadline
    }
}

/// Describes a compressed response; completes "The answer …".
pub(super) fn compressed(head: &Head) -> Option<String> {
    let coding = head
        .header("content-encoding")
        .filter(|coding| !coding.eq_ignore_ascii_case("identity"))?;
    let coding: String = coding.chars().filter(char::is_ascii_graphic).take(20).collect();
    Some(format!("is compressed ({coding}), which was not requested"))
}

/// Joins the pieces of a body.
fn joined(mut pieces: Vec<Vec<u8>>) -> Vec<u8> {
    match pieces.len() {
        1 => pieces.remove(0),
        _ => pieces.concat(),
    }
}

fn too_late() -> BodyError {
    let description =
        "did not end before the call's deadline (`limits.callTimeoutSeconds`)".to_owned();
    BodyError { kind: Kind::TimedOut, description }
}

fn broken_off(failure: TransportError, read: usize) -> BodyError {
    BodyError {
        kind: error_kind(failure),
        description: format!("broke off after {read} bytes ({})", failure.description()),
    }
}

//! Unwraps gzip (RFC 1952) while reading: never holds all of it, and accepts the end only if the
//! checksum matches.

use std::time::Duration;

use super::OpenResponse;
use super::inflate::{Inflate, Input};
use crate::clock::steady;
use crate::transport::{Body, Cause, TransportError};

/// The first bytes of every gzip file: magic number, and deflate.
const MAGIC: [u8; 3] = [0x1f, 0x8b, 8];

/// Length of checksum and length at the end of a member (§2.3.1).
const TRAILER: usize = 8;

/// Bytes per read.
const PIECE: usize = 64 * 1024;

/// Maximum length of a name or comment in a header.
const MAX_TEXT: usize = 4096;

/// Maximum number of members of a file (§2.2); the service writes one.
const MAX_MEMBERS: u32 = 1000;

/// Unwraps a body if it is gzip, reading at most `max` bytes: the service wraps files, and
/// sometimes script output. Waits at most `wait` for the first bytes.
///
/// # Errors
///
/// The body broke off at its start.
pub(crate) fn unwrap(
    opened: OpenResponse,
    max: u64,
    wait: Duration,
) -> Result<OpenResponse, TransportError> {
    let OpenResponse { mut head, body, .. } = opened;
    let mut source =
        Source { body, bytes: Vec::new(), at: 0, remaining: max, until: steady() + wait };
    let wrapped = source.fill(MAGIC.len())? && source.unread().starts_with(&MAGIC);
    if !wrapped {
        return Ok(OpenResponse {
            head,
            body: Box::new(source),
            unwrapped: false,
            error_body: None,
        });
    }
    // The announced length is that of the compressed data.
    head.headers.retain(|(name, _)| name != "content-length");
    let state = Inflate::new();
    let body =
        Box::new(Gunzip { source, state, stage: Stage::Header, crc: !0, length: 0, members: 0 });
    Ok(OpenResponse { head, body, unwrapped: true, error_body: None })
}

/// A body of which some bytes were read ahead.
struct Source {
    body: Box<dyn Body>,
    bytes: Vec<u8>,
    /// How many of `bytes` are consumed.
    at: usize,
    /// How many more bytes are allowed.
    remaining: u64,
    /// The end of the current wait on the monotonic clock: one read may need several pieces.
    until: Duration,
}

impl Source {
    fn unread(&self) -> &[u8] {
        &self.bytes[self.at..]
    }

    /// Reads ahead until `wanted` bytes are available; false if the body ends before.
    fn fill(&mut self, wanted: usize) -> Result<bool, TransportError> {
        while self.bytes.len() - self.at < wanted {
            let piece = self.body.read(PIECE, self.until.saturating_sub(steady()))?;
            if piece.is_empty() {
                return Ok(false);
            }
            self.remaining = self
                .remaining
                .checked_sub(piece.len() as u64)
                .ok_or(TransportError::maybe_sent(Cause::TooLarge))?;
            self.bytes.drain(..self.at);
            self.at = 0;
            self.bytes.extend_from_slice(&piece);
        }
        Ok(true)
    }

    /// Takes the next bytes; fails if the body ends before.
    fn take(&mut self, wanted: usize) -> Result<Vec<u8>, TransportError> {
        if !self.fill(wanted)? {
            return Err(TransportError::maybe_sent(Cause::Broken));
        }
        let taken = self.unread()[..wanted].to_vec();
        self.at += wanted;
        Ok(taken)
    }

    /// Skips a zero-terminated text. A name longer than any path is malformed.
    fn skip_text(&mut self) -> Result<(), TransportError> {
        for _ in 0..MAX_TEXT {
            if self.take(1)? == [0] {
                return Ok(());
            }
        }
        Err(malformed())
    }
}

impl Input for Source {
    fn byte(&mut self) -> Result<u8, TransportError> {
        if !self.fill(1)? {
            return Err(TransportError::maybe_sent(Cause::Broken));
        }
        self.at += 1;
        Ok(self.bytes[self.at - 1])
    }

    fn ahead(&self) -> usize {
        self.bytes.len() - self.at
    }
}

impl Body for Source {
    fn read(&mut self, max: usize, wait: Duration) -> Result<Vec<u8>, TransportError> {
        if self.unread().is_empty() {
            return self.body.read(max, wait);
        }
        let length = max.min(self.unread().len());
        self.take(length)
    }
}

/// A gzip body being unwrapped.
struct Gunzip {
    source: Source,
    state: Inflate,
    stage: Stage,
    crc: u32,
    length: u32,
    members: u32,
}

enum Stage {
    Header,
    Data,
    Ended,
}

impl Body for Gunzip {
    fn read(&mut self, max: usize, wait: Duration) -> Result<Vec<u8>, TransportError> {
        self.source.until = steady() + wait;
        loop {
            match self.stage {
                Stage::Ended => return Ok(Vec::new()),
                Stage::Header => self.header()?,
                Stage::Data => {
                    let piece = self.data(max)?;
                    if !piece.is_empty() {
                        return Ok(piece);
                    }
                }
            }
        }
    }
}

impl Gunzip {
    fn header(&mut self) -> Result<(), TransportError> {
        let head = self.source.take(10)?;
        // Reserved flags may mean that the header has more fields (§2.3.1.2).
        if !head.starts_with(&MAGIC) || head[3] & 0xe0 != 0 {
            return Err(malformed());
        }
        let has = |flag: u8| head[3] & flag != 0;
        if has(4) {
            let length = self.source.take(2)?;
            self.source.take(usize::from(length[0]) + usize::from(length[1]) * 256)?;
        }
        if has(8) {
            self.source.skip_text()?;
        }
        if has(16) {
            self.source.skip_text()?;
        }
        if has(2) {
            self.source.take(2)?;
        }
        self.stage = Stage::Data;
        Ok(())
    }

    fn data(&mut self, max: usize) -> Result<Vec<u8>, TransportError> {
        let piece = self.state.read(&mut self.source, max.clamp(1, PIECE))?;
        self.crc = crc32(self.crc, &piece);
        self.length = self.length.wrapping_add(piece.len() as u32);
        if self.state.has_ended() {
            self.trailer()?;
        }
        Ok(piece)
    }

    /// Checks checksum and length. Another member may follow (§2.2).
    fn trailer(&mut self) -> Result<(), TransportError> {
        let trailer = self.source.take(TRAILER)?;
        if trailer[..4] != (!self.crc).to_le_bytes() || trailer[4..] != self.length.to_le_bytes() {
            return Err(malformed());
        }
        (self.crc, self.length) = (!0, 0);
        self.members += 1;
        if self.members == MAX_MEMBERS {
            return Err(malformed());
        }
        self.state = Inflate::new();
        self.stage = if self.source.fill(1)? { Stage::Header } else { Stage::Ended };
        Ok(())
    }
}

fn malformed() -> TransportError {
    TransportError::maybe_sent(Cause::Protocol)
}

/// The checksum of §8, four bits at a time: a table of sixteen numbers instead of thousands.
fn crc32(crc: u32, bytes: &[u8]) -> u32 {
    const fn entry(half: u32) -> u32 {
        let (mut crc, mut bit) = (half, 0);
        while bit < 4 {
            crc = if crc & 1 == 1 { (crc >> 1) ^ 0xEDB8_8320 } else { crc >> 1 };
            bit += 1;
        }
        crc
    }
    const TABLE: [u32; 16] = {
        let (mut table, mut n) = ([0; 16], 0);
        while n < 16 {
            table[n] = entry(n as u32);
            n += 1;
        }
        table
    };
    let half = |crc: u32, bits: u32| (crc >> 4) ^ TABLE[((crc ^ bits) & 15) as usize];
    bytes.iter().fold(crc, |crc, byte| half(half(crc, u32::from(*byte)), u32::from(*byte) >> 4))
}

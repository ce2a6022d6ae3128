//! Gzip (RFC 1952) unwrapped while it is read: never held whole, and never taken for whole unless
//! its checksum says so.

use std::time::Duration;

use miniz_oxide::inflate::stream::{InflateState, inflate};
use miniz_oxide::{DataFormat, MZError, MZFlush, MZStatus};

use super::OpenAnswer;
use crate::clock::steady;
use crate::transport::{Body, Cause, TransportError};

/// What every gzip file begins with: the magic number, and deflate.
const MAGIC: [u8; 3] = [0x1f, 0x8b, 8];

/// How much is read at once.
const PIECE: usize = 64 * 1024;

/// Longest name or comment in a header.
const MAX_TEXT: usize = 4096;

/// Most members of a file (§2.2); the service writes one.
const MAX_MEMBERS: u32 = 1000;

/// The same answer, unwrapped if its body is gzip, of which no more than `most` bytes are read: the
/// service wraps files so, and sometimes what scripts left. Its first bytes are waited for no
/// longer than `wait`.
///
/// # Errors
///
/// The body broke off at its beginning.
pub(crate) fn unwrap(
    opened: OpenAnswer,
    most: u64,
    wait: Duration,
) -> Result<OpenAnswer, TransportError> {
    let OpenAnswer { mut head, body, .. } = opened;
    let mut source =
        Source { body, bytes: Vec::new(), at: 0, remaining: most, until: steady() + wait };
    let wrapped = source.fill(MAGIC.len())? && source.ahead().starts_with(&MAGIC);
    if !wrapped {
        return Ok(OpenAnswer { head, body: Box::new(source), unwrapped: false, start: None });
    }
    // What is announced is the length of the wrapping.
    head.headers.retain(|(name, _)| name != "content-length");
    let state = InflateState::new_boxed(DataFormat::Raw);
    let body =
        Box::new(Gunzip { source, state, stage: Stage::Header, crc: !0, length: 0, members: 0 });
    Ok(OpenAnswer { head, body, unwrapped: true, start: None })
}

/// A body, some of which has been read ahead.
struct Source {
    body: Box<dyn Body>,
    bytes: Vec<u8>,
    /// How much of `bytes` has been used up.
    at: usize,
    /// How many bytes may still come.
    remaining: u64,
    /// Until when they may take, on the steady clock: what is asked for once may need many pieces.
    until: Duration,
}

impl Source {
    fn ahead(&self) -> &[u8] {
        &self.bytes[self.at..]
    }

    /// Reads ahead until there are so many bytes; false if the body ends before.
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

    /// The next bytes; broken off if there are not so many.
    fn take(&mut self, wanted: usize) -> Result<Vec<u8>, TransportError> {
        if !self.fill(wanted)? {
            return Err(TransportError::maybe_sent(Cause::Broken));
        }
        let taken = self.ahead()[..wanted].to_vec();
        self.at += wanted;
        Ok(taken)
    }

    /// Skips a text that ends in a zero. A name longer than any path is none.
    fn skip_text(&mut self) -> Result<(), TransportError> {
        for _ in 0..MAX_TEXT {
            if self.take(1)? == [0] {
                return Ok(());
            }
        }
        Err(malformed())
    }
}

impl Body for Source {
    fn read(&mut self, max: usize, wait: Duration) -> Result<Vec<u8>, TransportError> {
        if self.ahead().is_empty() {
            return self.body.read(max, wait);
        }
        let length = max.min(self.ahead().len());
        self.take(length)
    }
}

/// A body being unwrapped.
struct Gunzip {
    source: Source,
    state: Box<InflateState>,
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
        // Flags that are reserved may mean that there is more to the header (§2.3.1.2).
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
        let is_there = self.source.fill(1)?;
        let mut piece = vec![0; max.clamp(1, PIECE)];
        let done = inflate(&mut self.state, self.source.ahead(), &mut piece, MZFlush::None);
        self.source.at += done.bytes_consumed;
        piece.truncate(done.bytes_written);
        self.crc = crc32(self.crc, &piece);
        self.length = self.length.wrapping_add(piece.len() as u32);
        match done.status {
            Ok(MZStatus::StreamEnd) => self.trailer()?,
            Ok(_) => {}
            Err(MZError::Buf) if !is_there && piece.is_empty() => {
                return Err(TransportError::maybe_sent(Cause::Broken));
            }
            // It has used up what there was, and wants more.
            Err(MZError::Buf) => {}
            Err(_) => return Err(malformed()),
        }
        Ok(piece)
    }

    /// Checksum and length. Another member may follow (§2.2).
    fn trailer(&mut self) -> Result<(), TransportError> {
        let trailer = self.source.take(8)?;
        if trailer[..4] != (!self.crc).to_le_bytes() || trailer[4..] != self.length.to_le_bytes() {
            return Err(malformed());
        }
        (self.crc, self.length) = (!0, 0);
        self.members += 1;
        if self.members == MAX_MEMBERS {
            return Err(malformed());
        }
        self.state.reset(DataFormat::Raw);
        self.stage = if self.source.fill(1)? { Stage::Header } else { Stage::Ended };
        Ok(())
    }
}

fn malformed() -> TransportError {
    TransportError::maybe_sent(Cause::Protocol)
}

/// The checksum of §8, half a byte at a time: a table of sixteen numbers instead of thousands.
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

//! Inflates (RFC 1951) while reading. Written for size: the tables and fast paths of a library take
//! 11 KB, and then wait for the network.

mod code;

use crate::transport::{Cause, TransportError};
use code::{Bits, Code};

/// The farthest that a copy reaches back (§2).
const WINDOW: usize = 32 * 1024;

/// The order in which the lengths of the codes for lengths are written (§3.2.7).
const ORDER: [u8; 19] = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

/// The most bytes that the header of a block takes, and a symbol with what belongs to it.
const HEADER: usize = 640;
const SYMBOL: usize = 8;

/// Where the deflated bytes come from.
pub(crate) trait Input {
    /// Takes the next byte; fails at the end.
    fn byte(&mut self) -> Result<u8, TransportError>;

    /// How many bytes can be taken without waiting.
    fn ahead(&self) -> usize;
}

/// Deflated data being inflated.
pub(crate) struct Inflate {
    bits: Bits,
    block: Block,
    is_last: bool,
    /// The copy that has begun: how much is missing, and from how far back.
    copy: (usize, usize),
    /// The last bytes, as a ring.
    window: Vec<u8>,
    written: u64,
}

enum Block {
    /// Its header comes next.
    Ahead,
    /// This many bytes as they are.
    Stored(u32),
    /// Literals and lengths, distances.
    Coded(Code, Code),
    Ended,
}

impl Inflate {
    pub(crate) fn new() -> Self {
        Self {
            bits: Bits::default(),
            block: Block::Ahead,
            is_last: false,
            copy: (0, 0),
            window: vec![0; WINDOW],
            written: 0,
        }
    }

    /// Whether everything has been read.
    pub(crate) fn has_ended(&self) -> bool {
        matches!(self.block, Block::Ended)
    }

    /// Returns the next bytes, at most `max`: what can be had without waiting, but at least one
    /// unless it has ended.
    ///
    /// # Errors
    ///
    /// Those of the input; [`Cause::Protocol`] if it is not deflated data.
    pub(crate) fn read(
        &mut self,
        input: &mut dyn Input,
        max: usize,
    ) -> Result<Vec<u8>, TransportError> {
        let mut piece = Vec::new();
        while piece.len() < max && !self.has_ended() {
            let (missing, back) = self.copy;
            if missing > 0 {
                self.copy.0 -= 1;
                let from = (self.written + (WINDOW - back) as u64) as usize % WINDOW;
                self.write(self.window[from], &mut piece);
                continue;
            }
            let needed = if matches!(self.block, Block::Ahead) { HEADER } else { SYMBOL };
            if !piece.is_empty() && input.ahead() < needed {
                break;
            }
            match &mut self.block {
                Block::Ahead => self.block = self.header(input)?,
                Block::Stored(0) => self.block = self.next(),
                Block::Stored(length) => {
                    *length -= 1;
                    let byte = input.byte()?;
                    self.write(byte, &mut piece);
                }
                Block::Coded(literals, distances) => {
                    match usize::from(literals.symbol(&mut self.bits, input)?) {
                        symbol @ 0..256 => self.write(symbol as u8, &mut piece),
                        256 => self.block = self.next(),
                        symbol => {
                            let length = self.bits.length(symbol, input)?;
                            let symbol = distances.symbol(&mut self.bits, input)?;
                            let back = self.bits.distance(usize::from(symbol), input)?;
                            if back as u64 > self.written {
                                return Err(malformed());
                            }
                            self.copy = (length, back);
                        }
                    }
                }
                Block::Ended => {}
            }
        }
        Ok(piece)
    }

    fn write(&mut self, byte: u8, piece: &mut Vec<u8>) {
        piece.push(byte);
        self.window[self.written as usize % WINDOW] = byte;
        self.written += 1;
    }

    fn next(&self) -> Block {
        if self.is_last { Block::Ended } else { Block::Ahead }
    }

    /// Reads the header of a block (§3.2.3).
    fn header(&mut self, input: &mut dyn Input) -> Result<Block, TransportError> {
        self.is_last = self.bits.take(1, input)? == 1;
        match self.bits.take(2, input)? {
            0 => {
                self.bits = Bits::default();
                let length = self.bits.take(16, input)?;
                let complement = self.bits.take(16, input)?;
                if length ^ complement == 0xffff {
                    Ok(Block::Stored(length))
                } else {
                    Err(malformed())
                }
            }
            1 => {
                // §3.2.6.
                let mut lengths = [8; 288];
                lengths[144..256].fill(9);
                lengths[256..280].fill(7);
                Ok(Block::Coded(Code::new(&lengths)?, Code::new(&[5; 32])?))
            }
            2 => self.codes(input),
            _ => Err(malformed()),
        }
    }

    /// Reads the codes of a block (§3.2.7).
    fn codes(&mut self, input: &mut dyn Input) -> Result<Block, TransportError> {
        let bits = &mut self.bits;
        let literals = bits.take(5, input)? as usize + 257;
        let distances = bits.take(5, input)? as usize + 1;
        if literals > 286 || distances > 30 {
            return Err(malformed());
        }
        let all = literals + distances;
        let mut lengths = [0; 19];
        let count = bits.take(4, input)? as usize + 4;
        for at in &ORDER[..count] {
            lengths[usize::from(*at)] = bits.take(3, input)? as u8;
        }
        let code = Code::new(&lengths)?;
        let mut lengths: Vec<u8> = Vec::new();
        while lengths.len() < all {
            let (length, times) = match code.symbol(bits, input)? {
                16 => {
                    let last = lengths.last().copied().ok_or_else(malformed)?;
                    (last, 3 + bits.take(2, input)?)
                }
                17 => (0, 3 + bits.take(3, input)?),
                18 => (0, 11 + bits.take(7, input)?),
                length => (length as u8, 1),
            };
            lengths.resize(lengths.len() + times as usize, length);
        }
        if lengths.len() > all {
            return Err(malformed());
        }
        Ok(Block::Coded(Code::new(&lengths[..literals])?, Code::new(&lengths[literals..])?))
    }
}

fn malformed() -> TransportError {
    TransportError::maybe_sent(Cause::Protocol)
}

#[cfg(test)]
mod tests;

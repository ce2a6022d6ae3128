//! Bits, and the codes that they are.

use super::{Input, malformed};
use crate::transport::TransportError;

/// The bits of a byte that are not used yet.
#[derive(Default)]
pub(super) struct Bits {
    byte: u8,
    count: u32,
}

impl Bits {
    /// Takes a number of this many bits, the lowest first.
    pub(super) fn take(&mut self, bits: u32, input: &mut dyn Input) -> Result<u32, TransportError> {
        let mut number = 0;
        for bit in 0..bits {
            if self.count == 0 {
                (self.byte, self.count) = (input.byte()?, 8);
            }
            number |= u32::from(self.byte & 1) << bit;
            self.byte >>= 1;
            self.count -= 1;
        }
        Ok(number)
    }

    /// Takes what follows the symbol of a length (§3.2.5: the table, as a rule).
    pub(super) fn length(
        &mut self,
        symbol: usize,
        input: &mut dyn Input,
    ) -> Result<usize, TransportError> {
        match symbol {
            257..265 => Ok(symbol - 254),
            265..285 => {
                let (step, extra) = ((symbol - 261) % 4 + 4, (symbol - 261) as u32 / 4);
                Ok((step << extra) + 3 + self.take(extra, input)? as usize)
            }
            285 => Ok(258),
            _ => Err(malformed()),
        }
    }

    /// Takes what follows the symbol of a distance.
    pub(super) fn distance(
        &mut self,
        symbol: usize,
        input: &mut dyn Input,
    ) -> Result<usize, TransportError> {
        match symbol {
            0..4 => Ok(symbol + 1),
            4..30 => {
                let (step, extra) = (symbol % 2 + 2, symbol as u32 / 2 - 1);
                Ok((step << extra) + 1 + self.take(extra, input)? as usize)
            }
            _ => Err(malformed()),
        }
    }
}

/// A Huffman code (§3.2.2): how many symbols have a code of each length, and the symbols in the
/// order of their codes.
pub(super) struct Code {
    counts: [u16; 16],
    symbols: Vec<u16>,
}

impl Code {
    pub(super) fn new(lengths: &[u8]) -> Result<Self, TransportError> {
        let (mut counts, mut symbols) = ([0; 16], Vec::new());
        // Codes of this length that no symbol has.
        let mut free = 1_i32;
        for length in 1..16_u8 {
            for (symbol, _) in (0..).zip(lengths).filter(|(_, own)| **own == length) {
                symbols.push(symbol);
                counts[usize::from(length)] += 1;
            }
            free = free * 2 - i32::from(counts[usize::from(length)]);
        }
        // A single symbol has one of two codes; otherwise every code has its symbol.
        if free != 0 && symbols.len() > 1 {
            return Err(malformed());
        }
        Ok(Self { counts, symbols })
    }

    pub(super) fn symbol(
        &self,
        bits: &mut Bits,
        input: &mut dyn Input,
    ) -> Result<u16, TransportError> {
        let (mut code, mut first, mut at) = (0, 0, 0);
        for count in &self.counts[1..] {
            let count = u32::from(*count);
            code = code * 2 + bits.take(1, input)?;
            if code < first + count {
                return self
                    .symbols
                    .get((at + code - first) as usize)
                    .copied()
                    .ok_or_else(malformed);
            }
            at += count;
            first = (first + count) * 2;
        }
        Err(malformed())
    }
}

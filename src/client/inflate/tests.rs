//! Against flate2.

use std::io::Write;

use flate2::Compression;
use flate2::write::DeflateEncoder;
use proptest::prelude::*;

use super::code::Code;
use super::*;

/// Bytes of which this many can be taken without waiting.
struct Bytes<'a>(&'a [u8], usize);

impl Input for Bytes<'_> {
    fn byte(&mut self) -> Result<u8, TransportError> {
        let broken = TransportError::maybe_sent(Cause::Broken);
        let (byte, rest) = self.0.split_first().ok_or(broken)?;
        self.0 = rest;
        Ok(*byte)
    }

    fn ahead(&self) -> usize {
        self.1
    }
}

fn deflated(bytes: &[u8], level: u32) -> Vec<u8> {
    let mut deflate = DeflateEncoder::new(Vec::new(), Compression::new(level));
    deflate.write_all(bytes).unwrap();
    deflate.finish().unwrap()
}

/// What comes out, and how many bytes are left over.
fn inflated(bytes: &[u8], ahead: usize, max: usize) -> Result<(Vec<u8>, usize), Cause> {
    let (mut inflate, mut input) = (Inflate::new(), Bytes(bytes, ahead));
    let mut whole = Vec::new();
    while !inflate.has_ended() {
        let piece = inflate.read(&mut input, max).map_err(|error| error.cause)?;
        assert!(piece.len() <= max && (!piece.is_empty() || inflate.has_ended()));
        whole.extend(piece);
    }
    Ok((whole, input.0.len()))
}

proptest! {
    #![
        proptest_config(
            ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() }
        )
    ]

    #[test]
    fn what_was_deflated_comes_out_however_it_is_read(
        random in prop::collection::vec(any::<u8>(), 0..3000),
        repeated in prop::collection::vec(any::<u8>(), 1..300),
        length in 0..70_000_usize,
        level in 0..=9_u32,
    ) {
        let repeated = repeated.into_iter().cycle().take(length);
        let whole: Vec<u8> = random.into_iter().chain(repeated).collect();
        let deflated = deflated(&whole, level);
        for (ahead, max) in [(0, 7), (0, usize::MAX), (9, 1), (usize::MAX, usize::MAX)] {
            prop_assert_eq!(inflated(&deflated, ahead, max), Ok((whole.clone(), 0)));
        }
        let at = deflated.len() / 2;
        prop_assert_eq!(inflated(&deflated[..at], 0, 7), Err(Cause::Broken));
    }

    #[test]
    fn anything_else_ends(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        let _ = inflated(&bytes, 0, 7);
    }
}

#[test]
fn codes_that_cannot_be_are_refused() {
    assert!(Code::new(&[1, 1]).is_ok() && Code::new(&[1]).is_ok() && Code::new(&[0]).is_ok());
    for lengths in [&[1, 1, 1][..], &[2, 2], &[1, 2], &[1, 1, 15]] {
        assert!(Code::new(lengths).is_err(), "{lengths:?}");
    }
}

//! Counts the interim (1xx) responses that a server sends over HTTP/2, by their frames.
//!
//! hyper has a hook for those of HTTP/1.1 only, and keeps those of HTTP/2 until the request's task
//! has a turn to pass over them.

use std::collections::BTreeMap;

use super::interim;

/// The head of a frame (RFC 9113, section 4.1).
const HEAD: usize = 9;

const DATA: u8 = 0;
const HEADERS: u8 = 1;
const RST_STREAM: u8 = 3;
const END_STREAM: u8 = 1;

/// The bit before the number of a stream is reserved, and to be ignored.
const STREAM: u32 = u32::MAX >> 1;

/// Responses whose heads are counted on one connection: more than a connector may have requests.
/// Those that the host gave up have no end, and the oldest of them make room.
const RESPONSES: usize = 1024;

/// A server sends interim responses without end.
#[derive(Debug, thiserror::Error)]
#[error("the server sends too many interim responses")]
pub(crate) struct TooMany;

/// Follows what a server sends on one connection, in whatever pieces it comes.
#[derive(Debug, Default)]
pub(crate) struct Frames {
    head: [u8; HEAD],
    /// How much of the head has come.
    come: usize,
    /// How much of the payload is still to come.
    payload: usize,
    /// The heads of each unfinished response so far.
    heads: BTreeMap<u32, u32>,
}

impl Frames {
    /// Follows the next piece.
    ///
    /// # Errors
    ///
    /// A response has more heads than a request may get.
    pub(crate) fn follow(&mut self, mut piece: &[u8]) -> Result<(), TooMany> {
        loop {
            let skipped = self.payload.min(piece.len());
            self.payload -= skipped;
            piece = &piece[skipped..];
            if piece.is_empty() {
                return Ok(());
            }
            let part = (HEAD - self.come).min(piece.len());
            self.head[self.come..][..part].copy_from_slice(&piece[..part]);
            self.come += part;
            piece = &piece[part..];
            if self.come == HEAD {
                self.come = 0;
                self.count()?;
            }
        }
    }

    /// Counts the frame whose head has come.
    fn count(&mut self) -> Result<(), TooMany> {
        let [high, middle, low, kind, flags, stream @ ..] = self.head;
        self.payload = u32::from_be_bytes([0, high, middle, low]) as usize;
        let stream = u32::from_be_bytes(stream) & STREAM;
        let ends = matches!(kind, DATA | HEADERS) && flags & END_STREAM != 0;
        if ends || kind == RST_STREAM {
            self.heads.remove(&stream);
        } else if kind == HEADERS {
            let heads = self.heads.entry(stream).or_default();
            *heads += 1;
            // The last of them is the response's own.
            if *heads > interim::MOST + 1 {
                return Err(TooMany);
            }
            if self.heads.len() > RESPONSES {
                self.heads.pop_first();
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
        let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
        [&length[1..], &[kind, flags], &stream.to_be_bytes(), payload].concat()
    }

    fn interim(stream: u32) -> Vec<u8> {
        // The payload looks like the head of a frame.
        frame(HEADERS, 4, stream, &[0, 0, 0, HEADERS, 4, 0, 0, 0, 9])
    }

    #[test]
    fn a_response_may_have_a_few_and_no_more_in_whatever_pieces_they_come() {
        for size in [1, 2, 8, 9, 10, 4096] {
            let mut frames = Frames::default();
            let allowed = interim(1).repeat(17);
            allowed.chunks(size).for_each(|piece| frames.follow(piece).unwrap());
            assert!(interim(1).chunks(size).any(|piece| frames.follow(piece).is_err()), "{size}");
        }
    }

    #[test]
    fn each_response_is_counted_by_itself_until_it_ends() {
        let mut frames = Frames::default();
        for stream in (1..9).step_by(2) {
            frames.follow(&interim(stream).repeat(16)).unwrap();
        }
        let ends = [(HEADERS, END_STREAM), (DATA, END_STREAM), (RST_STREAM, 0)];
        for (stream, (kind, flags)) in [1, 3, 5].into_iter().zip(ends) {
            frames.follow(&frame(kind, flags, stream, b"1234")).unwrap();
        }
        // A body does not make room for more.
        frames.follow(&frame(DATA, 0, 7, b"1234")).unwrap();
        assert_eq!(frames.heads, BTreeMap::from([(7, 16)]));
        frames.follow(&interim(7)).unwrap();
        assert!(frames.follow(&interim(7)).is_err());
    }

    #[test]
    fn the_reserved_bit_makes_no_other_stream() {
        let mut frames = Frames::default();
        frames.follow(&interim(1).repeat(9)).unwrap();
        assert!(frames.follow(&interim(1 | !STREAM).repeat(9)).is_err());
    }

    #[test]
    fn responses_without_an_end_take_no_memory_without_end() {
        let mut frames = Frames::default();
        for stream in (1..9999).step_by(2) {
            frames.follow(&interim(stream)).unwrap();
        }
        assert_eq!(frames.heads.len(), RESPONSES);
    }
}

//! What the rows leave out, as the build script wrote it: a line for each value, in the order in
//! which `describe` reads them.

use crate::client::inflate::{Inflate, Input};
use crate::transport::{Cause, TransportError};

const DEFLATED: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/described"));

/// Returns the lines.
pub(super) fn lines() -> String {
    // The same build has deflated it, so it can be inflated.
    let text = Inflate::new().read(&mut Bytes(DEFLATED), usize::MAX).unwrap_or_default();
    String::from_utf8(text).unwrap_or_default()
}

struct Bytes(&'static [u8]);

impl Input for Bytes {
    fn byte(&mut self) -> Result<u8, TransportError> {
        let (byte, rest) = self.0.split_first().ok_or(TransportError::maybe_sent(Cause::Broken))?;
        self.0 = rest;
        Ok(*byte)
    }

    fn ahead(&self) -> usize {
        usize::MAX
    }
}

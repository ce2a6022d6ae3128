//! What the rows leave out, as the build script wrote it: a line for each value, in the order in
//! which `describe` reads them.

use miniz_oxide::inflate::decompress_to_vec;

const DEFLATED: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/described"));

/// Returns the lines.
pub(super) fn lines() -> String {
    // The same build has deflated it, so it can be inflated.
    let text = decompress_to_vec(DEFLATED).unwrap_or_default();
    String::from_utf8(text).unwrap_or_default()
}

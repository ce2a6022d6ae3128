//! Embeds the Defender connector as a WebAssembly component.

/// The Defender connector, built from the sources next to this crate (or the file that
/// `DEFENDER_COMPONENT` named at build time).
pub static COMPONENT: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/component.wasm"));

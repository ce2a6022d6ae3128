//! The Defender connector as a WebAssembly component, embedded.

/// The Defender connector, built from the sources beside this crate (or what `DEFENDER_COMPONENT` named at build time).
pub static COMPONENT: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/component.wasm"));

//! The component that this library carries.

/// The Defender connector, built from the sources beside this crate (or what `HOST_HARNESS_COMPONENT` named at build time).
pub static COMPONENT: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/component.wasm"));

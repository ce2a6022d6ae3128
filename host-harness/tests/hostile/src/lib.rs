//! A misbehaving component for testing its host. Its source is in `guest/`.

/// The hostile plugin: `execute` takes the name of a misbehaviour as the action.
pub static HOSTILE: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/hostile.wasm"));

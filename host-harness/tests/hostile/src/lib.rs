//! A component that misbehaves, for the tests of its host. What it can do is in `guest/`.

/// The hostile plugin: `execute` takes the name of a misbehaviour for an action.
pub static HOSTILE: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/hostile.wasm"));

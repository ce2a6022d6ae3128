//! A misbehaving component for testing its host, and what it is run beside. Its source is in
//! `guest/`.

pub mod neighbours;

use std::time::Duration;

use host_harness::Limits;

/// The hostile plugin: `execute` takes the name of a misbehaviour as the action.
pub static HOSTILE: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/hostile.wasm"));

/// Enough memory for a well-behaved plugin, and quickly exhausted.
pub const MEMORY: usize = 32 << 20;

/// Returns limits for a hostile plugin: [`MEMORY`], and these times.
pub fn limits(call_time: Duration, compute_time: Duration) -> Limits {
    let mut limits = Limits::default();
    limits.memory_bytes = MEMORY;
    limits.call_time = call_time;
    limits.compute_time = compute_time;
    limits
}

//! Calls that do not come to an end, or not to a good one.

use std::hint::black_box;

use waki::bindings::wasi::clocks::monotonic_clock::subscribe_duration;

pub fn run_for_ever() -> ! {
    let mut turns = 0_u64;
    loop {
        turns = black_box(turns.wrapping_add(1));
    }
}

pub fn recurse_for_ever(depth: u64) -> u64 {
    // The sum keeps the call from becoming a loop, and the question keeps the compiler from seeing that there is no way out.
    if black_box(depth) == u64::MAX { depth } else { recurse_for_ever(depth + 1) + black_box(depth) }
}

/// Waits in the host, where no clock of the guest's ticks.
pub fn sleep_for_ever() -> ! {
    let never = subscribe_duration(u64::MAX);
    loop {
        never.block();
    }
}

/// Writes 4 MB, and what it was given at the end.
pub fn flood_stderr(last: &str) -> String {
    let line = "x".repeat(1023);
    for _ in 0..4 << 10 {
        eprintln!("{line}");
    }
    eprintln!("{last}");
    "flooded".to_owned()
}

//! Calls that never finish or that fail.

use std::hint::black_box;

use waki::bindings::wasi::clocks::monotonic_clock::subscribe_duration;

pub fn run_for_ever() -> ! {
    let mut turns = 0_u64;
    loop {
        turns = black_box(turns.wrapping_add(1));
    }
}

pub fn recurse_for_ever(depth: u64) -> u64 {
    // The addition prevents tail-call optimisation, and `black_box` hides from the compiler that
    // the recursion never ends.
    if black_box(depth) == u64::MAX { depth } else {
        recurse_for_ever(depth + 1) + black_box(depth)
    }
}

/// Waits in the host, where the guest's own time does not advance.
pub fn sleep_for_ever() -> ! {
    let never = subscribe_duration(u64::MAX);
    loop {
        never.block();
    }
}

/// Writes 4 MB to stderr, followed by `last`.
pub fn flood_stderr(last: &str) -> String {
    let line = "x".repeat(1023);
    for _ in 0..4 << 10 {
        eprintln!("{line}");
    }
    eprintln!("{last}");
    "flooded".to_owned()
}

//! Growing the table of functions, which is memory of the host's.

use std::arch::asm;
use std::hint::black_box;

/// Elements at a time.
const STEP: i32 = 1000;

/// Adds elements to the table and gives its length before, or -1 if it is refused.
fn grow(by: i32) -> i32 {
    let before: i32;
    // SAFETY: elements are only added, and none of them is called.
    unsafe {
        asm!(
            ".tabletype __indirect_function_table, funcref",
            "ref.null_func",
            "local.get {by}",
            "table.grow __indirect_function_table",
            "local.set {before}",
            by = in(local) by,
            before = lateout(local) before,
        );
    }
    before
}

/// Grows until it is refused, lives with that and says how far it came.
pub fn what_is_granted() -> String {
    let mut length = 0;
    loop {
        match grow(STEP) {
            -1 => return format!("refused at {length}"),
            before => length = before + STEP,
        }
    }
}

/// Grows on whatever it is told.
pub fn grow_for_ever() -> ! {
    loop {
        black_box(grow(black_box(STEP)));
    }
}

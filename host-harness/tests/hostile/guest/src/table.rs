//! Grows the function table, which uses host memory.

use std::arch::asm;
use std::hint::black_box;

/// Elements added at a time.
const STEP: i32 = 1000;

/// Adds elements to the table and returns its previous length, or -1 if refused.
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

/// Grows the table until it is refused, survives that and reports how far it got.
pub fn what_is_granted() -> String {
    let mut length = 0;
    loop {
        match grow(STEP) {
            -1 => return format!("refused at {length}"),
            before => length = before + STEP,
        }
    }
}

/// Grows the table forever, ignoring refusals.
pub fn grow_for_ever() -> ! {
    loop {
        black_box(grow(black_box(STEP)));
    }
}

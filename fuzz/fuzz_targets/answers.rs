//! Fuzzes `invariants::answers`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| invariants::answers(data));

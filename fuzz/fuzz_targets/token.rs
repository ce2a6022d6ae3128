//! Fuzzes `invariants::token`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| invariants::token(data));

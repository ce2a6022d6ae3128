//! Fuzzes `invariants::results`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| invariants::results(data));

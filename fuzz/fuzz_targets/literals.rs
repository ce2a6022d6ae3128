//! Fuzzes `invariants::literals`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| invariants::literals(data));

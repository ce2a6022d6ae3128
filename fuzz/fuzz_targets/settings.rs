//! Fuzzes `invariants::settings`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| invariants::settings(data));

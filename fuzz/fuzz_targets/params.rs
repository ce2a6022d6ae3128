//! Fuzzes `invariants::params`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| invariants::params(data));

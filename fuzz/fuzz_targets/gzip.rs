//! Fuzzes `invariants::gzip`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| invariants::gzip(data));

//! Fuzzes `checks::params`.

#![no_main]

#[path = "../../tests/checks/mod.rs"]
#[allow(dead_code, unused_imports, reason = "every target uses one of them")]
mod checks;

libfuzzer_sys::fuzz_target!(|data: &[u8]| checks::params(data));

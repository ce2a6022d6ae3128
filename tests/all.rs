//! The real component in the real host against the stub, over real sockets and TLS. One binary:
//! wasmtime links once.
//!
//! `world` has what every test starts with.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that panics fails, which is what it is for"
)]

mod world;

mod actions;
mod conformance;
mod contract;
mod failures;
mod network;
mod properties;

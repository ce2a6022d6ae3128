//! The real component in the real host against the stub, over real sockets and TLS. One binary, so
//! that wasmtime is linked once.
//!
//! `world` has the test environment and shared helpers.

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

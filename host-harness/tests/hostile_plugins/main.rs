//! Plugins that each misbehave in one way. Each must be contained with the right error, a neighbour
//! on the same engine must keep working, and the host must get its memory back. The plugin is in
//! `../hostile/guest`.
//!
//! The modules go from the inside out: compiling, computing, memory, handles, the pool, results;
//! files; then the network: destinations, effects, heads, bodies, crowds, credentials, connections,
//! floods, neighbours.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that panics fails, which is what it is for"
)]

mod bodies;
mod compiling;
mod computing;
mod connections;
mod credentials;
mod crowds;
mod destinations;
mod effects;
mod egress_log;
mod files;
mod floods;
mod heads;
mod hoarding;
mod http2;
mod neighbours;
mod operations;
mod pool;
mod reconfigured;
mod results;
mod server;
mod sign_ins;
mod tls;
mod world;

//! Plugins that each misbehave in one way. Each must be contained with the right error, a neighbour
//! on the same engine must keep working, and the host must get its memory back. The plugin is in
//! `../hostile/guest`.
//!
//! The modules go from the inside out: compiling, computing, memory, handles, the pool, results;
//! then the network: destinations, heads, bodies, crowds, connections, neighbours.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that panics fails, which is what it is for"
)]

mod bodies;
mod compiling;
mod computing;
mod connections;
mod crowds;
mod destinations;
mod heads;
mod hoarding;
mod neighbours;
mod operations;
mod pool;
mod results;
mod server;
mod world;

//! Plugins that misbehave, each in one way: every one is contained with the right error, a neighbour on the same engine goes on,
//! and the host has its memory back. The plugin is in `../hostile/guest`.
//!
//! Modules from the inside out: computing, memory, handles, the pool, results; then what goes out: destinations, heads, bodies, crowds.

#![expect(clippy::unwrap_used, reason = "a test that panics fails, which is what it is for")]

mod bodies;
mod computing;
mod crowds;
mod destinations;
mod heads;
mod hoarding;
mod operations;
mod pool;
mod results;
mod server;
mod world;

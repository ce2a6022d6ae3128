//! The WebAssembly engine and its clock.

use std::time::Duration;

use wasmtime::{Config, Engine, PoolingAllocationConfig};

use crate::{HostError, Limits};

/// Tables that an instance is likely to have: the component's own and those of the adapters that its imports go through.
const TABLES: u32 = 4;

/// How much of the memory of an instance that has ended stays with its place: about what the connector writes to when it is configured.
const KEPT_BYTES: usize = 128 << 10;

/// The largest memory that 32-bit code can address.
const LARGEST_MEMORY: usize = 4 << 30;

/// An engine whose instances get their memory from the system one by one: there may be as many as the machine bears.
pub(crate) fn on_demand(tick: Duration) -> Result<Engine, HostError> {
    finish(&config(), tick)
}

/// An engine whose instances get their memory from places that are reserved: a new one costs a tenth of the time. There are so
/// many places, and a component must fit into them.
///
/// Reserving takes addresses, not memory, and still fails where a process may have few of them (`ulimit -v`).
pub(crate) fn pooling(limits: &Limits) -> Result<Engine, HostError> {
    let places = limits.pooled_instances;
    let parts = u32::try_from(limits.instances).unwrap_or(u32::MAX);
    let mut pool = PoolingAllocationConfig::new();
    pool.total_component_instances(places)
        .total_core_instances(places.saturating_mul(parts))
        .total_memories(places)
        .total_tables(places.saturating_mul(TABLES))
        // An instance keeps the stack of its last call for the next one.
        .total_stacks(places)
        .max_core_instances_per_component(parts)
        .max_memories_per_component(parts)
        .max_memories_per_module(parts)
        .max_tables_per_component(parts)
        .max_tables_per_module(parts)
        // What an instance that has ended leaves behind is wiped where it is, as far as this: faster than giving it back.
        .linear_memory_keep_resident(KEPT_BYTES)
        .table_keep_resident(KEPT_BYTES)
        .table_elements(limits.table_elements)
        .max_memory_size(limits.memory_bytes.min(LARGEST_MEMORY));
    let mut config = config();
    config.allocation_strategy(pool);
    finish(&config, limits.tick)
}

/// What code is compiled for: the same for both kinds of engine, so that what one has compiled the other can load.
fn config() -> Config {
    let mut config = Config::new();
    config.wasm_component_model(true).epoch_interruption(true);
    // A memory starts as a view of the component's data: what an instance does not write, it shares with all others.
    config.memory_init_cow(true);
    config
}

/// Makes the engine, whose epoch advances every `tick` for as long as it lives.
fn finish(config: &Config, tick: Duration) -> Result<Engine, HostError> {
    let engine = Engine::new(config).map_err(|error| HostError::Engine(error.into()))?;
    start_clock(&engine, tick)?;
    Ok(engine)
}

/// A thread rather than a task: an instance that computes can keep every worker of the async runtime busy.
fn start_clock(engine: &Engine, tick: Duration) -> Result<(), HostError> {
    let engine = engine.weak();
    std::thread::Builder::new()
        .name("wasm-clock".to_owned())
        .spawn(move || {
            while let Some(engine) = engine.upgrade() {
                engine.increment_epoch();
                drop(engine);
                std::thread::sleep(tick);
            }
        })
        .map(|_| ())
        .map_err(|error| HostError::Engine(error.into()))
}

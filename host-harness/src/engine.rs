//! The WebAssembly engine and its epoch clock.

use std::time::Duration;

use wasmtime::{Config, Engine, PoolingAllocationConfig};

use crate::{HostError, Limits};

/// Expected tables per instance: the component's own and those of its import adapters.
const TABLES: u32 = 4;

/// How much memory of a terminated instance stays resident in its pool slot: roughly what the
/// connector writes while it is configured.
const KEPT_BYTES: usize = 128 << 10;

/// The maximum memory that 32-bit code can address.
const LARGEST_MEMORY: usize = 4 << 30;

/// Creates an engine that allocates each instance's memory from the system on demand; the number of
/// instances is limited only by the machine.
pub(crate) fn on_demand(tick: Duration) -> Result<Engine, HostError> {
    finish(&config(), tick)
}

/// Creates an engine that allocates instances from a preallocated pool: creating one takes a tenth
/// of the time. The number of slots is fixed, and a component must fit into a slot.
///
/// The pool reserves address space, not memory; this still fails where address space is limited
/// (`ulimit -v`).
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
        // Zeroing up to this much memory in place is faster than returning it to the system.
        .linear_memory_keep_resident(KEPT_BYTES)
        .table_keep_resident(KEPT_BYTES)
        .table_elements(limits.table_elements)
        .max_memory_size(limits.memory_bytes.min(LARGEST_MEMORY));
    let mut config = config();
    config.allocation_strategy(pool);
    finish(&config, limits.tick)
}

/// The compilation config, identical for both kinds of engine so that either can load what the
/// other compiled.
fn config() -> Config {
    let mut config = Config::new();
    config.wasm_component_model(true).epoch_interruption(true);
    // Proposals that no connector needs: less of the compiler is exposed.
    config.wasm_memory64(false).wasm_relaxed_simd(false);
    // Copy-on-write: pages of the component's data that an instance never writes are shared by all
    // instances.
    config.memory_init_cow(true);
    config
}

/// Creates an engine that only compiles, for either of the others.
pub(crate) fn compiler() -> wasmtime::Result<Engine> {
    Engine::new(&config())
}

/// Creates the engine. Its epoch advances every `tick` for as long as it lives.
fn finish(config: &Config, tick: Duration) -> Result<Engine, HostError> {
    let engine = Engine::new(config).map_err(|error| HostError::Engine(error.into()))?;
    start_clock(&engine, tick)?;
    Ok(engine)
}

/// Uses a thread, not a task: computing instances can keep every worker of the async runtime busy.
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

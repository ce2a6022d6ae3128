//! The WebAssembly engine and its clock.

use std::time::Duration;

use wasmtime::{Config, Engine};

use crate::HostError;

/// Makes an engine whose epoch advances every `tick` for as long as the engine lives.
pub(crate) fn engine(tick: Duration) -> Result<Engine, HostError> {
    let mut config = Config::new();
    config.wasm_component_model(true).epoch_interruption(true);
    let engine = Engine::new(&config).map_err(|error| HostError::Engine(format!("{error:#}")))?;
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
        .map_err(|error| HostError::Engine(format!("no thread for its clock: {error}")))
}

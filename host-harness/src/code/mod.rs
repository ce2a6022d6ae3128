//! Compiles a component to machine code, or loads it from a cache.

mod cache;

use wasmtime::Engine;
use wasmtime::component::Component;

pub(crate) use cache::Cache;

use crate::HostError;

/// Returns the component's machine code for an engine. Compiling takes a few hundred milliseconds,
/// reading from the cache two.
///
/// # Errors
///
/// `Compile` if the bytes are not a component.
pub(crate) fn of(
    engine: &Engine,
    component: &[u8],
    cache: Option<&Cache>,
) -> Result<Vec<u8>, HostError> {
    let entry = cache.map(|cache| cache.entry(engine, component));
    if let Some(code) = entry.as_ref().and_then(cache::Entry::read) {
        return Ok(code);
    }
    let code =
        engine.precompile_component(component).map_err(|error| HostError::Compile(error.into()))?;
    if let Some(entry) = &entry {
        entry.write(&code);
    }
    Ok(code)
}

/// Loads machine code into an engine.
///
/// # Safety of what is loaded
///
/// Machine code is not verified: it must come from [`of`], which compiled it or trusts the cache,
/// see [`Cache`].
#[allow(
    unsafe_code,
    reason = "wasmtime trusts machine code to be its own, and `of` gives no other"
)]
pub(crate) fn load(engine: &Engine, code: &[u8]) -> wasmtime::Result<Component> {
    // SAFETY: wasmtime generated the code, in this process or in one that could write to this
    // user's private folder, and its digest matches. Wasmtime itself rejects code of other
    // versions, settings and processors.
    unsafe { Component::deserialize(engine, code) }
}

//! A component's machine code: compiled, or taken from a cache of what was compiled before.

mod cache;

use wasmtime::Engine;
use wasmtime::component::Component;

pub(crate) use cache::Cache;

use crate::HostError;

/// The machine code of a component for an engine. Compiling takes a few hundred milliseconds, reading from the cache two.
///
/// # Errors
///
/// `Compile` if the bytes are no component.
pub(crate) fn of(engine: &Engine, component: &[u8], cache: Option<&Cache>) -> Result<Vec<u8>, HostError> {
    let entry = cache.map(|cache| cache.entry(engine, component));
    if let Some(code) = entry.as_ref().and_then(cache::Entry::read) {
        return Ok(code);
    }
    let code = engine.precompile_component(component).map_err(|error| HostError::Compile(error.into()))?;
    if let Some(entry) = &entry {
        entry.write(&code);
    }
    Ok(code)
}

/// Loads machine code into an engine.
///
/// # Safety of what is loaded
///
/// Machine code is not checked: it must come from [`of`], which compiled it or believes the cache, see [`Cache`].
#[allow(unsafe_code, reason = "wasmtime trusts machine code to be its own, and `of` gives no other")]
pub(crate) fn load(engine: &Engine, code: &[u8]) -> wasmtime::Result<Component> {
    // SAFETY: the code was made by wasmtime, in this process or in one that could write into this user's private folder and has
    // left it with its digest. Wasmtime itself refuses code of other versions, settings and processors.
    unsafe { Component::deserialize(engine, code) }
}

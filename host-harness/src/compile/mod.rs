//! Compiles a component to machine code, or loads it from a cache.
//!
//! A trusted component is compiled in this process, any other in a process with limits, after its
//! shape was checked:
//!
//! ```text
//! component ──▶ cache ──▶ bounds ──▶ compiler's process ──▶ unseal ──▶ cache ──▶ load
//! ```

mod bounds;
mod cache;
mod child;
mod process;
mod sealed;

use wasmtime::Engine;
use wasmtime::component::Component;

pub use child::compile_child;

pub(crate) use cache::Cache;
pub(crate) use process::Compiler;

use crate::{CompileLimits, HostError};
use sealed::Key;

/// Who compiles a component.
#[derive(Debug)]
pub(crate) enum By {
    /// This process, without limits.
    ThisProcess,
    /// A process with limits. Without a program for it, only what is cached is loaded.
    Process(Option<Compiler>, CompileLimits),
}

/// Returns the component's machine code for an engine. Compiling takes a few hundred milliseconds,
/// reading from the cache two.
///
/// # Errors
///
/// `Compile` if the bytes are not a component, and the errors of a compiler's process.
pub(crate) fn load_or_compile(
    engine: &Engine,
    component: &[u8],
    by: &By,
    cache: Option<&Cache>,
) -> Result<Vec<u8>, HostError> {
    if let By::Process(_, limits) = by {
        bounds::check(component, limits)?;
    }
    let key = Key::new(engine, component);
    if let Some(code) = cache.and_then(|cache| cache.read(&key)) {
        return Ok(code);
    }
    let code = match by {
        By::ThisProcess => engine
            .precompile_component(component)
            .map_err(|error| HostError::Compile(error.into()))?,
        By::Process(Some(compiler), limits) => compiler.compile(component, &key, limits)?,
        By::Process(None, _) => return Err(HostError::NoCompiler),
    };
    if let Some(cache) = cache {
        cache.write(&key, &code);
    }
    Ok(code)
}

/// Loads machine code into an engine.
///
/// # Safety of what is loaded
///
/// Machine code is not verified: it must come from [`load_or_compile`], which compiled it, had it
/// compiled by the program that the embedder named, or trusts the cache, see [`Cache`].
#[allow(
    unsafe_code,
    reason = "wasmtime trusts machine code to be its own, and `load_or_compile` returns no other"
)]
pub(crate) fn load(engine: &Engine, code: &[u8]) -> wasmtime::Result<Component> {
    // SAFETY: wasmtime generated the code: in this process, in the compiler's, or in one that could
    // write to this user's private folder, and its digest matches. Wasmtime itself rejects code of
    // other versions, settings and processors.
    unsafe { Component::deserialize(engine, code) }
}

//! Generated types for the WIT contract in `wit/`. They are private; [`crate::contract`] has the
//! public equivalents.
//!
//! The world has exports only: [`crate::state`] grants a component's imports by name, and nothing
//! else.

mod generated {
    wasmtime::component::bindgen!({
        path: "../wit",
        world: "plugin",
        exports: { default: async },
    });
}

pub(crate) use generated::connector::plugin::types;
pub(crate) use generated::exports::connector::plugin::{connector, downloads, operations, session};

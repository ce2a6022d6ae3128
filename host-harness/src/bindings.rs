//! The contract of `wit/` as generated types. They stay inside: [`crate::contract`] has those that a host sees.
//!
//! The world has exports only: what a component imports is lent by [`crate::state`], by name, and nothing more.

mod generated {
    wasmtime::component::bindgen!({
        path: "../wit",
        world: "plugin",
        exports: { default: async },
    });
}

pub(crate) use generated::connector::plugin::types;
pub(crate) use generated::exports::connector::plugin::{connector, downloads, operations, session};

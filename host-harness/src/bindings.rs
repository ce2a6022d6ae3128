//! The contract of `wit/` as Rust types: generated, and re-exported under the names the rest of the library uses.
//!
//! The world has exports only: what a component imports is lent by [`crate::state`], by name, and nothing more.

mod generated {
    wasmtime::component::bindgen!({
        path: "../wit",
        world: "plugin",
        exports: { default: async },
        additional_derives: [PartialEq, serde::Serialize, serde::Deserialize],
    });
}

pub use generated::connector::plugin::types::{
    Action, Configured, Descriptor, Effect, Error as PluginError, ErrorKind, ErrorSource, Job, JobState, Origin,
    Outcome, Permission, Report, Retry, Step, StepStatus, Usage, Warning,
};
pub(crate) use generated::exports::connector::plugin::{connector, downloads, operations, session};

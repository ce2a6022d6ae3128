//! The wasmtime host of the connector: loads the component, grants it only the capabilities that it
//! needs, and replaces instances that were terminated.
//!
//! ```text
//! Host ──▶ Connector ──lease──▶ Instance ──wasi:http──▶ egress ══▶ login / API / result storage
//! (compiled,  (a few, rebuilt,    (limits, deadline)     (allow-list, addresses, TLS, pool,
//!  cached)     one session)                               timeouts, caps)
//! ```
//!
//! ```no_run
//! use host_harness::Host;
//!
//! # async fn example(config: &str, secrets: &str) -> Result<(), Box<dyn std::error::Error>> {
//! let host = Host::builder(defender_component::COMPONENT).trusted().build()?;
//! let connector = host.connect("defender", config, secrets).await?;
//! let outcome = connector.execute("getAgentList", r#"{"pageSize": 10}"#).await?;
//! println!("{}", outcome.data);
//! # Ok(())
//! # }
//! ```
//!
//! A third-party component may only call the origins that its host allows, and is compiled in a
//! process with limits. Here that process is this program, which calls [`compile_child`] if it is
//! started with the argument `compile-component`:
//!
//! ```no_run
//! use host_harness::{Host, egress::Egress};
//!
//! # use std::error::Error;
//! # async fn example(bytes: &[u8], config: &str, secrets: &str) -> Result<(), Box<dyn Error>> {
//! let egress = Egress::builder().allow("https://api.example").build()?;
//! let host = Host::builder(bytes)
//!     .compiler(std::env::current_exe()?, ["compile-component"])
//!     .egress(egress)
//!     .build()?;
//! let connector = host.connector("another");
//! let configured = connector.configure(config, secrets).await?;
//! for origin in &configured.origins {
//!     if !host.egress().covers(&origin.pattern) {
//!         println!("{} ({}) is not allowed", origin.pattern, origin.purpose);
//!     }
//! }
//! # Ok(())
//! # }
//! ```
//!
//! [`operation`] runs an action step by step and survives crashes: see `docs/operations.md` in the
//! repository.

#![warn(clippy::missing_errors_doc)]

mod bindings;
mod clock;
mod common;
mod compile;
mod connector;
mod contract;
mod deadline;
mod described;
mod engine;
mod error;
mod hardening;
mod host;
mod injection;
mod instance;
mod limits;
mod linked;
pub mod operation;
mod pace;
mod secrets;
mod state;
mod stderr;
mod turn;

pub use clock::Clock;
pub use compile::compile_child;
pub use connector::{Connector, Download};
pub use contract::{
    Action, Configured, Descriptor, Effect, ErrorKind, ErrorSource, Job, JobState, Origin, Outcome,
    Permission, PluginError, Refusal, RefusalReason, Report, Retry, Step, StepStatus, Usage,
    Warning,
};
pub use error::{CallError, Cause, HostError, TimeLimit};
pub use hardening::forbid_core_dumps;
pub use host::{Host, HostBuilder};
pub use injection::Injection;
pub use limits::{CompileLimit, CompileLimits, DownloadLimit, Limits};
pub use operation::{Journal, Operation, Progress};
pub use plugin_egress as egress;
pub use secrets::Secrets;

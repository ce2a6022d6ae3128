//! The wasmtime host of the connector: it loads the component, lends it what it needs and nothing else, and replaces an
//! instance that has ended.
//!
//! ```text
//! Harness ──▶ Connector ──turn──▶ Instance ──wasi:http──▶ egress ══▶ login / API / result storage
//! (compiled,  (a few, rebuilt,    (limits, deadline)     (allow-list, addresses, TLS, pool,
//!  cached)     one session)                               timeouts, caps)
//! ```
//!
//! ```no_run
//! use host_harness::{Harness, egress::Egress};
//!
//! # async fn example(config: &str, secrets: &str) -> Result<(), Box<dyn std::error::Error>> {
//! let egress = Egress::builder()
//!     .allow("https://login.microsoftonline.com")
//!     .allow("https://api.security.microsoft.com")
//!     .build()?;
//! let harness = Harness::builder().egress(egress).build()?;
//! let connector = harness.connector("defender");
//! connector.configure(config, secrets).await?;
//! let outcome = connector.execute("getAgentList", r#"{"pageSize": 10}"#).await?;
//! println!("{}", outcome.data);
//! # Ok(())
//! # }
//! ```
//!
//! [`operation`] carries an action out step by step, across crashes: `docs/operations.md` in the repository says how.

mod bindings;
mod clock;
mod code;
mod common;
mod component;
mod connector;
mod contract;
mod deadline;
mod download;
pub mod egress;
mod engine;
mod error;
mod harness;
mod instance;
mod limits;
mod linked;
pub mod operation;
#[cfg(feature = "simulation")]
pub mod simulation;
mod state;
mod stderr;
pub mod stub;
mod turn;

pub use clock::Clock;
pub use component::COMPONENT;
pub use connector::Connector;
pub use contract::{
    Action, Configured, Descriptor, Effect, ErrorKind, ErrorSource, Job, JobState, Origin, Outcome, Permission,
    PluginError, Report, Retry, Step, StepStatus, Usage, Warning,
};
pub use download::Download;
pub use error::{CallError, Cause, HostError, TimeLimit};
pub use harness::{Harness, HarnessBuilder};
pub use limits::Limits;
pub use operation::{Journal, Operation, Progress};

//! The values of the contract in `wit/` as Rust types.
//!
//! They serialise to JSON with camelCase members and kebab-case names, as the command line prints
//! them. Where the contract says JSON, these types hold the connector's text byte for byte and
//! embed it unchanged when serialised: numbers keep their digits and members their order. This
//! requires `serde_json`; text that is not valid JSON becomes a string.
//!
//! The contract's records and enumerations are closed: new members require a new version of it, so
//! a host can match exhaustively.

mod configured;
mod convert;
mod descriptor;
mod error;
mod json;
mod names;
mod outcome;
mod progress;
mod refusal;
mod report;

pub use configured::{Configured, Origin};
pub use descriptor::{Action, Descriptor, Effect};
pub use error::{ErrorKind, ErrorSource, PluginError, Retry};
pub use outcome::{Job, JobState, Outcome, Usage, Warning};
pub use progress::{Facts, NextStep, Progress, Target, TargetState};
pub use refusal::{Refusal, RefusalReason};
pub use report::{Permission, Report, Step, StepStatus};

pub(crate) use json::{millis, optional_text, text};

#[cfg(test)]
mod tests;

//! The values of the contract in `wit/`, as Rust types.
//!
//! They serialise as JSON with members in camelCase and names in kebab-case, as the command line prints them. What the contract calls JSON
//! is text here, byte for byte as the connector gave it, and stands in the serialised form as it is: numbers keep their digits, members
//! their order. That needs `serde_json`; text that is no JSON becomes a string.
//!
//! The contract closes its records and enumerations: no member comes without a new version of it, so a host may match on all of them.

mod configured;
mod convert;
mod descriptor;
mod error;
mod json;
mod names;
mod outcome;
mod report;

pub use configured::{Configured, Origin};
pub use descriptor::{Action, Descriptor, Effect};
pub use error::{ErrorKind, ErrorSource, PluginError, Retry};
pub use outcome::{Job, JobState, Outcome, Usage, Warning};
pub use report::{Permission, Report, Step, StepStatus};

pub(crate) use json::{millis, optional_text, text};

#[cfg(test)]
mod tests;

//! An operation between two steps, as the host keeps it.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::bindings::operations as wit;
use crate::{Job, Outcome, PluginError, Usage};

/// An operation after a step.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Progress {
    /// Everything needed to go on. Opaque: keep it byte for byte, as you keep parameters.
    pub checkpoint: String,
    /// What the next step does.
    pub next: NextStep,
    /// How long to wait before it. Earlier is allowed. `waitMs` in JSON.
    #[serde(rename = "waitMs", with = "crate::contract::millis")]
    pub wait: Duration,
    /// In the order in which they were named.
    pub targets: Vec<Target>,
    /// Why the last look told nothing, if it did not; the operation goes on.
    pub trouble: Option<PluginError>,
    /// How it ended; `None` while it runs.
    pub outcome: Option<Result<Outcome, PluginError>>,
    /// What the step cost.
    pub usage: Usage,
}

/// What the next step of an operation does.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NextStep {
    /// Reads from the service. Safe to repeat.
    Look,
    /// Sends one request that changes something. Never advance this checkpoint twice.
    Send,
    /// Nothing: the operation has ended.
    None,
}

/// Where a target is.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TargetState {
    /// Nothing was sent for it.
    Unsent,
    /// A request may have been sent; the service's records are being searched.
    InDoubt,
    /// The service is working on it.
    Running,
    /// It is done.
    Succeeded,
    /// It failed, or it ended in doubt: `error.retry` says which.
    Failed,
}

/// One target of an operation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Target {
    /// What the caller named, with what it resolved to, as JSON.
    #[serde(with = "crate::contract::text")]
    pub name: String,
    /// Where it is.
    pub state: TargetState,
    /// The job that the service runs for it, once there is one.
    pub job: Option<Job>,
    /// What it yielded, as JSON; given once, by the step in which it ended.
    #[serde(with = "crate::contract::optional_text", default)]
    pub data: Option<String>,
    /// Why it failed.
    pub error: Option<PluginError>,
}

impl From<wit::Operation> for Progress {
    fn from(operation: wit::Operation) -> Self {
        Self {
            checkpoint: operation.checkpoint,
            next: match operation.next {
                wit::NextStep::Look => NextStep::Look,
                wit::NextStep::Send => NextStep::Send,
                wit::NextStep::None => NextStep::None,
            },
            wait: Duration::from_millis(operation.wait_ms),
            targets: operation.targets.into_iter().map(Target::from).collect(),
            trouble: operation.trouble.map(Into::into),
            outcome: match operation.outcome {
                None => None,
                Some(Ok(outcome)) => Some(Ok(outcome.into())),
                Some(Err(error)) => Some(Err(error.into())),
            },
            usage: operation.usage.into(),
        }
    }
}

impl From<wit::Target> for Target {
    fn from(target: wit::Target) -> Self {
        Self {
            name: target.name,
            state: match target.state {
                wit::TargetState::Unsent => TargetState::Unsent,
                wit::TargetState::InDoubt => TargetState::InDoubt,
                wit::TargetState::Running => TargetState::Running,
                wit::TargetState::Succeeded => TargetState::Succeeded,
                wit::TargetState::Failed => TargetState::Failed,
            },
            job: target.job.map(Into::into),
            data: target.data,
            error: target.error.map(Into::into),
        }
    }
}

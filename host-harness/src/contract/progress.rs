//! The state of an operation between two steps, as the host stores it.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{Job, Outcome, PluginError, Refusal, Retry, Usage};
use crate::bindings::operations as wit;

/// How many refusals of an operation are kept.
const MOST_REFUSALS: usize = 16;

/// The state of an operation after a step.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Progress {
    /// Everything needed to continue. Opaque: store it byte for byte, and protect it as you protect
    /// parameters.
    pub checkpoint: String,
    /// What the next step does.
    pub next: NextStep,
    /// How long to wait before the next step. Running it earlier is allowed. `waitMs` in JSON.
    #[serde(rename = "waitMs", with = "super::millis")]
    pub wait: Duration,
    /// The targets, in the order in which they were named.
    pub targets: Vec<Target>,
    /// Why the last poll failed, if it did; the operation continues.
    pub trouble: Option<PluginError>,
    /// The final result; `None` while the operation runs.
    pub outcome: Option<Result<Outcome, PluginError>>,
    /// What the step cost.
    pub usage: Usage,
    /// What the host itself knows of the step, or of all steps so far: see
    /// [`Operation::progress`](crate::Operation::progress).
    #[serde(flatten)]
    pub facts: Facts,
}

impl Progress {
    /// Adds what the host knows. Of an operation that has ended, its outcome says it too.
    pub(crate) fn with(mut self, facts: Facts) -> Self {
        self.outcome = match self.outcome {
            Some(Ok(outcome)) => Some(Ok(outcome.with_refusals(&facts.refused))),
            Some(Err(error)) => Some(Err(facts.added_to(error))),
            None => None,
        };
        self.facts = facts;
        self
    }
}

/// What the host itself knows of the requests of a step.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct Facts {
    /// Whether a request that could change something may have been carried out, whatever the
    /// targets say. Always false for a [trusted](crate::HostBuilder::trusted) component, whose
    /// targets say it.
    pub changes_sent: bool,
    /// Requests that the host refused.
    pub refused: Vec<Refusal>,
}

impl Facts {
    /// Adds those of the steps before.
    pub(crate) fn after(mut self, before: &Self) -> Self {
        self.changes_sent |= before.changes_sent;
        let earlier = before.refused.iter().filter(|refusal| !self.refused.contains(refusal));
        let earlier: Vec<Refusal> = earlier.cloned().collect();
        self.refused.splice(0..0, earlier);
        self.refused.truncate(MOST_REFUSALS);
        self
    }

    /// Adds them to an error.
    pub(crate) fn added_to(&self, mut error: PluginError) -> PluginError {
        if self.changes_sent {
            error.retry = Retry::Unknown;
        }
        error.refused.clone_from(&self.refused);
        error
    }
}

/// What the next step of an operation does.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NextStep {
    /// Reads from the service. Safe to repeat.
    Look,
    /// Sends one request that changes something. Never advance this checkpoint twice.
    Send,
    /// Nothing: the operation has finished.
    None,
}

/// The state of a target.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TargetState {
    /// Nothing has been sent for it.
    Unsent,
    /// A request may have been sent; the service's records are being searched.
    InDoubt,
    /// The service is working on it.
    Running,
    /// It succeeded.
    Succeeded,
    /// It failed, or its result is unknown: see `error.retry`.
    Failed,
}

/// One target of an operation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Target {
    /// What the caller named and what it resolved to, as JSON.
    #[serde(with = "super::text")]
    pub name: String,
    /// Its current state.
    pub state: TargetState,
    /// The service's job for this target, once there is one.
    pub job: Option<Job>,
    /// Its result as JSON; returned once, by the step in which the target finished.
    #[serde(with = "super::optional_text", default)]
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
            facts: Facts::default(),
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

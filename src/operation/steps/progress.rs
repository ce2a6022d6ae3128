//! What the host gets to see of an operation after a step.

use serde_json::Value;

use super::{Operation, checkpoint};
use crate::client::Client;
use crate::error::Error;
use crate::operation::{Task, results};
use crate::outcome::{Job, Outcome, Usage};

/// What the next step does.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Next {
    /// It reads, and is safe to repeat.
    Look,
    /// It sends one request that changes something.
    Send,
    /// Nothing: the operation has ended.
    None,
}

/// The state of a target.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum TargetState {
    /// Nothing was sent for it.
    Unsent,
    /// A request may have been sent; the service's records are being searched.
    InDoubt,
    /// The service is working on it.
    Running,
    /// It succeeded.
    Succeeded,
    /// It failed, or ended in doubt.
    Failed,
}

impl TargetState {
    /// The state's name in the contract.
    pub fn name(self) -> &'static str {
        match self {
            Self::Unsent => "unsent",
            Self::InDoubt => "in-doubt",
            Self::Running => "running",
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
        }
    }
}

/// A target after a step.
#[derive(Debug)]
pub struct Target {
    /// What the caller named, with what it resolved to.
    pub name: Value,
    /// Its state.
    pub state: TargetState,
    /// The job that the service runs for it.
    pub job: Option<Job>,
    /// Its result as JSON text, if it ended in this step.
    pub data: Option<String>,
    /// Why it failed.
    pub error: Option<Error>,
}

/// An operation after a step.
#[derive(Debug)]
pub struct Progress {
    /// Everything needed to continue.
    pub checkpoint: String,
    /// What the next step does.
    pub next: Next,
    /// How long to wait before the next step, in milliseconds.
    pub wait_ms: u64,
    /// The targets in the order in which they were named.
    pub targets: Vec<Target>,
    /// Why the last step brought no news.
    pub trouble: Option<Error>,
    /// The outcome, once the operation has ended.
    pub outcome: Option<Result<Outcome, Error>>,
    /// What the step cost.
    pub usage: Usage,
}

impl Operation {
    /// Writes the checkpoint and returns the progress.
    pub(super) fn into_progress(mut self, client: &Client<'_>, usage: Usage) -> Progress {
        // A request in doubt is newer than the checkpoint that it was sent from, but not newer than
        // the polls that search for it.
        if self.tasks.iter().all(|task| task.doubt.is_none()) {
            self.service_time = client.latest_service_time(client.elapsed()).or(self.service_time);
        }
        let (next, wait_ms) = (self.next(), self.wait_ms(client.now().as_secs()));
        self.digest_args();
        let checkpoint = checkpoint::write(client.settings, &self);
        let targets = self
            .tasks
            .iter()
            .map(|task| target(results::worker(&self.tasks, task), task))
            .collect();
        let outcome = self.has_ended.then(|| self.conclude());
        Progress { checkpoint, next, wait_ms, targets, trouble: self.trouble, outcome, usage }
    }
}

fn target(done: &Task, task: &Task) -> Target {
    let state = match (&done.error, &done.record) {
        (Some(_), _) => TargetState::Failed,
        (None, _) if done.doubt.is_some() => TargetState::InDoubt,
        (None, Some(record)) if done.is_settled && record.state.is_final() => {
            TargetState::Succeeded
        }
        (None, Some(_)) => TargetState::Running,
        (None, None) if done.is_settled || done.data.is_some() => TargetState::Succeeded,
        (None, None) => TargetState::Unsent,
    };
    // A target is also new before its first step.
    let has_ended_now = done.ended_now && done.is_settled;
    let data = has_ended_now.then(|| results::data(done)).filter(|_| done.error.is_none());
    Target {
        name: task.target.clone(),
        state,
        job: results::job(done),
        data,
        error: done.error.clone(),
    }
}

//! What the host is shown of an operation after a step.

use serde_json::Value;

use super::{Operation, checkpoint};
use crate::client::Client;
use crate::error::Error;
use crate::operation::{Task, results};
use crate::outcome::{Job, Outcome, Usage};

/// What the next step does.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Next {
    /// Reads. Safe to repeat.
    Look,
    /// Sends one request that changes something.
    Send,
    /// Nothing: the operation has ended.
    None,
}

/// Where a target is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum TargetState {
    /// Nothing was sent for it.
    Unsent,
    /// A request may have been sent; the service's records are being searched.
    InDoubt,
    /// The service is working on it.
    Running,
    /// It is done.
    Succeeded,
    /// It failed, or ended in doubt.
    Failed,
}

impl TargetState {
    /// Its name in the contract.
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
    /// Where it is.
    pub state: TargetState,
    /// The job that the service runs for it.
    pub job: Option<Job>,
    /// What it yielded, as JSON text, if it ended in this step.
    pub data: Option<String>,
    /// Why it failed.
    pub error: Option<Error>,
}

/// An operation after a step.
#[derive(Debug)]
pub struct Progress {
    /// Everything needed to go on.
    pub checkpoint: String,
    /// What the next step does.
    pub next: Next,
    /// How long to wait before it, in milliseconds.
    pub wait_ms: u64,
    /// In the order in which they were named.
    pub targets: Vec<Target>,
    /// Why the last step told nothing, if it did not.
    pub trouble: Option<Error>,
    /// How it ended, once it has.
    pub outcome: Option<Result<Outcome, Error>>,
    /// What the step cost.
    pub usage: Usage,
}

impl Operation {
    /// Writes the state down, and shows it.
    pub(super) fn into_progress(mut self, client: &Client<'_>, usage: Usage) -> Progress {
        // What is in doubt is newer than the checkpoint from which it was sent, not than the looks
        // that search for it.
        if self.tasks.iter().all(|task| task.doubt.is_none()) {
            self.service_time = client.latest_service_time(client.elapsed()).or(self.service_time);
        }
        let (next, wait_ms) = (self.next(), self.wait_ms(client.now().as_secs()));
        self.digest();
        let checkpoint = checkpoint::write(client.settings, &self);
        let targets =
            self.tasks.iter().map(|task| target(results::done(&self.tasks, task), task)).collect();
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
    // A target is new before its first step as well.
    let has_ended_now = done.is_news && done.is_settled;
    let data = has_ended_now.then(|| results::data(done)).filter(|_| done.error.is_none());
    Target {
        name: task.target.clone(),
        state,
        job: results::job(done),
        data,
        error: done.error.clone(),
    }
}

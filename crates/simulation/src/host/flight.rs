//! An operation in flight: its journal, its calls and the state of its targets.

use std::ops::Range;
use std::time::Duration;

use defender_connector::error::Error;
use defender_connector::operation::{Progress, TargetState};
use defender_connector::outcome::{Outcome, Usage};

use super::journal::Journal;
use crate::judge::{Before, Report, Seen};
use crate::schedule::{Crash, Step, Stepwise};
use defender_stub::Entry;

/// A call of the connector for an operation, possibly shared with other operations.
pub(super) struct Call {
    /// Its requests, as a range of all requests.
    pub(super) sent: Range<usize>,
    pub(super) is_shared: bool,
}

pub(super) struct Flight<'s> {
    pub(super) stepwise: &'s Stepwise,
    /// The call, with its parameters.
    pub(super) step: Step,
    /// The index of the process that carries it out.
    pub(super) slot: usize,
    pub(super) before: Option<Before>,
    /// The number of steps begun.
    pub(super) steps: u32,
    pub(super) journal: Option<Journal>,
    /// When the next step is due.
    pub(super) due: Duration,
    pub(super) calls: Vec<Call>,
    /// The mark that its requests put before their comments.
    pub(super) mark: String,
    /// The latest state of each target.
    pub(super) seen: Vec<Seen>,
    /// Targets whose request may have been sent by a process that then died.
    pub(super) killed: Vec<usize>,
    pub(super) usage: Usage,
    pub(super) is_judged: bool,
    /// The outcome, once it has ended.
    pub(super) outcome: Option<Result<Outcome, Error>>,
}

impl<'s> Flight<'s> {
    pub(super) fn new(step: &Step, stepwise: &'s Stepwise, due: Duration) -> Self {
        Self {
            stepwise,
            step: step.clone(),
            slot: usize::from(stepwise.elsewhere),
            before: None,
            steps: 0,
            journal: None,
            due,
            calls: Vec::new(),
            mark: String::new(),
            seen: Vec::new(),
            killed: Vec::new(),
            usage: Usage::default(),
            is_judged: false,
            outcome: None,
        }
    }

    pub(super) fn has_ended(&self) -> bool {
        self.outcome.is_some()
    }

    /// The crash planned for the next step.
    pub(super) fn crash(&self) -> Option<&'s Crash> {
        self.stepwise.crashes.iter().find(|crash| crash.at == self.steps)
    }

    /// The target whose request the next step sends.
    pub(super) fn next_target(&self) -> Option<usize> {
        self.seen.iter().position(|target| target.state == TargetState::Unsent)
    }

    /// Applies a step's progress.
    ///
    /// # Errors
    ///
    /// A target's data is returned twice.
    pub(super) fn take(&mut self, progress: &Progress) -> Result<(), String> {
        let before = std::mem::take(&mut self.seen);
        for (n, target) in progress.targets.iter().enumerate() {
            let given = before.get(n).and_then(|seen| seen.data.clone());
            if given.is_some() && target.data.is_some() {
                return Err(format!("its data is given twice: {target:?}"));
            }
            self.seen.push(Seen {
                state: target.state,
                job: target.job.as_ref().map(|job| job.to_json()),
                data: given.or(target.data.clone()),
                error: target.error.as_ref().map(Error::to_json),
            });
        }
        Ok(())
    }

    /// The data to judge, once the operation has ended.
    pub(super) fn report(&self, ledger: &[Entry]) -> Option<Report<'_>> {
        let jobs = self.seen.iter().filter_map(|target| target.job.as_ref()?["id"].as_str());
        let named = ["id", "actionId", "machineId"]
            .into_iter()
            .filter_map(|name| self.step.params[name].as_str());
        let about: Vec<&str> =
            jobs.chain(named).chain(self.step.machines.iter().map(String::as_str)).collect();
        let is_own = |entry: &Entry| {
            let of = |id: &&str| {
                !id.is_empty() && (entry.path.contains(*id) || entry.query.contains(*id))
            };
            // The full machine list names no target, so match it by action.
            let is_list = self.step.action == "getAgentList" && entry.path == "/api/machines";
            entry.host.starts_with("login.") || is_list || about.iter().any(of)
        };
        let mut sent = Vec::new();
        for call in &self.calls {
            let entries = ledger[call.sent.clone()].iter();
            sent.extend(entries.filter(|entry| !call.is_shared || is_own(entry)).cloned());
        }
        Some(Report {
            step: &self.step,
            before: self.before.as_ref()?,
            mark: &self.mark,
            sent,
            seen: &self.seen,
            killed: &self.killed,
            outcome: self.outcome.as_ref()?,
            is_quoted: self
                .calls
                .last()
                .is_some_and(|call| !call.is_shared && !call.sent.is_empty()),
        })
    }
}

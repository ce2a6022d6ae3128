//! The part of an operation that concerns one machine.

use serde_json::Value;

use super::doubt::Doubt;
use super::reversal::Reversal;
use crate::error::{Error, Kind, Retry};
use crate::outcome::{Outcome, Warning};
use crate::response::{Record, RequestedJob, Sanitizer};
use crate::schema::Params;

/// The part of an operation that concerns one machine, and its progress.
#[derive(Clone, Debug)]
pub(crate) struct Task {
    /// What the caller named, with what it resolved to; part of the results of several targets.
    pub(super) target: Value,
    /// The parameters, including the machine's `id`.
    pub(super) params: Params,
    /// Index of an earlier task for the same machine, which does the work.
    pub(super) same_as: Option<usize>,
    /// The machine action, once known.
    pub(super) record: Option<Record>,
    /// Whether the machine action existed before.
    pub(super) adopted: bool,
    /// The result, if it is not the machine action itself.
    pub(super) data: Option<String>,
    /// What is known about a machine action that will undo it.
    pub(super) reversal: Reversal,
    /// Warnings about a success.
    pub(super) warnings: Vec<Warning>,
    /// The error, if it failed.
    pub(super) error: Option<Error>,
    /// A request that may have been sent and is being searched for.
    pub(super) doubt: Option<Doubt>,
    /// Whether it ended in this step.
    pub(super) ended_now: bool,
    /// Whether it has ended and its result was returned.
    pub(super) is_settled: bool,
}

impl Task {
    /// Creates a task that has not started.
    pub(super) fn new(target: Value, params: Params) -> Self {
        Self {
            target,
            params,
            same_as: None,
            record: None,
            adopted: false,
            data: None,
            reversal: Reversal::NotChecked,
            warnings: Vec::new(),
            error: None,
            doubt: None,
            ended_now: true,
            is_settled: false,
        }
    }

    /// The machine's device ID.
    pub(super) fn machine(&self) -> &str {
        self.params.text("id").unwrap_or_default()
    }

    /// The machine action's ID. A task that only waits has it as its own `id`.
    pub(super) fn job_id(&self) -> &str {
        self.record.as_ref().map_or(self.machine(), |record| &record.id)
    }

    /// Whether it still has to be sent.
    pub(super) fn is_open(&self) -> bool {
        self.same_as.is_none()
            && self.error.is_none()
            && self.record.is_none()
            && self.data.is_none()
            && self.doubt.is_none()
            && !self.is_settled
    }

    /// Takes over what a poll showed of its machine action. An ID stands for one machine action: a
    /// record with another type or machine is an error, and one without type, machine or status
    /// proves nothing.
    pub(super) fn observe(&mut self, record: Record, clean: &Sanitizer) {
        if !(record.is_machine_action() && record.has_status()) {
            return;
        }
        let is_other = |before: &Record| {
            ["type", "machineId"].iter().any(|name| {
                let before = before.text(name);
                !before.is_empty() && !record.may_be(name, &before)
            })
        };
        if self.record.as_ref().is_some_and(is_other) {
            self.error = Some(other(&record, "another one", clean));
        }
        self.record = Some(record);
        // What was running before may have ended since, and something else may have started.
        self.reversal = Reversal::NotChecked;
    }

    /// Stores the outcome of a call.
    pub(super) fn take(&mut self, outcome: Outcome) {
        self.data = Some(outcome.data);
        self.warnings = outcome.warnings;
    }

    /// Compares the machine action with the request.
    pub(super) fn verify(&mut self, wanted: &RequestedJob<'_>, clean: &Sanitizer) {
        if let Some(record) = self.record.as_ref().filter(|_| self.error.is_none())
            && let Some(mismatch) = record.mismatch(wanted, false)
        {
            self.error = Some(other(record, mismatch, clean));
        }
    }

    /// Adopts a machine action that existed before.
    pub(super) fn adopt(&mut self, record: Record) {
        self.record = Some(record);
        self.adopted = true;
    }
}

fn other(record: &Record, mismatch: &str, clean: &Sanitizer) -> Error {
    let message = format!(
        "The service's record of machine action {} does not match the one that was followed ({mismatch}): check with `getActions`.",
        clean.text(&record.id)
    );
    Error::new(Kind::MalformedResponse, message)
        .with_retry(Retry::Unknown)
        .with_detail("machineAction", record.summary_json(clean))
}

//! One machine's part of an operation.

use serde_json::Value;

use super::reversal::Undoing;
use super::steps::Doubt;
use crate::error::{Error, Kind, Retry};
use crate::outcome::{Outcome, Warning};
use crate::response::{Record, Sanitizer, Wanted};
use crate::schema::Input;

/// One machine's part of an operation, and how far it is.
#[derive(Clone, Debug)]
pub(crate) struct Task {
    /// What was named, with what it stands for: shown in the result of many.
    pub(super) target: Value,
    /// The parameters, with the machine's own `id`.
    pub(super) params: Input,
    /// Another part that is about the same machine and does the work.
    pub(super) same_as: Option<usize>,
    /// The machine action, once there is one.
    pub(super) record: Option<Record>,
    /// Whether it had been started before.
    pub(super) adopted: bool,
    /// The result, if it is not the machine action itself.
    pub(super) data: Option<String>,
    /// What is known of what will undo it.
    pub(super) undoing: Undoing,
    /// What to know about it although it went well.
    pub(super) warnings: Vec<Warning>,
    /// Why it failed, if it did.
    pub(super) error: Option<Error>,
    /// A request that may have been sent and is searched for.
    pub(super) doubt: Option<Doubt>,
    /// Whether it has ended in this step.
    pub(super) is_news: bool,
    /// Whether it has ended, and what came of it was said.
    pub(super) is_settled: bool,
}

impl Task {
    /// A part that is still to be done.
    pub(super) fn new(target: Value, params: Input) -> Self {
        Self {
            target,
            params,
            same_as: None,
            record: None,
            adopted: false,
            data: None,
            undoing: Undoing::NotLooked,
            warnings: Vec::new(),
            error: None,
            doubt: None,
            is_news: true,
            is_settled: false,
        }
    }

    /// The machine's device ID.
    pub(super) fn machine(&self) -> &str {
        self.params.text("id").unwrap_or_default()
    }

    /// The machine action's identifier. A task that only waits has it for its own.
    pub(super) fn job_id(&self) -> &str {
        self.record.as_ref().map_or(self.machine(), |record| &record.id)
    }

    /// Whether nothing has come of it yet.
    pub(super) fn is_open(&self) -> bool {
        self.same_as.is_none()
            && self.error.is_none()
            && self.record.is_none()
            && self.data.is_none()
            && self.doubt.is_none()
            && !self.is_settled
    }

    /// Takes what a look showed of its machine action. An identifier stands for one action: what
    /// has become another type of action, or one of another machine, proves nothing; nor does one
    /// that does not say what is done to which machine, or how far it is.
    pub(super) fn see(&mut self, record: Record, clean: &Sanitizer) {
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
        // What was under way before may have ended since, and something else begun.
        self.undoing = Undoing::NotLooked;
    }

    /// Takes what a call yielded.
    pub(super) fn take(&mut self, outcome: Outcome) {
        self.data = Some(outcome.data);
        self.warnings = outcome.warnings;
    }

    /// Compares the machine action with what was asked for.
    pub(super) fn verify(&mut self, wanted: &Wanted<'_>, clean: &Sanitizer) {
        if let Some(record) = self.record.as_ref().filter(|_| self.error.is_none())
            && let Some(difference) = record.difference(wanted, false)
        {
            self.error = Some(other(record, difference, clean));
        }
    }

    /// Takes a machine action over that had been started before.
    pub(super) fn adopt(&mut self, record: Record) {
        self.record = Some(record);
        self.adopted = true;
    }
}

fn other(record: &Record, difference: &str, clean: &Sanitizer) -> Error {
    let message = format!(
        "The service has another record for machine action {} than for the one that was followed ({difference}): look at `getActions`.",
        clean.text(&record.id)
    );
    Error::new(Kind::MalformedResponse, message)
        .with_retry(Retry::Unknown)
        .with_detail("machineAction", record.shown(clean))
}

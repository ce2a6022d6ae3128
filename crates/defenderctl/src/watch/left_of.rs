//! Where the targets of an operation are, for what comes before it and after it.

use host_harness::operation::{Progress, TargetState};

use super::rows::{Row, counts, name, rows};
use super::{Watch, left};
use crate::calls::Record;
use crate::failure::Failure;
use crate::json::list;

/// How many targets are named in a row of a table.
const NAMES: usize = 3;

/// Where the targets of an operation are.
pub(crate) struct LeftOf(pub(super) Vec<Row>);

impl LeftOf {
    /// What the journal of a call says.
    pub(crate) fn of(progress: &Progress, is_sending: bool, record: &Record) -> Self {
        Self(rows(progress, is_sending, &record.found, &record.names))
    }

    /// Of a call whose journal cannot be read.
    pub(crate) fn nothing() -> Self {
        Self(Vec::new())
    }

    /// A line for each target: its state, its job and why it failed.
    pub(crate) fn lines(&self) -> Vec<String> {
        self.0.iter().map(left::line).collect()
    }

    /// The same for programs.
    pub(crate) fn targets(&self) -> String {
        list(self.0.iter().map(left::document))
    }

    /// Whether a request of the call may have been carried out.
    pub(crate) fn may_be_carried_out(&self) -> bool {
        self.0.iter().any(Row::may_be_carried_out)
    }

    /// What people call the first target.
    pub(crate) fn label(&self) -> Option<String> {
        self.0.first().map(|row| row.label.clone())
    }

    /// What people call the targets, as many as a line has room for.
    pub(crate) fn labels(&self) -> String {
        let labels: Vec<&str> = self.0.iter().map(|row| row.label.as_str()).collect();
        match labels.get(NAMES..) {
            Some(more @ [_, ..]) => {
                format!("{} and {} more", labels[..NAMES].join(", "), more.len())
            }
            _ => labels.join(", "),
        }
    }

    /// A failure of what follows the operation, with what it leaves behind.
    pub(crate) fn added_to(&self, failure: Failure, watch: &Watch<'_>) -> Failure {
        watch.left(&self.0).added_to(failure)
    }

    /// For programs.
    pub(crate) fn document(&self, watch: &Watch<'_>) -> String {
        watch.left(&self.0).document()
    }

    /// The failure of an interruption.
    pub(crate) fn interrupted(&self, watch: &Watch<'_>) -> Failure {
        watch.left(&self.0).failure()
    }

    /// What people call the targets for which nothing was sent.
    pub(crate) fn unsent(&self) -> Vec<String> {
        let unsent = self.0.iter().filter(|row| row.state == TargetState::Unsent);
        unsent.map(|row| row.label.clone()).collect()
    }

    /// How many targets are in which state.
    pub(crate) fn counts(&self) -> String {
        counts(&self.0, |row| name(row.state))
    }
}

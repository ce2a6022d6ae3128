//! Where the targets of an operation are, for what comes before it and after it.

use host_harness::operation::{Progress, TargetState};

use super::rows::{Row, counts, name, rows};
use super::{Watch, left};
use crate::calls::Record;
use crate::failure::Failure;
use crate::json::list;
use crate::machines::Names;

/// How many targets are named in a row of a table.
const NAMES: usize = 3;

/// Where the targets of an operation are.
#[derive(Default)]
pub(crate) struct LeftOf {
    pub(super) rows: Vec<Row>,
    /// Whether the host has sent what may have been carried out, whatever the targets say.
    pub(super) is_sent: bool,
}

impl LeftOf {
    /// What the journal of a call says.
    pub(crate) fn of(progress: &Progress, is_sending: bool, record: &Record) -> Self {
        Self::new(progress, is_sending, (&record.found, &record.names))
    }

    /// `is_sending`: it is not known whether the next request was sent.
    pub(super) fn new(
        progress: &Progress,
        is_sending: bool,
        (found, names): (&[usize], &Names),
    ) -> Self {
        let rows = rows(progress, is_sending, found, names);
        Self { rows, is_sent: progress.facts.changes_sent || is_sending }
    }

    /// A line for each target: its state, its job and why it failed.
    pub(crate) fn lines(&self) -> Vec<String> {
        self.rows.iter().map(left::line).collect()
    }

    /// The same for programs.
    pub(crate) fn targets(&self) -> String {
        list(self.rows.iter().map(left::document))
    }

    /// Whether a request of the call may have been carried out.
    pub(crate) fn may_be_carried_out(&self) -> bool {
        self.is_sent || self.rows.iter().any(Row::may_be_carried_out)
    }

    /// What people call the first target.
    pub(crate) fn label(&self) -> Option<String> {
        self.rows.first().map(|row| row.label.clone())
    }

    /// What people call the targets, as many as a line has room for.
    pub(crate) fn labels(&self) -> String {
        let labels: Vec<&str> = self.rows.iter().map(|row| row.label.as_str()).collect();
        match labels.get(NAMES..) {
            Some(more @ [_, ..]) => {
                format!("{} and {} more", labels[..NAMES].join(", "), more.len())
            }
            _ => labels.join(", "),
        }
    }

    /// A failure of what follows the operation, with what it leaves behind.
    pub(crate) fn added_to(&self, failure: Failure, watch: &Watch<'_>) -> Failure {
        watch.left(self).added_to(failure)
    }

    /// For programs.
    pub(crate) fn document(&self, watch: &Watch<'_>) -> String {
        watch.left(self).document()
    }

    /// The failure of an interruption.
    pub(crate) fn interrupted(&self, watch: &Watch<'_>) -> Failure {
        watch.left(self).failure()
    }

    /// What people call the targets for which nothing was sent.
    pub(crate) fn unsent(&self) -> Vec<String> {
        let unsent = self.rows.iter().filter(|row| row.state == TargetState::Unsent);
        unsent.map(|row| row.label.clone()).collect()
    }

    /// How many targets are in which state.
    pub(crate) fn counts(&self) -> String {
        counts(&self.rows, |row| name(row.state))
    }
}

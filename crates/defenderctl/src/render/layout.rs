//! How a result is laid out: which members are shown, as what, and in which form.

use std::collections::HashSet;

use serde_json::value::RawValue;
use serde_json::{Map, Value};
use time::OffsetDateTime;

use super::columns::{columns, fitting};
use super::headings::{heading, members};
use crate::ago;
use crate::json::{Members, cell};
use crate::machines::Names;

/// What a screen shows of a job, in this order; `-o wide` shows all of it.
pub(super) const JOB: [&str; 14] = [
    "computerDnsName",
    "type",
    "scope",
    "status",
    "errorHResult",
    "commands",
    "requestorComment",
    "requestor",
    "creationDateTimeUtc",
    "lastUpdateDateTimeUtc",
    "cancellationRequestor",
    "cancellationComment",
    "troubleshootInfo",
    "id",
];

/// How a result is laid out.
#[derive(Clone, Copy)]
pub(super) struct Layout<'a> {
    /// Whether it is fitted to a screen: not for a file, a program or `wide`.
    pub(super) on_screen: bool,
    /// How wide that is, if it is known.
    pub(super) width: Option<usize>,
    /// The columns that were asked for; empty: those of the schema.
    pub(super) columns: &'a [String],
    /// Whether the records are jobs, whose IDs are as short on a screen as they can be.
    pub(super) has_jobs: bool,
    /// Whether it has what scripts printed on many machines: not if that was printed before.
    pub(super) has_output: bool,
    /// What machines are called.
    pub(super) names: &'a Names,
    /// What times are relative to, on a screen.
    pub(super) now: OffsetDateTime,
}

impl Layout<'_> {
    /// The columns of these records, and how many more the screen has no room for.
    pub(super) fn columns(&self, schema: &str, records: &[Members<'_>]) -> (Vec<String>, usize) {
        if !self.columns.is_empty() {
            return (members(self.columns, records), 0);
        }
        let all = columns(schema, records);
        let id_length = id_length(records);
        let cells = |name: &str| {
            let values = records.iter().filter_map(|record| record.get(name));
            values.map(|value| self.cell(name, value, id_length)).collect()
        };
        let shown = fitting(&all, self.width, cells);
        let hidden = all.len() - shown.len();
        (shown, hidden)
    }

    /// A value in a table: on a screen, a time is how long ago it was, a list of records is how
    /// many there are, and the ID of a job is as short as it can be.
    pub(super) fn cell(&self, name: &str, value: &RawValue, id_length: usize) -> String {
        let text = cell(value);
        if !self.on_screen {
            return text;
        }
        if self.has_jobs && name == "id" {
            return text.chars().take(id_length).collect();
        }
        match serde_json::from_str::<Vec<Map<String, Value>>>(value.get()) {
            Ok(records) if !records.is_empty() => records.len().to_string(),
            _ => ago::relative(&text, self.now).unwrap_or(text),
        }
    }

    /// A value on a line of its own: a time on a screen is in seconds, with how long ago it was.
    pub(super) fn line(&self, value: &RawValue) -> String {
        let text = cell(value);
        if self.on_screen { ago::with_time(&text, self.now).unwrap_or(text) } else { text }
    }

    /// What a member is called.
    pub(super) fn heading<'n>(&self, member: &'n str) -> &'n str {
        if self.on_screen { heading(member) } else { member }
    }

    /// Whether a record is a job that is shown in short.
    pub(super) fn shortens(&self, record: &Members<'_>) -> bool {
        let has = |member: &&str| record.get(member).is_some();
        let is_job = ["type", "status", "requestor", "machineId"].iter().all(has);
        self.on_screen && self.columns.is_empty() && is_job
    }

    /// Whether a member of a record is shown.
    pub(super) fn shows(&self, record: &Members<'_>, name: &str, value: &RawValue) -> bool {
        if !self.columns.is_empty() {
            return self.columns.iter().any(|column| column == name || column == heading(name));
        }
        let says_something = !matches!(value.get(), "0" | "[]");
        !self.shortens(record) || JOB.contains(&name) && says_something
    }
}

/// How short the IDs of these records can be.
pub(super) fn id_length(records: &[Members<'_>]) -> usize {
    let ids = records.iter().filter_map(|record| record.text("id"));
    unique_length(&ids.collect::<Vec<_>>())
}

/// As few characters, and eight at least, as tell these IDs apart.
pub(crate) fn unique_length(ids: &[String]) -> usize {
    let longest = ids.iter().map(String::len).max().unwrap_or_default();
    let tells_apart = |length: &usize| {
        let cut: HashSet<String> =
            ids.iter().map(|id| id.chars().take(*length).collect()).collect();
        cut.len() == ids.iter().collect::<HashSet<_>>().len()
    };
    (8..longest).find(tells_apart).unwrap_or(longest)
}

//! A human-readable result: lists and many machines as tables, a record as lines, a script's output
//! as it was.

use std::collections::HashSet;

use serde_json::value::RawValue;
use serde_json::{Map, Value};
use time::OffsetDateTime;

use super::columns::{columns, fitting};
use super::headings::{heading, members};
use crate::ago;
use crate::json::{Members, cell, find, pretty, text_of};
use crate::style::{clean, clean_line};
use crate::table;

/// The members of what a script left.
const SCRIPT: [&str; 3] = ["exit_code", "script_output", "script_errors"];

/// What a screen shows of a job; `-o wide` shows all of it.
const JOB: [&str; 12] = [
    "computerDnsName",
    "type",
    "status",
    "scope",
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
    /// What times are relative to, on a screen.
    pub(super) now: OffsetDateTime,
}

impl Layout<'_> {
    /// The columns of these records, and how many more the screen has no room for.
    fn columns(&self, schema: &str, records: &[Members<'_>]) -> (Vec<String>, usize) {
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

    /// A value in a table: on a screen, a time is how long ago it was, a list of records is how many
    /// there are, and the ID of a job is as short as it can be.
    fn cell(&self, name: &str, value: &RawValue, id_length: usize) -> String {
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
    fn line(&self, value: &RawValue) -> String {
        let text = cell(value);
        if self.on_screen { ago::with_time(&text, self.now).unwrap_or(text) } else { text }
    }

    /// What a member is called.
    fn heading<'n>(&self, member: &'n str) -> &'n str {
        if self.on_screen { heading(member) } else { member }
    }

    /// Whether a member of a record is shown.
    fn shows(&self, members: &Members<'_>, name: &str, value: &RawValue) -> bool {
        if !self.columns.is_empty() {
            return self.columns.iter().any(|column| column == name || column == heading(name));
        }
        let is_job = ["type", "status", "requestor", "machineId"]
            .iter()
            .all(|member| members.get(member).is_some());
        if !self.on_screen || !is_job {
            return true;
        }
        JOB.contains(&name) || name == "errorHResult" && value.get() != "0"
    }
}

/// The data of a result. `schema` is the action's own for it.
pub(super) fn people(data: &str, schema: &str, layout: Layout<'_>) -> String {
    let text = match Members::of(data) {
        Some(members) => object(&members, schema, layout),
        None if data.trim_start().starts_with('"') => text_of(data.trim()),
        None => pretty(data),
    };
    clean(&text)
}

/// What a table does not show and a reader should know: columns without room.
pub(super) fn notes(data: &str, schema: &str, layout: Layout<'_>) -> Vec<String> {
    let Some(members) = Members::of(data) else { return Vec::new() };
    let Some(list) = members.list() else { return Vec::new() };
    let records: Vec<Members<'_>> =
        list.iter().filter_map(|record| Members::of(record.get())).collect();
    let (_, hidden) = layout.columns(schema, &records);
    if hidden == 0 || list.iter().any(|record| is_target(record)) {
        return Vec::new();
    }
    let columns = if hidden == 1 { "column" } else { "columns" };
    vec![format!("{hidden} {columns} hidden (terminal too narrow): `-o wide` shows all")]
}

fn object(members: &Members<'_>, schema: &str, layout: Layout<'_>) -> String {
    match members.list() {
        Some(list) if list.iter().any(|record| is_target(record)) => targets(&list, layout),
        Some(list) => rows(&list, schema, layout),
        None if SCRIPT.iter().any(|name| members.get(name).is_some()) => script(members),
        None => members
            .get("text")
            .filter(|_| members.0.len() == 1)
            .map_or_else(|| record(members, schema, layout), cell),
    }
}

/// The records of a list.
fn rows(list: &[&RawValue], schema: &str, layout: Layout<'_>) -> String {
    if list.is_empty() {
        return "nothing found".into();
    }
    let records: Vec<Members<'_>> =
        list.iter().filter_map(|record| Members::of(record.get())).collect();
    let (shown, _) = layout.columns(schema, &records);
    if records.len() < list.len() || shown.is_empty() {
        return list.iter().map(|value| clean_line(&cell(value))).collect::<Vec<_>>().join("\n");
    }
    let id_length = id_length(&records);
    let row = |record: &Members<'_>| {
        let cell = |name: &String| {
            record.get(name).map_or_else(String::new, |value| layout.cell(name, value, id_length))
        };
        shown.iter().map(cell).collect()
    };
    let headings: Vec<String> = shown.iter().map(|name| layout.heading(name).to_owned()).collect();
    table::columns(&headings, records.iter().map(row), layout.on_screen)
}

/// How short the IDs of these records can be.
fn id_length(records: &[Members<'_>]) -> usize {
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

fn is_target(record: &RawValue) -> bool {
    Members::of(record.get())
        .is_some_and(|record| record.get("target").is_some() && record.get("status").is_some())
}

/// The result of each of many machines, and below that what scripts printed there.
fn targets(list: &[&RawValue], layout: Layout<'_>) -> String {
    // What is no record is shown as it is: leaving it out would leave out a machine.
    let records: Vec<Members<'_>> = list
        .iter()
        .map(|record| {
            Members::of(record.get())
                .unwrap_or_else(|| Members(vec![("target".to_owned(), *record)]))
        })
        .collect();
    let at = |record: &Members<'_>, path: &[&str]| {
        let (first, rest) = path.split_first()?;
        find(record.get(first)?.get(), rest).map(text_of)
    };
    let name = |record: &Members<'_>| {
        let names = [
            &["target", "computerDnsName"][..],
            &["data", "computerDnsName"],
            &["target", "id"],
            &["target"],
        ];
        names.into_iter().find_map(|path| at(record, path)).unwrap_or_default()
    };
    let row = |record: &Members<'_>| {
        let error = [at(record, &["error", "kind"]), at(record, &["error", "message"])]
            .into_iter()
            .flatten();
        vec![
            name(record),
            record.text("status").unwrap_or_default(),
            at(record, &["job", "state"]).unwrap_or_default(),
            at(record, &["job", "id"]).unwrap_or_default(),
            error.collect::<Vec<_>>().join(": "),
        ]
    };
    let headings = ["TARGET", "STATUS", "STATE", "JOB", "ERROR"].map(str::to_owned);
    let mut text = table::columns(&headings, records.iter().map(row), layout.on_screen);
    for record in records.iter().filter(|_| layout.has_output) {
        // As text the connector passes on what it could not parse.
        let data = record.get("data").map(cell).unwrap_or_default();
        if let Some(output) = script_output(&name(record), &data) {
            text += &format!("\n\n{output}");
        }
    }
    text
}

/// What a script printed on a machine, below the machine's name. `None` if the data is of no
/// script.
pub(crate) fn script_output(machine: &str, data: &str) -> Option<String> {
    let data = Members::of(data)?;
    let is_script = SCRIPT.iter().any(|member| data.get(member).is_some());
    is_script.then(|| format!("{}:\n{}", clean_line(machine), quoted(&script(&data))))
}

/// The lines marked as what a machine printed, so that they cannot pass for another machine's or
/// for this program's.
fn quoted(text: &str) -> String {
    clean(text).lines().map(|line| format!("| {line}")).collect::<Vec<_>>().join("\n")
}

/// What a script left: its exit code if it failed, what it wrote, and what it wrote as errors.
fn script(members: &Members<'_>) -> String {
    let text = |name| members.text(name).filter(|text| !text.trim().is_empty());
    let mut parts = Vec::new();
    if let Some(code) = text("exit_code").filter(|code| code != "0") {
        parts.push(format!("exit code {code}"));
    }
    parts.extend(text("script_output").map(|output| output.trim_end().to_owned()));
    parts.extend(text("script_errors").map(|errors| format!("errors:\n{}", errors.trim_end())));
    if parts.is_empty() { "the script printed nothing".into() } else { parts.join("\n") }
}

/// A record, member by member: those that the schema names first. What is null is left out, and
/// what tells of the protocol alone.
fn record(members: &Members<'_>, schema: &str, layout: Layout<'_>) -> String {
    let mut members: Vec<(&String, String)> = members
        .0
        .iter()
        .filter(|(name, value)| value.get() != "null" && !name.starts_with('@'))
        .filter(|(name, value)| layout.shows(members, name, value))
        .map(|(name, value)| (name, layout.line(value)))
        .collect();
    let named = named(schema);
    let rank = |name: &str| named.iter().position(|known| known == name).unwrap_or(named.len());
    members.sort_by_key(|(name, _)| rank(name));
    let members: Vec<(String, String)> = members
        .into_iter()
        .map(|(name, value)| (clean_line(layout.heading(name)), value))
        .collect();
    let width = members.iter().map(|(name, _)| name.chars().count()).max().unwrap_or_default();
    let indent = format!("\n{}", " ".repeat(width + 2));
    let line = |(name, value): &(String, String)| {
        format!("{name:<width$}  {}", value.trim_end().replace('\n', &indent))
    };
    members.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// The members that a schema names, or those of its choices, in its order.
fn named(schema: &str) -> Vec<String> {
    let choices: Vec<&RawValue> = find(schema, &["anyOf"])
        .and_then(|json| serde_json::from_str(json).ok())
        .unwrap_or_default();
    let schemas = choices.iter().map(|choice| choice.get()).chain([schema]);
    let members = schemas.filter_map(|schema| find(schema, &["properties"]).and_then(Members::of));
    members.flat_map(|members| members.0).map(|(name, _)| name).collect()
}

#[cfg(test)]
mod tests;

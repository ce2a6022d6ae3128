//! A human-readable result: lists and many machines as tables, a record as lines, a script's output
//! as it was.

use std::collections::HashSet;

use serde_json::value::RawValue;
use serde_json::{Map, Value};
use time::OffsetDateTime;

use super::columns::{columns, fitting};
use super::when;
use crate::json::{Members, cell, find, pretty, text_of};
use crate::style::{clean, clean_line};
use crate::table;

/// The members of what a script left.
const SCRIPT: [&str; 3] = ["exit_code", "script_output", "script_errors"];

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
            return (self.columns.to_vec(), 0);
        }
        let all = columns(schema, records);
        let shown = fitting(&all, records, self.width, |value| self.cell(value));
        let hidden = all.len() - shown.len();
        (shown, hidden)
    }

    /// A value in a table: on a screen a time is how long ago it was, and a list of records is how
    /// many there are.
    fn cell(&self, value: &RawValue) -> String {
        let text = cell(value);
        if !self.on_screen {
            return text;
        }
        match serde_json::from_str::<Vec<Map<String, Value>>>(value.get()) {
            Ok(records) if !records.is_empty() => records.len().to_string(),
            _ => when::relative(&text, self.now).unwrap_or(text),
        }
    }

    /// A value on a line of its own: a time on a screen with how long ago it was.
    fn line(&self, value: &RawValue) -> String {
        let text = cell(value);
        match when::relative(&text, self.now).filter(|_| self.on_screen) {
            Some(when) => format!("{text} ({when})"),
            None => text,
        }
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
    let ids = records.iter().filter_map(|record| record.text("id"));
    let cut = unique_length(&ids.collect::<Vec<_>>());
    let row = |record: &Members<'_>| {
        let cell = |name: &String| {
            let text = record.get(name).map(|value| layout.cell(value))?;
            let is_cut = layout.on_screen && layout.has_jobs && name == "id";
            Some(if is_cut { text.chars().take(cut).collect() } else { text })
        };
        shown.iter().map(|name| cell(name).unwrap_or_default()).collect()
    };
    table::columns(&shown, records.iter().map(row), layout.on_screen)
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
    let headings = ["TARGET", "STATUS", "STATE", "MACHINE ACTION", "ERROR"].map(str::to_owned);
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
        .filter(|(name, _)| layout.columns.is_empty() || layout.columns.contains(name))
        .map(|(name, value)| (name, layout.line(value)))
        .collect();
    let named = named(schema);
    let rank = |name: &str| named.iter().position(|known| known == name).unwrap_or(named.len());
    members.sort_by_key(|(name, _)| rank(name));
    let members: Vec<(String, String)> =
        members.into_iter().map(|(name, value)| (clean_line(name), value)).collect();
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

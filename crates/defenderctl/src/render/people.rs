//! A human-readable result: lists and many machines as tables, a record as lines, a script's output
//! as it was.

use serde_json::value::RawValue;

use super::layout::{JOB, Layout, id_length, unique_length};
use crate::json::{Members, cell, find, pretty, text_of};
use crate::style::{clean, clean_line};
use crate::table;

/// The members of what a script left.
const SCRIPT: [&str; 3] = ["exit_code", "script_output", "script_errors"];

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
    // The record of a job that failed is in the error.
    let job = |record: &Members<'_>, member: &str| {
        let found = |name| at(record, &["error", "details", name, member]);
        at(record, &["job", member])
            .or_else(|| ["job", "machineAction"].into_iter().find_map(found))
    };
    let name = |record: &Members<'_>| {
        let id = at(record, &["target", "id"]);
        let known = id.as_deref().and_then(|id| layout.names.name(id)).map(str::to_owned);
        let names = [&["target", "computerDnsName"][..], &["data", "computerDnsName"]];
        let named = names.into_iter().find_map(|path| at(record, path)).or(known);
        let named = named.or_else(|| job(record, "computerDnsName"));
        named.or(id).or_else(|| at(record, &["target"])).unwrap_or_default()
    };
    let error = |record: &Members<'_>| {
        let parts = ["kind", "message"].map(|member| at(record, &["error", member]));
        parts.into_iter().flatten().collect::<Vec<_>>().join(": ")
    };
    let ids: Vec<String> = records.iter().filter_map(|record| job(record, "id")).collect();
    let id_length = if layout.on_screen { unique_length(&ids) } else { usize::MAX };
    let row = |record: &Members<'_>| {
        let state = job(record, "state").or_else(|| job(record, "status"));
        let id: String = job(record, "id").unwrap_or_default().chars().take(id_length).collect();
        let status = record.text("status").unwrap_or_default();
        let mut row = vec![name(record), status, state.unwrap_or_default(), id];
        row.extend((!layout.on_screen).then(|| error(record)));
        row
    };
    let headings = ["TARGET", "STATUS", "STATE", "JOB", "ERROR"].map(str::to_owned);
    let shown = if layout.on_screen { &headings[..4] } else { &headings };
    let mut text = table::columns(shown, records.iter().map(row), layout.on_screen);
    // Beside the other columns a screen has no room for a sentence.
    for record in records.iter().filter(|record| layout.on_screen && !error(record).is_empty()) {
        text += &format!("\n{}: {}", clean_line(&name(record)), clean_line(&error(record)));
    }
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
    let is_short = layout.shortens(members);
    let mut members: Vec<(&String, String)> = members
        .0
        .iter()
        .filter(|(name, value)| value.get() != "null" && !name.starts_with('@'))
        .filter(|(name, value)| layout.shows(members, name, value))
        .map(|(name, value)| (name, layout.line(value)))
        .collect();
    let named =
        if is_short { JOB.iter().map(|name| (*name).to_owned()).collect() } else { named(schema) };
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

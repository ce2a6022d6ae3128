//! Names like one that no machine has: shown, never acted on.

use std::time::Duration;

use serde_json::Value;

use super::fetch_records;
use super::name::Name;
use super::pick::{Records, candidates};
use super::record::MachineRecord;
use crate::client::Client;
use crate::edit_distance::distance;
use crate::error::{Error, Kind};
use crate::request::quoted;
use crate::text::join;

/// Most names for which others are looked for: a list of names that nothing has is the wrong list.
const NAMES: usize = 10;

/// Letters at the front that a name must share.
const SHARED: usize = 6;

/// Most names that are shown for one.
const SHOWN: usize = 5;

/// Time for the one request: the answer is the same without it.
const TIME: Duration = Duration::from_secs(5);

/// Adds the names of machines that are spelt almost so to the errors about names that no record
/// has. One request for all of them, whose failure counts for nothing.
pub(super) fn suggest(
    client: &mut Client<'_>,
    names: &[Name],
    results: &mut [Result<MachineRecord, Error>],
) {
    let mut missing: Vec<(&Name, &mut Error)> = Vec::new();
    for (name, result) in names.iter().zip(results) {
        if let Err(error) = result
            && is_missing(error)
            && !front(name).is_empty()
            && missing.len() < NAMES
        {
            missing.push((name, error));
        }
    }
    if missing.is_empty() {
        return;
    }
    let mut clauses: Vec<String> = Vec::new();
    for (name, _) in &missing {
        let clause = format!("startswith(computerDnsName,{})", quoted(&front(name)));
        if !clauses.contains(&clause) {
            clauses.push(clause);
        }
    }
    let mut records = Records { list: Vec::new(), is_part: false };
    let fetched = client.with_deadline(client.elapsed() + TIME, |client| {
        fetch_records(client, &join(&clauses, " or "), &mut records)
    });
    if fetched.is_err() {
        return;
    }
    let clean = client.sanitizer();
    for (name, error) in missing {
        let near = nearest(&name.text, &records.list);
        if near.is_empty() {
            continue;
        }
        let spelt: Vec<String> = near.iter().map(|found| clean.text(&found.name)).collect();
        let message = format!("{} Names like it: {}.", error.message(), join(&spelt, ", "));
        *error =
            error.clone().with_message(message).with_detail("similar", candidates(&near, &clean));
    }
}

/// Whether no record at all has the name.
fn is_missing(error: &Error) -> bool {
    let is_empty = |details: &Value| details["candidates"].as_array().is_some_and(Vec::is_empty);
    error.kind() == Kind::NotFound && error.details().is_some_and(is_empty)
}

/// The front of a name, without the letters in which a slip may be; empty if it is too short, or no
/// name.
fn front(name: &Name) -> String {
    if name.property != "computerDnsName" {
        return String::new();
    }
    let label = label(&name.text);
    let count = label.chars().count().saturating_sub(2).min(SHARED);
    let spelt = name.spellings().swap_remove(0);
    if count < 3 { String::new() } else { spelt.chars().take(count).collect() }
}

/// The records whose names differ least from this one, one of each name: in one letter of three at
/// most.
fn nearest<'r>(name: &str, records: &'r [MachineRecord]) -> Vec<&'r MachineRecord> {
    let mut near: Vec<(usize, &MachineRecord)> = Vec::new();
    for record in records {
        let by_label = distance(label(name), label(&record.name));
        let differs = match name.contains('.') {
            true => distance(name, &record.name),
            false => by_label,
        };
        let is_near = by_label <= label(name).len() / 3;
        if is_near && !near.iter().any(|(_, other)| other.name.eq_ignore_ascii_case(&record.name)) {
            let at = near.iter().position(|(other, _)| differs < *other).unwrap_or(near.len());
            near.insert(at, (differs, record));
            near.truncate(SHOWN);
        }
    }
    near.into_iter().map(|(_, record)| record).collect()
}

/// The first label of a name.
fn label(name: &str) -> &str {
    name.split_once('.').map_or(name, |(label, _)| label)
}

//! Importing indicators: what became of each.
//!
//! <https://learn.microsoft.com/en-us/defender-endpoint/api/import-ti-indicators>.

use serde_json::{Map, Value};

use super::proof::{missing_from_answer, text_of};
use super::same::key;
use crate::client::Client;
use crate::error::{self, Error};
use crate::outcome::Outcome;
use crate::response::{self, Members, Sanitizer};
use crate::shape::{Input, parse};

/// The service answers with 200 whatever became of each indicator: every value that was sent must
/// have a result, and it is imported if that says that it did not fail. What a result does not say,
/// or says in two ways, is not known.
pub(super) fn all_imported(
    client: &Client<'_>,
    params: &Input,
    body: Vec<u8>,
) -> Result<Option<Outcome>, Error> {
    let Some(text) = response::collection(body) else { return Ok(None) };
    let rows = response::values(text.as_bytes()).unwrap_or_default();
    let results: Vec<(Vec<u8>, Option<bool>)> =
        rows.iter().filter_map(|row| result(row.get())).collect();
    let sent =
        params.value("indicators").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let sent: Vec<(&str, Vec<u8>)> = sent
        .iter()
        .filter_map(|one| one["indicatorValue"].as_str())
        .map(|value| (value, key(value)))
        .collect();
    let (mut refused, mut unknown) = (0, Vec::new());
    for (n, (value, key)) in sent.iter().enumerate() {
        // One value may be sent more than once, with another action or for other groups.
        if sent[..n].iter().any(|(_, before)| before == key) {
            continue;
        }
        let times = sent.iter().filter(|(_, other)| other == key).count();
        match failures(&results, key, times) {
            Some(failures) => refused += failures,
            None => unknown.push(*value),
        }
    }
    if refused == 0 && unknown.is_empty() {
        return Ok(Some(Outcome::of(text)));
    }
    let clean = client.sanitizer();
    let error = if unknown.is_empty() {
        let message = format!("{refused} of {} indicators were not imported.", sent.len());
        Error::new(error::Kind::ActionFailed, message)
    } else {
        missing_from_answer(
            "importIndicators",
            "getIndicators",
            "indicators",
            &unknown,
            sent.len(),
            &clean,
        )
    };
    Err(error.with_detail("results", rows.iter().map(|row| shown(row.get(), &clean)).collect()))
}

/// The value that a result is about, and whether it failed; `None` for what cannot be read.
fn result(row: &str) -> Option<(Vec<u8>, Option<bool>)> {
    let row = Members::parse_text(row)?;
    let failed = match row.raw("isFailed") {
        Some("false") => Some(false),
        Some("true") => Some(true),
        _ => None,
    };
    Some((key(&text_of(row.raw("indicator")?)?), failed))
}

/// How often a value that was sent `times` times was refused; `None` if its results do not say so,
/// or contradict each other.
fn failures(results: &[(Vec<u8>, Option<bool>)], key: &[u8], times: usize) -> Option<usize> {
    let (mut all, mut failed) = (0, 0);
    for (_, is_failed) in results.iter().filter(|(found, _)| found == key) {
        all += 1;
        failed += usize::from((*is_failed)?);
    }
    match failed {
        _ if all == 0 => None,
        0 => Some(0),
        _ if failed == all => Some(times),
        _ => (all == times).then_some(failed),
    }
}

/// A result as it goes into an error's details. A member that cannot be read is shown as the text
/// it was.
fn shown(row: &str, clean: &Sanitizer) -> Value {
    let Some(members) = Members::parse_text(row) else { return Value::from(clean.text(row)) };
    let mut shown = Map::new();
    for name in ["id", "indicator", "isFailed", "failureReason"] {
        let Some(value) = members.every(name).last() else { continue };
        let value = match parse(value) {
            Ok((Value::String(text), _)) => Value::from(clean.text(&text)),
            Ok((flat @ (Value::Null | Value::Bool(_) | Value::Number(_)), _)) => flat,
            _ => Value::from(clean.text(value)),
        };
        shown.insert(name.to_owned(), value);
    }
    Value::Object(shown)
}

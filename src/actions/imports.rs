//! Indicator imports: checks the result of each indicator.
//!
//! <https://learn.microsoft.com/en-us/defender-endpoint/api/import-ti-indicators>.

use serde_json::{Map, Value};

use super::equality::comparison_key;
use super::proof::{missing_from_response, text_of};
use crate::client::Client;
use crate::error::{self, Error};
use crate::outcome::Outcome;
use crate::response::{self, Members, Sanitizer};
use crate::schema::{Params, parse};

/// The service answers 200 whatever happened to each indicator. So every value that was sent needs
/// a result that says that it did not fail. Missing or contradictory results count as unknown.
pub(super) fn all_imported(
    client: &Client<'_>,
    params: &Params,
    body: Vec<u8>,
) -> Result<Option<Outcome>, Error> {
    let Some(text) = response::collection(body) else { return Ok(None) };
    let rows = response::values(text.as_bytes()).unwrap_or_default();
    let results: Vec<(Vec<u8>, Option<bool>)> =
        rows.iter().filter_map(|row| parse_result(row.get())).collect();
    let sent =
        params.value("indicators").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let sent: Vec<(&str, Vec<u8>)> = sent
        .iter()
        .filter_map(|indicator| indicator["indicatorValue"].as_str())
        .map(|value| (value, comparison_key(value)))
        .collect();
    let (mut refused, mut unknown) = (0, Vec::new());
    for (n, (value, key)) in sent.iter().enumerate() {
        // A value may be sent more than once, with another action or for other groups.
        if sent[..n].iter().any(|(_, before)| before == key) {
            continue;
        }
        let times = sent.iter().filter(|(_, other)| other == key).count();
        match count_refused(&results, key, times) {
            Some(count_refused) => refused += count_refused,
            None => unknown.push(*value),
        }
    }
    if refused == 0 && unknown.is_empty() {
        return Ok(Some(Outcome::new(text)));
    }
    let clean = client.sanitizer();
    let error = if unknown.is_empty() {
        let message = format!("{refused} of {} indicators were not imported.", sent.len());
        Error::new(error::Kind::ActionFailed, message)
    } else {
        missing_from_response(
            "importIndicators",
            "getIndicators",
            "indicators",
            &unknown,
            sent.len(),
            &clean,
        )
    };
    Err(error
        .with_detail("results", rows.iter().map(|row| result_json(row.get(), &clean)).collect()))
}

/// Returns the value that a result belongs to, and whether it failed; `None` if it is unreadable.
fn parse_result(row: &str) -> Option<(Vec<u8>, Option<bool>)> {
    let row = Members::parse_text(row)?;
    let failed = match row.raw("isFailed") {
        Some("false") => Some(false),
        Some("true") => Some(true),
        _ => None,
    };
    Some((comparison_key(&text_of(row.raw("indicator")?)?), failed))
}

/// Counts the rejections of a value that was sent `times` times; `None` if its results are missing
/// or contradictory.
fn count_refused(results: &[(Vec<u8>, Option<bool>)], key: &[u8], times: usize) -> Option<usize> {
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

/// Returns a result for an error's details. An unreadable member is returned as text.
fn result_json(row: &str, clean: &Sanitizer) -> Value {
    let Some(members) = Members::parse_text(row) else { return Value::from(clean.text(row)) };
    let mut result_json = Map::new();
    for name in ["id", "indicator", "isFailed", "failureReason"] {
        let Some(value) = members.every(name).last() else { continue };
        let value = match parse(value) {
            Ok((Value::String(text), _)) => Value::from(clean.text(&text)),
            Ok((flat @ (Value::Null | Value::Bool(_) | Value::Number(_)), _)) => flat,
            _ => Value::from(clean.text(value)),
        };
        result_json.insert(name.to_owned(), value);
    }
    Value::Object(result_json)
}

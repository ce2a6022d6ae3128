//! Finds indicators of the same value with another action: a submission leaves them in place, and
//! the service decides which of them applies.
//!
//! <https://learn.microsoft.com/en-us/defender-endpoint/indicator-ip-domain#indicator-ip-url-and-domain-policy-conflict-handling-order>.

use std::time::Duration;

use serde_json::Value;

use super::equality::{is_same_text, is_same_value};
use crate::catalogue::GET_INDICATORS;
use crate::client::Client;
use crate::error::Error;
use crate::json::object;
use crate::outcome::{Outcome, Warning};
use crate::request::{ApiRequest, encode_query, quoted};
use crate::response::{Members, NOT_A_COLLECTION, malformed, values};
use crate::schema::Params;
use crate::text::join;

/// Time limit for the check: it must not hold back a result.
const TIME_LIMIT: Duration = Duration::from_secs(10);

/// ID and action of an indicator.
type Conflict = (String, String);

/// Adds a warning to the outcome of a submission if there are conflicting indicators, or if that is
/// unknown.
pub(super) fn with_conflict_warning(
    client: &mut Client<'_>,
    params: &Params,
    outcome: Outcome,
) -> Outcome {
    let end = client.elapsed() + TIME_LIMIT;
    let conflicting =
        client.with_deadline(end, |client| list_conflicting(client, params, &outcome.data));
    let warning = match conflicting {
        Ok(others) if others.is_empty() => None,
        Ok(others) => {
            let named: Vec<String> =
                others.iter().map(|(id, action)| format!("{id} ({action})")).collect();
            let message = format!(
                "The value has other indicators with another action, which remain: {}; delete unwanted ones with `deleteIndicator`.",
                join(&named, ", ")
            );
            let row = |(id, action): Conflict| {
                object(&mut [("id", Value::from(id)), ("action", Value::from(action))])
            };
            let rows: Value = others.into_iter().map(row).collect();
            Some(Warning::new("another-indicator", message).with_detail("indicators", rows))
        }
        Err(error) => {
            let message =
                format!("Other indicators of the value were not checked: {}", error.message());
            Some(Warning::new("not-checked", message).with_detail("cause", error.to_json()))
        }
    };
    outcome.with_warning(warning)
}

fn list_conflicting(
    client: &mut Client<'_>,
    params: &Params,
    created: &str,
) -> Result<Vec<Conflict>, Error> {
    let created = Members::parse_text(created);
    let member =
        |name: &str| created.as_ref().and_then(|created| created.text(name)).unwrap_or_default();
    // The service may store the value in another spelling.
    let (asked, kept, id) =
        (params.text("indicatorValue").unwrap_or_default(), member("indicatorValue"), member("id"));
    let value = if kept.is_empty() { asked } else { &kept };
    let filter = encode_query(&format!("indicatorValue eq {}", quoted(value)));
    let request =
        ApiRequest::get(&GET_INDICATORS, format!("/api/indicators?$top=20&$filter={filter}"));
    let Some(answer) = client.send_for_list(&request)? else { return Ok(Vec::new()) };
    let clean = client.sanitizer();
    let not_a_list = || malformed(&request, &answer.head, NOT_A_COLLECTION, &clean);
    let action = params.text("action").unwrap_or_default();
    let other = |row: &str| {
        let row = Members::parse_text(row)?;
        let [its, value, does] =
            ["id", "indicatorValue", "action"].map(|name| row.text(name).unwrap_or_default());
        let is_other = its != id && is_same_value(&value, asked) && !is_same_text(&does, action);
        is_other.then(|| (clean.text(&its), clean.text(&does)))
    };
    Ok(values(&answer.body)
        .ok_or_else(not_a_list)?
        .iter()
        .filter_map(|row| other(row.get()))
        .collect())
}

//! Indicators of the same value with another action: one that is submitted stays beside them, and
//! which of them counts is for the service to say.
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
use crate::response::{Members, NO_COLLECTION, malformed, values};
use crate::schema::Input;
use crate::text::join;

/// Time for the look: what was done is not kept back for it.
const TIME: Duration = Duration::from_secs(10);

/// An indicator: its ID and its action.
type Other = (String, String);

/// The outcome of a submission, with a warning if there are such, or if that is not known.
pub(super) fn warned(client: &mut Client<'_>, params: &Input, outcome: Outcome) -> Outcome {
    let whole = client.shorten(client.elapsed() + TIME);
    let looked = look(client, params, &outcome.data);
    client.lengthen(whole);
    let warning = match looked {
        Ok(others) if others.is_empty() => None,
        Ok(others) => {
            let named: Vec<String> =
                others.iter().map(|(id, action)| format!("{id} ({action})")).collect();
            let message = format!(
                "The value has other indicators with another action, which stay: {}; delete what is not meant with `deleteIndicator`.",
                join(&named, ", ")
            );
            let row = |(id, action): Other| {
                object(&mut [("id", Value::from(id)), ("action", Value::from(action))])
            };
            let rows: Value = others.into_iter().map(row).collect();
            Some(Warning::new("another-indicator", message).with_detail("indicators", rows))
        }
        Err(error) => {
            let message = format!(
                "Whether the value has other indicators was not looked at: {}",
                error.message()
            );
            Some(Warning::new("not-checked", message).with_detail("cause", error.to_json()))
        }
    };
    outcome.with_warning(warning)
}

fn look(client: &mut Client<'_>, params: &Input, made: &str) -> Result<Vec<Other>, Error> {
    let made = Members::parse_text(made);
    let of_made = |name: &str| made.as_ref().and_then(|made| made.text(name)).unwrap_or_default();
    // The service may keep the value in another spelling than it was sent.
    let (asked, kept, id) = (
        params.text("indicatorValue").unwrap_or_default(),
        of_made("indicatorValue"),
        of_made("id"),
    );
    let value = if kept.is_empty() { asked } else { &kept };
    let filter = encode_query(&format!("indicatorValue eq {}", quoted(value)));
    let request =
        ApiRequest::get(&GET_INDICATORS, format!("/api/indicators?$top=20&$filter={filter}"));
    let Some(answer) = client.send_for_list(&request)? else { return Ok(Vec::new()) };
    let clean = client.sanitizer();
    let no_list = || malformed(&request, &answer.head, NO_COLLECTION, &clean);
    let action = params.text("action").unwrap_or_default();
    let other = |row: &str| {
        let row = Members::parse_text(row)?;
        let [its, value, does] =
            ["id", "indicatorValue", "action"].map(|name| row.text(name).unwrap_or_default());
        let is_other = its != id && is_same_value(&value, asked) && !is_same_text(&does, action);
        is_other.then(|| (clean.text(&its), clean.text(&does)))
    };
    Ok(values(&answer.body)
        .ok_or_else(no_list)?
        .iter()
        .filter_map(|row| other(row.get()))
        .collect())
}

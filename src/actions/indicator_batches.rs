//! Many indicators in one request.
//!
//! <https://learn.microsoft.com/en-us/defender-endpoint/api/import-ti-indicators>.

use serde_json::Value;

use super::budget;
use super::fields::{BATCH, MAX_BATCH, NOTHING, values};
use super::indicators::{INDICATORS, SUBMISSION};
use super::row::{Action, Answer, Body, Effect, Route, Run};
use crate::client::Client;
use crate::error::{self, Error};
use crate::outcome::Outcome;
use crate::response::{self, Members};
use crate::shape::{Field, Input, Kind, Shape};

const INDICATOR: Kind = Kind::Object(&SUBMISSION);

const RESULT: Kind = Kind::Open(&[
    Field::optional("id", &Kind::Any, "Indicator ID."),
    Field::optional("indicator", &Kind::Any, "Value."),
    Field::optional("isFailed", &Kind::Any, "Whether it was refused."),
    Field::optional("failureReason", &Kind::Any, "Why it was refused."),
]);

pub(super) static IMPORT_INDICATORS: Action = Action {
    name: "importIndicators",
    title: "Import indicators",
    summary: "Adds or changes many indicators; if any is refused the call fails, and says which.",
    effect: Effect::Change,
    roles: INDICATORS,
    budget: &budget::INDICATOR_BATCHES,
    params: &Shape::of(&[Field::required(
        "indicators",
        &Kind::List { of: &INDICATOR, min: 1, max: MAX_BATCH },
        "Indicators.",
    )
    .in_body("Indicators")]),
    result: &Kind::Open(&[values!(&RESULT)]),
    docs: "import-ti-indicators",
    deprecated: None,
    run: Run::Route(Route::post("/api/indicators/import", Body::Members(&[]), Answer::Checked(all_imported))),
};

pub(super) static DELETE_INDICATORS: Action = Action {
    name: "deleteIndicators",
    title: "Delete indicators",
    summary: "Deletes many indicators: all of them or none.",
    effect: Effect::Change,
    roles: INDICATORS,
    budget: &budget::INDICATOR_BATCHES,
    params: &Shape::of(&[Field::required("ids", &BATCH, "Indicator IDs.").in_body("IndicatorIds")]),
    result: &NOTHING,
    docs: "batch-delete-ti-indicators",
    deprecated: None,
    run: Run::Route(Route::post("/api/indicators/BatchDelete", Body::Members(&[]), Answer::Nothing)),
};

/// The service answers with 200 whatever became of each indicator. Only what it says not to have failed is imported.
fn all_imported(client: &Client<'_>, params: &Input, body: Vec<u8>) -> Result<Option<Outcome>, Error> {
    let Some(text) = response::collection(body) else { return Ok(None) };
    let mut results: Vec<Value> = Members::parse_text(&text).and_then(|all| all.get("value")).unwrap_or_default();
    let sent = params.value("indicators").and_then(Value::as_array).map_or(0, Vec::len);
    let imported = results.iter().filter(|result| result["isFailed"] == false).count();
    if imported >= sent {
        return Ok(Some(Outcome::of(text)));
    }
    let clean = client.sanitizer();
    for reason in results.iter_mut().filter_map(|result| result.get_mut("failureReason")) {
        if let Value::String(text) = reason {
            *text = clean.text(text);
        }
    }
    let refused = sent - imported;
    let message = format!("{refused} of {sent} indicators were not imported: `details.results` says which, and why.");
    Err(Error::new(error::Kind::ActionFailed, message).with_detail("results", results.into()))
}

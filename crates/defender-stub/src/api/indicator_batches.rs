//! Many indicators at once: `POST /indicators/import` and `/BatchDelete`.

use serde::Deserialize;
use serde_json::{Value, json};

use super::call::Call;
use super::indicators::{self, Submission};
use super::roles::INDICATORS;
use super::route::{Route, post};
use crate::refusal::ApiError;
use crate::reply::Reply;

pub(super) const ROUTES: &[Route] = &[
    post("/api/indicators/import", INDICATORS, import).rate(30, 1500),
    post("/api/indicators/BatchDelete", INDICATORS, delete).rate(30, 1500),
];

/// The maximum number of indicators per request.
const MAX_INDICATORS: usize = 500;

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
struct Import {
    indicators: Option<Vec<Value>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
struct Delete {
    indicator_ids: Option<Vec<String>>,
}

/// `POST /api/indicators/import`. Always 200; each indicator has its own result.
fn import(call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let body: Import = call.body()?;
    let submitted = sized("Indicators", body.indicators)?;
    let results: Vec<Value> =
        submitted.into_iter().map(|submission| result(call, submission)).collect();
    let context =
        call.context("Collection(microsoft.windowsDefenderATP.api.ImportIndicatorResult)");
    Ok(Reply::json(200, &json!({ "@odata.context": context, "value": results })))
}

fn result(call: &mut Call<'_>, submission: Value) -> Value {
    let value = submission["indicatorValue"].clone();
    let read = serde_json::from_value::<Submission>(submission)
        .map_err(|error| ApiError::body(error.to_string()));
    match read.and_then(|submission| indicators::upsert(call, &submission)) {
        Ok(indicator) => {
            json!({
                "id": indicator["id"], "indicator": value, "isFailed": false,
                "failureReason": null
            })
        }
        Err(refused) => {
            json!({
                "id": null, "indicator": value, "isFailed": true,
                "failureReason": refused.message
            })
        }
    }
}

/// `POST /api/indicators/BatchDelete`. Deletes all of them or none.
fn delete(call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let body: Delete = call.body()?;
    let ids = sized("IndicatorIds", body.indicator_ids)?;
    if let Some(id) = ids.iter().find(|id| id.parse::<u64>().is_err()) {
        return Err(ApiError::input(format!("'{id}' is not the id of an indicator")));
    }
    for id in &ids {
        indicators::position(call, id)?;
    }
    let is_kept = |indicator: &Value| !ids.iter().any(|id| indicator["id"] == id.as_str());
    call.state.scenario.records.indicators.retain(is_kept);
    Ok(Reply::empty(204))
}

fn sized<T>(name: &str, items: Option<Vec<T>>) -> Result<Vec<T>, ApiError> {
    let items = items.filter(|items| !items.is_empty()).ok_or_else(|| ApiError::missing(name))?;
    if items.len() > MAX_INDICATORS {
        Err(ApiError::batch(items.len(), MAX_INDICATORS))
    } else {
        Ok(items)
    }
}

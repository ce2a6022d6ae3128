//! Scores: exposure, exposure by device group, and configuration.

use serde_json::Value;

use super::call::Call;
use super::listing;
use super::roles::SCORE_READ;
use super::route::{Route, get};
use crate::odata::schema::SCORE;
use crate::refusal::ApiError;
use crate::reply::Reply;

pub(super) const ROUTES: &[Route] = &[
    get("/api/exposureScore", SCORE_READ, exposure),
    get("/api/exposureScore/ByMachineGroups", SCORE_READ, exposure_by_group),
    get("/api/configurationScore", SCORE_READ, configuration),
];

fn exposure(call: &mut Call<'_>) -> Result<Reply, ApiError> {
    one(call, "ExposureScore", &call.state.scenario.records.inventory.exposure_score)
}

fn exposure_by_group(call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let scores = call.state.scenario.records.inventory.group_scores.clone();
    listing::reply(call, "ExposureScore", &SCORE, scores)
}

fn configuration(call: &mut Call<'_>) -> Result<Reply, ApiError> {
    one(call, "ConfigurationScore", &call.state.scenario.records.inventory.configuration_score)
}

fn one(call: &Call<'_>, set: &str, score: &Value) -> Result<Reply, ApiError> {
    if score.is_null() {
        return Err(ApiError::not_found("There is no score yet"));
    }
    Ok(call.entity(200, set, score))
}

//! Automated investigations: list and get.

use serde_json::Value;

use super::call::Call;
use super::listing;
use super::roles::ALERT_READ;
use super::route::{Route, get};
use crate::odata::schema::INVESTIGATION;
use crate::records::has;
use crate::refusal::ApiError;
use crate::reply::Reply;

pub(super) const ROUTES: &[Route] = &[
    get("/api/investigations", ALERT_READ, list),
    get("/api/investigations/{id}", ALERT_READ, one),
];

/// Newest first (undocumented).
fn list(call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let mut found = call.state.scenario.records.investigations.clone();
    found.sort_by(|a, b| b["startTime"].as_str().cmp(&a["startTime"].as_str()));
    listing::reply(call, "Investigations", &INVESTIGATION, found)
}

/// By its own ID or by the ID of the alert that started it.
fn one(call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let id = call.segment(0);
    let mut all = call.state.scenario.records.investigations.iter();
    let found = all.find(|found| has(found, "id", id) || has(found, "triggeringAlertId", id));
    let found =
        found.ok_or_else(|| ApiError::not_found(format!("Investigation {id} was not found")))?;
    Ok(call.entity(200, "Investigations", found))
}

/// An unused investigation ID.
pub(super) fn next_id(call: &Call<'_>) -> String {
    let id = |investigation: &Value| investigation["id"].as_str()?.parse::<u64>().ok();
    let last = call.state.scenario.records.investigations.iter().filter_map(id).max();
    last.map_or(1, |last| last + 1).to_string()
}

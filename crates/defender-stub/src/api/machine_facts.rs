//! Data about one machine: its users, alerts, software, vulnerabilities, recommendations and
//! missing updates.

use serde_json::Value;

use super::call::Call;
use super::roles::{ALERT_READ, RECOMMENDATION_READ, SOFTWARE_READ, USER_READ, VULNERABILITY_READ};
use super::route::{Route, get};
use super::{listing, recommendations, software, vulnerabilities};
use crate::odata::schema::{ALERT, MISSING_UPDATE, RECOMMENDATION, SOFTWARE, USER, VULNERABILITY};
use crate::records::{Inventory, has};
use crate::refusal::ApiError;
use crate::reply::Reply;

pub(super) const ROUTES: &[Route] = &[
    get("/api/machines/{id}/logonusers", USER_READ, users),
    get("/api/machines/{id}/alerts", ALERT_READ, alerts),
    get("/api/machines/{id}/alerts/$count", ALERT_READ, alert_count),
    get("/api/machines/{id}/software", SOFTWARE_READ, products),
    get("/api/machines/{id}/vulnerabilities", VULNERABILITY_READ, weaknesses).rate(50, 1500),
    get("/api/machines/{id}/recommendations", RECOMMENDATION_READ, advice),
    get("/api/machines/{id}/getmissingkbs", SOFTWARE_READ, missing_updates),
];

fn users(call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let id = call.machine()?.id.clone();
    let users = &call.state.scenario.records.users;
    let found =
        users.iter().filter(|user| user.is_on(&id)).map(|user| user.entity.clone()).collect();
    listing::reply(call, "Users", &USER, found)
}

fn alerts(call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let found = alerts_of(call)?;
    listing::reply(call, "Alerts", &ALERT, found)
}

/// `GET /api/machines/{id}/alerts/$count?$filter=…`.
fn alert_count(call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let found = alerts_of(call)?;
    listing::count(call, &ALERT, &found)
}

fn alerts_of(call: &Call<'_>) -> Result<Vec<Value>, ApiError> {
    let id = &call.machine()?.id;
    Ok(call
        .state
        .scenario
        .records
        .alerts
        .iter()
        .filter(|alert| has(alert, "machineId", id))
        .cloned()
        .collect())
}

fn products(call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let (id, inventory) = about(call)?;
    let found = software::entities(inventory, |product| inventory.is_installed(product, id));
    listing::reply(call, "Software", &SOFTWARE, found)
}

fn weaknesses(call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let (id, inventory) = about(call)?;
    let found = vulnerabilities::entities(inventory, |cve| {
        inventory
            .installations
            .iter()
            .any(|installed| installed.is_on(id) && installed.suffers(cve))
    });
    listing::reply(call, "PublicVulnerabilityDto", &VULNERABILITY, found)
}

/// A device's recommendations cover the products of which it has a vulnerable version.
fn advice(call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let (id, inventory) = about(call)?;
    let found = recommendations::entities(inventory, |recommendation| {
        inventory.vulnerable(recommendation).any(|installed| installed.is_on(id))
    });
    listing::reply(call, "Recommendations", &RECOMMENDATION, found)
}

fn missing_updates(call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let (id, inventory) = about(call)?;
    let found = software::missing_updates(inventory, |update| update.is_on(id));
    listing::reply(call, "PublicProductFixDto", &MISSING_UPDATE, found)
}

fn about<'a>(call: &'a Call<'_>) -> Result<(&'a str, &'a Inventory), ApiError> {
    Ok((&call.machine()?.id, &call.state.scenario.records.inventory))
}

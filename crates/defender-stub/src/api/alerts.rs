//! Alerts: list, get, and related entities.

use serde_json::Value;

use super::call::Call;
use super::listing;
use super::observables::{DOMAINS, FILES, IPS, Kind};
use super::roles::{ALERT_READ, FILE_READ, IP_READ, MACHINE_READ, URL_READ, USER_READ};
use super::route::{Route, get};
use crate::odata::schema::ALERT;
use crate::records::{Linked, has};
use crate::refusal::ApiError;
use crate::reply::Reply;

pub(super) const ROUTES: &[Route] = &[
    get("/api/alerts", ALERT_READ, list),
    get("/api/alerts/{id}", ALERT_READ, one),
    get("/api/alerts/{id}/domains", URL_READ, domains),
    get("/api/alerts/{id}/files", FILE_READ, files),
    get("/api/alerts/{id}/ips", IP_READ, ips),
    get("/api/alerts/{id}/machine", MACHINE_READ, machine),
    get("/api/alerts/{id}/user", USER_READ, user),
];

/// `GET /api/alerts`. Includes evidence only with `$expand=evidence`.
fn list(call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let alerts = call.state.scenario.records.alerts.clone();
    listing::reply(call, "Alerts", &ALERT, alerts)
}

/// `GET /api/alerts/{id}`, with its evidence.
fn one(call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let alert = &call.state.scenario.records.alerts[position(call, call.segment(0))?];
    Ok(call.entity(200, "Alerts", alert))
}

fn domains(call: &mut Call<'_>) -> Result<Reply, ApiError> {
    related(call, &DOMAINS)
}

fn files(call: &mut Call<'_>) -> Result<Reply, ApiError> {
    related(call, &FILES)
}

fn ips(call: &mut Call<'_>) -> Result<Reply, ApiError> {
    related(call, &IPS)
}

fn machine(call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let alert = &call.state.scenario.records.alerts[position(call, call.segment(0))?];
    let id = alert["machineId"].as_str().unwrap_or_default();
    let machine = call.state.machine(id);
    let machine =
        machine.ok_or_else(|| ApiError::not_found(format!("Machine {id} was not found")))?;
    Ok(call.entity(200, "Machines", machine))
}

/// `GET /api/alerts/{id}/user`. An alert without a user gives 404 (undocumented).
fn user(call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let id = call.segment(0);
    position(call, id)?;
    let user = call.state.scenario.records.users.iter().find(|user| user.is_in(id));
    let user =
        user.ok_or_else(|| ApiError::not_found(format!("No user was found for alert {id}")))?;
    Ok(call.entity(200, "Users", &user.entity))
}

fn related(call: &Call<'_>, kind: &'static Kind) -> Result<Reply, ApiError> {
    let id = call.segment(0);
    position(call, id)?;
    let records = (kind.records)(&call.state.scenario.records);
    let found = records.iter().filter(|record| record.is_in(id)).map(entity).collect();
    listing::reply(call, kind.set, kind.schema, found)
}

fn entity(record: &Linked) -> Value {
    record.entity.clone()
}

/// The alert's index in the list.
pub(super) fn position(call: &Call<'_>, id: &str) -> Result<usize, ApiError> {
    let index = call.state.scenario.records.alerts.iter().position(|alert| has(alert, "id", id));
    index.ok_or_else(|| ApiError::not_found(format!("Alert {id} was not found")))
}

//! Machine actions: list, get and cancel.

use super::call::Call;
use super::listing;
use super::roles::{ANY_ACTION, MACHINE_READ};
use super::route::{Route, get, post};
use crate::action::Action;
use crate::clock::seconds;
use crate::odata::schema::MACHINE_ACTION;
use crate::refusal::ApiError;
use crate::reply::Reply;

pub(super) const ROUTES: &[Route] = &[
    get("/api/machineactions", MACHINE_READ, list),
    get("/api/machineactions/{id}", MACHINE_READ, one),
    post("/api/machineactions/{id}/cancel", ANY_ACTION, cancel),
];

/// `GET /api/machineactions`, newest first.
fn list(call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let visible = call.state.actions.iter().rev().filter(|action| is_visible(call, action));
    let actions = visible.map(|action| action.entity(call.now)).collect();
    listing::reply(call, "MachineActions", &MACHINE_ACTION, actions)
}

/// `GET /api/machineactions/{id}`.
fn one(call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let action = visible(call)?;
    Ok(call.entity(200, "MachineActions", action.entity(call.now)))
}

/// `POST /api/machineactions/{id}/cancel`. The error code for an action that has ended is
/// undocumented.
fn cancel(call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let index = call
        .state
        .actions
        .iter()
        .position(|action| action.id.eq_ignore_ascii_case(call.segment(0)));
    let index = index.ok_or_else(|| not_found(call))?;
    let comment = call.comment()?;
    let (now, requestor) = (call.now, call.claims.appid.clone());
    let action = &mut call.state.actions[index];
    if action.is_final(now) {
        let message = format!(
            "Only an action in progress can be cancelled; this one is {}",
            action.status(now)
        );
        return Err(ApiError::new(400, "BadRequest", message));
    }
    action.cancel(now, requestor, comment);
    let entity = action.entity(now);
    Ok(call.entity(200, "MachineActions", entity))
}

/// The action named in the path, once reads return it.
pub(super) fn visible<'a>(call: &'a Call<'_>) -> Result<&'a Action, ApiError> {
    let action = call.state.action(call.segment(0));
    action.filter(|action| is_visible(call, action)).ok_or_else(|| not_found(call))
}

fn is_visible(call: &Call<'_>, action: &Action) -> bool {
    call.now >= action.created + seconds(call.state.scenario.propagation_seconds)
}

fn not_found(call: &Call<'_>) -> ApiError {
    ApiError::not_found(format!("Machine action {} was not found", call.segment(0)))
}

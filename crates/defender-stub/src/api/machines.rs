//! Devices: `GET /machines` and `GET /machines/{id}`.

use super::call::Call;
use super::listing;
use super::roles::MACHINE_READ;
use super::route::{Route, get};
use crate::machine::Machine;
use crate::odata::schema::{MACHINE, MACHINE_OF_GUIDS};
use crate::refusal::ApiError;
use crate::reply::Reply;

pub(super) const ROUTES: &[Route] =
    &[get("/api/machines", MACHINE_READ, list), get("/api/machines/{id}", MACHINE_READ, one)];

/// `GET /api/machines`.
fn list(call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let machines = call.state.scenario.machines.iter().map(Machine::record).collect();
    let schema = if call.state.scenario.entra_ids_are_guids { &MACHINE_OF_GUIDS } else { &MACHINE };
    let reply = listing::reply(call, "Machines", schema, machines)?;
    let is_empty = || reply.json_body().is_some_and(|body| body["value"] == serde_json::json!([]));
    if call.state.scenario.empty_list_is_not_found && is_empty() {
        return Err(ApiError::not_found("No machines were found"));
    }
    Ok(reply)
}

/// `GET /api/machines/{id}`, by ID or by computer name. Of several records with the name, returns
/// the one last seen most recently (undocumented).
fn one(call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let machine = call.machine().or_else(|not_found| {
        let name = call.segment(0);
        let named = call
            .state
            .scenario
            .machines
            .iter()
            .filter(|machine| machine.computer_dns_name.eq_ignore_ascii_case(name));
        named.max_by(|a, b| a.last_seen.cmp(&b.last_seen)).ok_or(not_found)
    })?;
    Ok(call.entity(200, "Machines", machine.record()))
}

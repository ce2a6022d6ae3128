//! Remediation tasks: list, get, and the affected devices.

use serde_json::{Value, json};

use super::call::Call;
use super::roles::REMEDIATION_READ;
use super::route::{Route, get};
use super::{listing, references};
use crate::odata::schema::REMEDIATION_TASK;
use crate::records::Linked;
use crate::refusal::ApiError;
use crate::reply::Reply;

pub(super) const ROUTES: &[Route] = &[
    get("/api/remediationtasks", REMEDIATION_READ, list),
    get("/api/remediationtasks/{id}", REMEDIATION_READ, one),
    get("/api/remediationtasks/{id}/machinereferences", REMEDIATION_READ, machines),
];

fn list(call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let found =
        call.state.scenario.records.inventory.remediation_tasks.iter().map(entity).collect();
    listing::reply(call, "RemediationTasks", &REMEDIATION_TASK, found)
}

fn one(call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let found = entity(task(call)?);
    Ok(call.entity(200, "RemediationTasks", found))
}

fn machines(call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let task = task(call)?;
    references::reply(call, |machine| task.is_on(machine))
}

fn task<'a>(call: &'a Call<'_>) -> Result<&'a Linked, ApiError> {
    let id = call.segment(0);
    let found = call
        .state
        .scenario
        .records
        .inventory
        .remediation_tasks
        .iter()
        .find(|task| task.is("id", id));
    found.ok_or_else(|| ApiError::not_found(format!("Remediation task {id} was not found")))
}

fn entity(task: &Linked) -> Value {
    let mut entity = task.entity.clone();
    entity["targetDevices"] = json!(task.machines.len());
    entity
}

//! Updates of a device's record: tags and value.

use serde::Deserialize;

use super::body::required;
use super::call::{self, Call};
use super::listing;
use super::roles::MACHINE_WRITE;
use super::route::{Route, patch, post};
use crate::machine::Machine;
use crate::odata::schema::MACHINE;
use crate::refusal::ApiError;
use crate::reply::Reply;

pub(super) const ROUTES: &[Route] = &[
    post("/api/machines/{id}/tags", MACHINE_WRITE, tag),
    post("/api/machines/AddOrRemoveTagForMultipleMachines", MACHINE_WRITE, tag_many),
    post("/api/machines/{id}/setDeviceValue", MACHINE_WRITE, set_value),
    patch("/api/machines/{id}", MACHINE_WRITE, update),
];

/// The maximum number of devices per tag request.
const MAX_MACHINES: usize = 500;

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
struct Tag {
    value: Option<String>,
    action: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
struct TagMany {
    value: Option<String>,
    action: Option<String>,
    machine_ids: Option<Vec<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
struct SetValue {
    device_value: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Update {
    machine_tags: Option<Vec<String>>,
    device_value: Option<String>,
}

/// `POST /api/machines/{id}/tags`, with 200 even when it creates a tag.
fn tag(call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let index = index(call, call.segment(0))?;
    let body: Tag = call.body()?;
    let (value, is_added) = order(body.value, body.action)?;
    change(call, index, |machine| apply(machine, &value, is_added))
}

/// `POST /api/machines/AddOrRemoveTagForMultipleMachines`. One unknown device fails the whole
/// request (undocumented).
fn tag_many(call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let body: TagMany = call.body()?;
    let (value, is_added) = order(body.value, body.action)?;
    let ids = body
        .machine_ids
        .filter(|ids| !ids.is_empty())
        .ok_or_else(|| ApiError::missing("MachineIds"))?;
    if ids.len() > MAX_MACHINES {
        return Err(ApiError::batch(ids.len(), MAX_MACHINES));
    }
    let indexes = ids.iter().map(|id| index(call, id)).collect::<Result<Vec<_>, _>>()?;
    let machines = &mut call.state.scenario.machines;
    indexes.iter().for_each(|index| apply(&mut machines[*index], &value, is_added));
    let changed = indexes.iter().map(|index| call::value(&machines[*index])).collect();
    listing::reply(call, "Machines", &MACHINE, changed)
}

/// `POST /api/machines/{id}/setDeviceValue`.
fn set_value(call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let index = index(call, call.segment(0))?;
    let body: SetValue = call.body()?;
    let value = device_value(required("DeviceValue", body.device_value)?)?;
    change(call, index, |machine| machine.device_value = Some(value))
}

/// `PATCH /api/machines/{id}`. Tags in the request replace the existing ones.
fn update(call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let index = index(call, call.segment(0))?;
    let body: Update = call.body()?;
    if body.machine_tags.is_none() && body.device_value.is_none() {
        return Err(ApiError::body(
            "The request changes nothing: it has neither machineTags nor deviceValue",
        ));
    }
    let value = body.device_value.map(device_value).transpose()?;
    change(call, index, |machine| {
        machine.machine_tags =
            body.machine_tags.unwrap_or_else(|| std::mem::take(&mut machine.machine_tags));
        machine.device_value = value.or_else(|| machine.device_value.take());
    })
}

/// Changes the device and returns its record.
fn change(
    call: &mut Call<'_>,
    index: usize,
    change: impl FnOnce(&mut Machine),
) -> Result<Reply, ApiError> {
    let machine = &mut call.state.scenario.machines[index];
    change(machine);
    let changed = call::value(machine);
    Ok(call.entity(200, "Machines", changed))
}

/// The device's index in the list.
fn index(call: &Call<'_>, id: &str) -> Result<usize, ApiError> {
    let mut machines = call.state.scenario.machines.iter();
    let index = machines.position(|machine| machine.id.eq_ignore_ascii_case(id));
    index.ok_or_else(|| ApiError::not_found(format!("Machine {id} was not found")))
}

/// A tag, to be added or removed.
fn order(value: Option<String>, action: Option<String>) -> Result<(String, bool), ApiError> {
    let value = required("Value", value)?;
    match required("Action", action)?.as_str() {
        "Add" => Ok((value, true)),
        "Remove" => Ok((value, false)),
        other => {
            Err(ApiError::input(format!("Action '{other}' is not valid; it is Add or Remove")))
        }
    }
}

/// Adding an existing tag or removing a missing one changes nothing (undocumented).
fn apply(machine: &mut Machine, value: &str, is_added: bool) {
    machine.machine_tags.retain(|tag| tag != value);
    if is_added {
        machine.machine_tags.push(value.to_owned());
    }
}

fn device_value(value: String) -> Result<String, ApiError> {
    match value.as_str() {
        "Low" | "Normal" | "High" => Ok(value),
        other => Err(ApiError::input(format!(
            "DeviceValue '{other}' is not valid; it is Low, Normal or High"
        ))),
    }
}

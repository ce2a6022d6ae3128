//! A machine's record: its tags and its value. Nothing here touches the machine itself.
//!
//! <https://learn.microsoft.com/en-us/defender-endpoint/api/add-or-remove-machine-tags>.

use serde_json::Value;

use super::budget;
use super::fields::{DEVICE, DRY_RUN_RESULT, MANY, MAX_BATCH, WORDS};
use super::machines::{MACHINE_RECORD, MACHINES};
use super::options::{TARGET_NAMES, TARGETS};
use super::proof::{Change, Proof, missing_from_answer, not_shown};
use super::row::{Action, Answer, Body, Effect, Roles, Route, Run};
use crate::client::Client;
use crate::error::Error;
use crate::outcome::Outcome;
use crate::response;
use crate::shape::{Field, Input, Kind, Shape};

const WRITE_MACHINES: Roles = &[&["Machine.ReadWrite.All"]];

const TAG: Field = Field::required("tag", &WORDS, "Tag.").in_body("Value");

const DEVICES: Kind = Kind::List { of: &DEVICE, min: 1, max: MAX_BATCH };

static TAGGED: Shape = Shape::of(&[TAG]).and(&[TARGETS]).exactly_one_of(TARGET_NAMES);

const OTHER_MACHINE: &str = "is not the record of the machine that was named (`getAgentDetails` reads that)";

const READ: &str = "getAgentDetails";

/// The machine as it is now, a record for each of many, or what would be sent.
const CHANGED: Kind = Kind::Either(&[MACHINE_RECORD, MANY, DRY_RUN_RESULT]);

pub(super) static ADD_TAG: Action = Action {
    name: "addTag",
    title: "Add tag",
    summary: "Adds a tag to a machine.",
    category: "Machine records",
    effect: Effect::Change,
    roles: WRITE_MACHINES,
    budget: &budget::STANDARD,
    params: &TAGGED,
    result: &CHANGED,
    docs: "add-or-remove-machine-tags",
    deprecated: None,
    run: Run::Operation(Route::post(
        "/api/machines/{id}/tags",
        Body::Members(&[("Action", "Add")]),
        Answer::Changed(&Change { other: OTHER_MACHINE, read: READ, compare: has_tag }),
    )),
};

pub(super) static REMOVE_TAG: Action = Action {
    name: "removeTag",
    title: "Remove tag",
    summary: "Removes a tag from a machine.",
    category: "Machine records",
    effect: Effect::Change,
    roles: WRITE_MACHINES,
    budget: &budget::STANDARD,
    params: &TAGGED,
    result: &CHANGED,
    docs: "add-or-remove-machine-tags",
    deprecated: None,
    run: Run::Operation(Route::post(
        "/api/machines/{id}/tags",
        Body::Members(&[("Action", "Remove")]),
        Answer::Changed(&Change { other: OTHER_MACHINE, read: READ, compare: lacks_tag }),
    )),
};

pub(super) static SET_TAGS: Action = Action {
    name: "setTags",
    title: "Set tags",
    summary: "Adds a tag to many machines, or removes it from them, in one request.",
    category: "Machine records",
    effect: Effect::Change,
    roles: WRITE_MACHINES,
    budget: &budget::STANDARD,
    params: &Shape::of(&[
        Field::required("ids", &DEVICES, "Device IDs of the machines.").in_body("MachineIds"),
        TAG,
        Field::required("action", &Kind::Choice(&["Add", "Remove"]), "Whether the tag comes or goes.")
            .in_body("Action"),
    ]),
    result: &MACHINES,
    docs: "add-or-remove-multiple-machine-tags",
    deprecated: None,
    run: Run::Route(Route::post(
        "/api/machines/AddOrRemoveTagForMultipleMachines",
        Body::Members(&[]),
        Answer::Checked(all_tagged),
    )),
};

pub(super) static SET_DEVICE_VALUE: Action = Action {
    name: "setDeviceValue",
    title: "Set device value",
    summary: "Says how valuable a machine is; exposure scores weigh it.",
    category: "Machine records",
    effect: Effect::Change,
    roles: WRITE_MACHINES,
    budget: &budget::STANDARD,
    params: &Shape::of(&[
        Field::required("deviceValue", &Kind::Choice(&["Low", "Normal", "High"]), "Value.").in_body("DeviceValue")
    ])
    .and(&[TARGETS])
    .exactly_one_of(TARGET_NAMES),
    result: &CHANGED,
    docs: "set-device-value",
    deprecated: None,
    run: Run::Operation(Route::post(
        "/api/machines/{id}/setDeviceValue",
        Body::Members(&[]),
        Answer::Changed(&Change { other: OTHER_MACHINE, read: READ, compare: has_value }),
    )),
};

fn has_tag(proof: &mut Proof<'_>) {
    proof.machine("id");
    proof.lists("machineTags", "tag", true);
}

fn lacks_tag(proof: &mut Proof<'_>) {
    proof.machine("id");
    proof.lists("machineTags", "tag", false);
}

fn has_value(proof: &mut Proof<'_>) {
    proof.machine("id");
    proof.shows("deviceValue");
}

/// A record for each machine that was named, which is to show the change; what is said of others proves nothing.
fn all_tagged(client: &Client<'_>, params: &Input, body: Vec<u8>) -> Result<Option<Outcome>, Error> {
    let Some(text) = response::collection(body) else { return Ok(None) };
    let is_added = params.text("action") == Some("Add");
    let mut found: Vec<(String, bool)> = Vec::new();
    for row in response::values(text.as_bytes()).unwrap_or_default() {
        let Some(mut proof) = Proof::of(row.get(), params) else { continue };
        proof.lists("machineTags", "tag", is_added);
        found.push((proof.id().unwrap_or_default(), proof.is_whole()));
    }
    let (mut missing, mut unshown, mut of) = (Vec::new(), Vec::new(), 0);
    for id in params.value("ids").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str) {
        of += 1;
        let (mut is_there, mut is_shown) = (false, true);
        for (_, is_whole) in found.iter().filter(|(found, _)| found.eq_ignore_ascii_case(id)) {
            (is_there, is_shown) = (true, is_shown && *is_whole);
        }
        if !is_there {
            missing.push(id);
        } else if !is_shown {
            unshown.push(id);
        }
    }
    if !missing.is_empty() {
        return Err(missing_from_answer("setTags", READ, "machines", &missing, of, &client.sanitizer()));
    }
    let warning = (!unshown.is_empty()).then(|| not_shown("setTags", READ, &unshown, of));
    Ok(Some(Outcome::of(text).with_warning(warning)))
}

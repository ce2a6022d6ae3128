//! A machine's record: its tags and its value. Nothing here touches the machine itself.
//!
//! <https://learn.microsoft.com/en-us/defender-endpoint/api/add-or-remove-machine-tags>.

use crate::catalogue::budget;
use crate::catalogue::entities::{MACHINE_RECORD, MACHINES};
use crate::catalogue::fields::{BATCH_RESULT, DEVICE, DRY_RUN_RESULT, MAX_BATCH, NON_BLANK};
use crate::catalogue::options::{TARGET_NAMES, TARGETS};
use crate::catalogue::{
    Action, Body, Change, CollectionCheck, Effect, ExpectedMember, ListMember, ResponseBody, Roles,
    Route, Run,
};
use crate::described::described;
use crate::schema::{Field, Kind, ObjectSchema};

const WRITE_MACHINES: Roles = &[&["Machine.ReadWrite.All"]];

const TAG: Field = Field::required("tag", &NON_BLANK, "Tag.").in_body("Value");

const DEVICES: Kind = Kind::List { of: &DEVICE, min: 1, max: MAX_BATCH };

static TAGGED: ObjectSchema =
    ObjectSchema::new(&[TAG]).and(&[TARGETS]).exactly_one_of(TARGET_NAMES);

/// A machine's tags, and the requested one.
static TAGS: ListMember = ListMember { list: "machineTags", parameter: "tag" };

/// A change of a machine's record, which must show this.
const fn changed(expected: &'static [ExpectedMember]) -> Change {
    Change {
        mismatch: "is not the record of the machine that was named (`getAgentDetails` reads that)",
        read: "getAgentDetails",
        expected,
    }
}

/// The changed machine, a record each for several, or what would be sent.
const CHANGED: Kind = Kind::Either(&[MACHINE_RECORD, BATCH_RESULT, DRY_RUN_RESULT]);

pub(crate) static ADD_TAG: Action = Action {
    name: "addTag",
    title: described("Add tag"),
    summary: described("Adds a tag to a machine."),
    category: described("Machine records"),
    effect: Effect::Change,
    roles: WRITE_MACHINES,
    budget: &budget::STANDARD,
    params: &TAGGED,
    result: described(&CHANGED),
    docs: described("add-or-remove-machine-tags"),
    deprecated: described(None),
    run: Run::Operation(Route::post(
        "/api/machines/{id}/tags",
        Body::Json(&[("Action", "Add")]),
        ResponseBody::Changed(&changed(&[
            ExpectedMember::Machine("id"),
            ExpectedMember::Listed(&TAGS),
        ])),
    )),
};

pub(crate) static REMOVE_TAG: Action = Action {
    name: "removeTag",
    title: described("Remove tag"),
    summary: described("Removes a tag from a machine."),
    category: described("Machine records"),
    effect: Effect::Change,
    roles: WRITE_MACHINES,
    budget: &budget::STANDARD,
    params: &TAGGED,
    result: described(&CHANGED),
    docs: described("add-or-remove-machine-tags"),
    deprecated: described(None),
    run: Run::Operation(Route::post(
        "/api/machines/{id}/tags",
        Body::Json(&[("Action", "Remove")]),
        ResponseBody::Changed(&changed(&[
            ExpectedMember::Machine("id"),
            ExpectedMember::NotListed(&TAGS),
        ])),
    )),
};

pub(crate) static SET_TAGS: Action = Action {
    name: "setTags",
    title: described("Set tags"),
    summary: described("Adds a tag to many machines, or removes it from them, in one request."),
    category: described("Machine records"),
    effect: Effect::Change,
    roles: WRITE_MACHINES,
    budget: &budget::STANDARD,
    params: &ObjectSchema::new(&[
        Field::required("ids", &DEVICES, "Device IDs of the machines.").in_body("MachineIds"),
        TAG,
        Field::required(
            "action",
            &Kind::Choice(&["Add", "Remove"]),
            "Whether the tag comes or goes.",
        )
        .in_body("Action"),
    ]),
    result: described(&MACHINES),
    docs: described("add-or-remove-multiple-machine-tags"),
    deprecated: described(None),
    run: Run::Route(Route::post(
        "/api/machines/AddOrRemoveTagForMultipleMachines",
        Body::Json(&[]),
        ResponseBody::WithCheck(CollectionCheck::Tagged),
    )),
};

pub(crate) static SET_DEVICE_VALUE: Action = Action {
    name: "setDeviceValue",
    title: described("Set device value"),
    summary: described("Says how valuable a machine is; exposure scores weigh it."),
    category: described("Machine records"),
    effect: Effect::Change,
    roles: WRITE_MACHINES,
    budget: &budget::STANDARD,
    params: &ObjectSchema::new(&[Field::required(
        "deviceValue",
        &Kind::Choice(&["Low", "Normal", "High"]),
        "Value.",
    )
    .in_body("DeviceValue")])
    .and(&[TARGETS])
    .exactly_one_of(TARGET_NAMES),
    result: described(&CHANGED),
    docs: described("set-device-value"),
    deprecated: described(None),
    run: Run::Operation(Route::post(
        "/api/machines/{id}/setDeviceValue",
        Body::Json(&[]),
        ResponseBody::Changed(&changed(&[
            ExpectedMember::Machine("id"),
            ExpectedMember::Value("deviceValue"),
        ])),
    )),
};

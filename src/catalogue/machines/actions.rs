//! Machine actions: listing, following and cancelling them.
//!
//! <https://learn.microsoft.com/en-us/defender-endpoint/api/machineaction>.

use crate::catalogue::budget;
use crate::catalogue::entities::READ_MACHINES;
use crate::catalogue::fields::{
    BATCH_RESULT, COMMENT, DEVICES, DRY_RUN_RESULT, ID, ONE_OR_MANY, PAGING, RESULT_PAGING,
    TEXT_OR_NULL, TIME_OR_RANGE, values,
};
use crate::catalogue::options::{DRY_RUN, ENSURE, WAIT};
use crate::catalogue::{Action, Body, Effect, ResponseBody, Route, Run};
use crate::described::described;
use crate::schema::{
    Field, Kind,
    Literal::{Plain, Time},
    ObjectSchema,
};

const STATUS: Kind =
    Kind::Choice(&["Pending", "InProgress", "Succeeded", "Failed", "TimeOut", "Cancelled"]);
const STATUS_FILTER: Kind = Kind::Either(&[STATUS, Kind::List { of: &STATUS, min: 1, max: 6 }]);

const TYPE: Kind = Kind::Known(&[
    "RunAntiVirusScan",
    "Offboard",
    "LiveResponse",
    "CollectInvestigationPackage",
    "Isolate",
    "Unisolate",
    "StopAndQuarantineFile",
    "RestrictCodeExecution",
    "UnrestrictCodeExecution",
]);
const TYPE_FILTER: Kind = Kind::Either(&[TYPE, Kind::List { of: &TYPE, min: 1, max: 9 }]);

const IDS: Kind = Kind::List { of: &ID, min: 1, max: 1000 };

/// A machine action as the service returns it.
pub(crate) const MACHINE_ACTION: Kind = Kind::Open(&[
    Field::required("id", &Kind::AnyText, "Machine action ID."),
    Field::optional("type", &TEXT_OR_NULL, "Type, for example Isolate."),
    Field::optional(
        "status",
        &TEXT_OR_NULL,
        "Pending, InProgress, Succeeded, Failed, TimeOut or Cancelled.",
    ),
    Field::optional("machineId", &TEXT_OR_NULL, "Device ID of the machine."),
    Field::optional("computerDnsName", &TEXT_OR_NULL, "Name of the machine."),
    Field::optional("requestor", &TEXT_OR_NULL, "Who asked for it."),
    Field::optional("requestorComment", &TEXT_OR_NULL, "Why."),
    Field::optional("creationDateTimeUtc", &TEXT_OR_NULL, "When it was asked for."),
    Field::optional("lastUpdateDateTimeUtc", &TEXT_OR_NULL, "When it last changed."),
    Field::optional("errorHResult", &Kind::Any, "Error of the machine as an HRESULT; 0 for none."),
]);

pub(crate) static GET_ACTIONS: Action = Action {
    name: "getActions",
    title: described("List machine actions"),
    summary: described(
        "Lists what was done to machines and how far it is, filtered, sorted and in pages.",
    ),
    category: described("Machine actions"),
    effect: Effect::Read,
    roles: READ_MACHINES,
    budget: &budget::STANDARD,
    params: &ObjectSchema::new(&[
        Field::optional("id", &ONE_OR_MANY, "Machine action ID.").in_filter("id", Plain),
        Field::optional("status", &STATUS_FILTER, "Status.").in_filter("status", Plain),
        Field::optional("machineId", &DEVICES, "Device ID of the machine.")
            .in_filter("machineId", Plain),
        Field::optional("type", &TYPE_FILTER, "Type of action.").in_filter("type", Plain),
        Field::optional("requestor", &ONE_OR_MANY, "Who asked for it.")
            .in_filter("requestor", Plain),
        Field::optional("creationDateTimeUtc", &TIME_OR_RANGE, "When it was asked for.")
            .in_filter("creationDateTimeUtc", Time),
    ])
    .and(&[PAGING]),
    result: described(&Kind::Groups(&[&[values!(&MACHINE_ACTION)], RESULT_PAGING])),
    docs: described("get-machineactions-collection"),
    deprecated: described(None),
    run: Run::Route(Route::get("/api/machineactions", ResponseBody::Page)),
};

pub(crate) static CANCEL_ACTION: Action = Action {
    name: "cancelAction",
    title: described("Cancel machine action"),
    summary: described(
        "Asks for machine actions that have not ended to be cancelled; `wait` shows whether they were.",
    ),
    category: described("Machine actions"),
    effect: Effect::Disrupt,
    roles: &[&[
        "Machine.Isolate",
        "Machine.LiveResponse",
        "Machine.Scan",
        "Machine.CollectForensics",
        "Machine.RestrictExecution",
        "Machine.StopAndQuarantine",
        "Machine.Offboard",
    ]],
    budget: &budget::STANDARD,
    params: &ObjectSchema::new(&[
        Field::optional("actionId", &ID, "Machine action ID.").in_path(),
        Field::optional("ids", &IDS, "Many of them."),
        COMMENT,
        WAIT,
        ENSURE,
        DRY_RUN,
    ])
    .exactly_one_of(&["actionId", "ids"])
    .with_alias("id", "actionId"),
    result: described(&Kind::Either(&[MACHINE_ACTION, BATCH_RESULT, DRY_RUN_RESULT])),
    docs: described("cancel-machine-action"),
    deprecated: described(None),
    run: Run::Operation(Route::post(
        "/api/machineactions/{actionId}/cancel",
        Body::Json(&[]),
        ResponseBody::CancelledJob,
    )),
};

pub(crate) static GET_ACTION: Action = Action {
    name: "getAction",
    title: described("Get machine action"),
    summary: described("Reads one machine action: how far it is."),
    category: described("Machine actions"),
    effect: Effect::Read,
    roles: READ_MACHINES,
    budget: &budget::STANDARD,
    params: &ObjectSchema::new(&[Field::required("id", &ID, "Machine action ID.").in_path()])
        .with_alias("actionId", "id"),
    result: described(&MACHINE_ACTION),
    docs: described("get-machineaction-object"),
    deprecated: described(None),
    run: Run::Route(Route::get("/api/machineactions/{id}", ResponseBody::Record)),
};

pub(crate) static WAIT_FOR_ACTION: Action = Action {
    name: "waitForAction",
    title: described("Wait for machine action"),
    summary: described(
        "Follows machine actions that were started before to their end; only Succeeded is success.",
    ),
    category: described("Machine actions"),
    effect: Effect::Read,
    roles: READ_MACHINES,
    budget: &budget::STANDARD,
    params: &ObjectSchema::new(&[
        Field::optional("id", &ID, "Machine action ID."),
        Field::optional("ids", &IDS, "Many of them."),
        WAIT,
    ])
    .exactly_one_of(&["id", "ids"])
    .with_alias("actionId", "id"),
    result: described(&Kind::Either(&[MACHINE_ACTION, BATCH_RESULT])),
    docs: described("get-machineaction-object"),
    deprecated: described(None),
    run: Run::Wait,
};

//! Automated investigations. Microsoft has deprecated the whole family, and new ones cannot be
//! started.
//!
//! <https://learn.microsoft.com/en-us/defender-endpoint/api/investigation>.

use crate::catalogue::budget;
use crate::catalogue::entities::READ_ALERTS;
use crate::catalogue::fields::{
    BATCH_RESULT, COMMENT, DEVICES, DRY_RUN_RESULT, ID, ONE_OR_MANY, PAGING, RESULT_PAGING,
    TEXT_OR_NULL, TIME_OR_RANGE, values,
};
use crate::catalogue::options::{TARGET_NAMES, TARGETS};
use crate::catalogue::{Action, Custom, Effect, ResponseBody, Route, Run};
use crate::described::described;
use crate::schema::{
    Field, Kind,
    Literal::{Plain, Time},
    ObjectSchema,
};

const DEPRECATED: &str = "Microsoft has deprecated the automated investigation API (MC1411577).";

/// Why none can be started.
pub(crate) const SWITCHED_OFF: &str = "Microsoft switched it off on 2026-09-01 (MC1411577): use `runAntivirusScan` with `scanType` \"Full\" instead.";

static INVESTIGATION: Kind = INVESTIGATION_RECORD;

const INVESTIGATION_RECORD: Kind = Kind::Open(&[
    Field::required("id", &Kind::AnyText, "Investigation ID."),
    Field::optional("state", &TEXT_OR_NULL, "State."),
    Field::optional("startTime", &TEXT_OR_NULL, "When it began."),
    Field::optional("endTime", &TEXT_OR_NULL, "When it ended."),
    Field::optional("machineId", &TEXT_OR_NULL, "Device ID of the machine."),
    Field::optional("triggeringAlertId", &TEXT_OR_NULL, "Alert that set it off."),
]);

pub(crate) static START_INVESTIGATION: Action = Action {
    name: "startInvestigation",
    title: described("Start investigation"),
    summary: described(
        "Sends nothing: Microsoft switched it off on 2026-09-01. Use `runAntivirusScan` with `scanType` Full.",
    ),
    category: described("Investigations"),
    effect: Effect::Disrupt,
    roles: &[&["Alert.ReadWrite.All"]],
    budget: &budget::INVESTIGATIONS,
    params: &ObjectSchema::new(&[COMMENT]).and(&[TARGETS]).exactly_one_of(TARGET_NAMES),
    result: described(&Kind::Either(&[INVESTIGATION_RECORD, BATCH_RESULT, DRY_RUN_RESULT])),
    docs: described("initiate-autoir-investigation"),
    deprecated: described(Some(SWITCHED_OFF)),
    run: Run::Custom(Custom::StartInvestigation),
};

pub(crate) static GET_INVESTIGATIONS: Action = Action {
    name: "getInvestigations",
    title: described("List investigations"),
    summary: described("Lists automated investigations, filtered, sorted and in pages."),
    category: described("Investigations"),
    effect: Effect::Read,
    roles: READ_ALERTS,
    budget: &budget::STANDARD,
    params: &ObjectSchema::new(&[
        Field::optional("id", &ONE_OR_MANY, "Investigation ID.").in_filter("id", Plain),
        Field::optional("state", &ONE_OR_MANY, "State, for example Running.")
            .in_filter("state", Plain),
        Field::optional("machineId", &DEVICES, "Device ID of the machine.")
            .in_filter("machineId", Plain),
        Field::optional("triggeringAlertId", &ONE_OR_MANY, "Alert that set it off.")
            .in_filter("triggeringAlertId", Plain),
        Field::optional("startTime", &TIME_OR_RANGE, "When it began.").in_filter("startTime", Time),
    ])
    .and(&[PAGING]),
    result: described(&Kind::Groups(&[&[values!(&INVESTIGATION)], RESULT_PAGING])),
    docs: described("get-investigation-collection"),
    deprecated: described(Some(DEPRECATED)),
    run: Run::Route(Route::get("/api/investigations", ResponseBody::Page)),
};

pub(crate) static GET_INVESTIGATION: Action = Action {
    name: "getInvestigation",
    title: described("Get investigation"),
    summary: described("Reads one automated investigation."),
    category: described("Investigations"),
    effect: Effect::Read,
    roles: READ_ALERTS,
    budget: &budget::STANDARD,
    params: &ObjectSchema::new(&[Field::required(
        "id",
        &ID,
        "Investigation ID, or the ID of the alert that set it off.",
    )
    .in_path()]),
    result: described(&INVESTIGATION),
    docs: described("get-investigation-object"),
    deprecated: described(Some(DEPRECATED)),
    run: Run::Route(Route::get("/api/investigations/{id}", ResponseBody::Record)),
};

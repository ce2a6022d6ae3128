//! Alerts: reading them.
//!
//! <https://learn.microsoft.com/en-us/defender-endpoint/api/alerts>.

use crate::catalogue::budget;
use crate::catalogue::entities::{ALERT, READ_ALERTS};
use crate::catalogue::fields::{
    ID, ONE_OR_MANY, ONE_OR_MANY_NUMBERS, PAGING, RESULT_PAGING, TIME_OR_RANGE, values,
};
use crate::catalogue::{Action, Effect, ResponseBody, Route, Run};
use crate::described::described;
use crate::schema::{
    Field, Kind,
    Literal::{Plain, Time},
    ObjectSchema,
};

const SEVERITY: Kind = Kind::Choice(&["UnSpecified", "Informational", "Low", "Medium", "High"]);
const STATUS: Kind = Kind::Choice(&["Unknown", "New", "InProgress", "Resolved"]);

pub(crate) const ALERT_ID: Field = Field::required("id", &ID, "Alert ID.").in_path();

pub(crate) static GET_ALERTS: Action = Action {
    name: "getAlerts",
    title: described("List alerts"),
    summary: described("Lists alerts, filtered, sorted and in pages."),
    category: described("Alerts"),
    effect: Effect::Read,
    roles: READ_ALERTS,
    budget: &budget::STANDARD,
    params: &ObjectSchema::new(&[
        Field::optional("id", &ONE_OR_MANY, "Alert ID.").in_filter("id", Plain),
        Field::optional(
            "status",
            &Kind::Either(&[STATUS, Kind::List { of: &STATUS, min: 1, max: 4 }]),
            "Status.",
        )
        .in_filter("status", Plain),
        Field::optional(
            "severity",
            &Kind::Either(&[SEVERITY, Kind::List { of: &SEVERITY, min: 1, max: 5 }]),
            "Severity.",
        )
        .in_filter("severity", Plain),
        Field::optional("category", &ONE_OR_MANY, "Category.").in_filter("category", Plain),
        Field::optional("assignedTo", &ONE_OR_MANY, "Owner.").in_filter("assignedTo", Plain),
        Field::optional("detectionSource", &ONE_OR_MANY, "Source of the detection.")
            .in_filter("detectionSource", Plain),
        Field::optional("incidentId", &ONE_OR_MANY_NUMBERS, "Incident ID.")
            .in_filter("incidentId", Plain),
        Field::optional("investigationId", &ONE_OR_MANY_NUMBERS, "Investigation ID.")
            .in_filter("investigationId", Plain),
        Field::optional("alertCreationTime", &TIME_OR_RANGE, "Creation time.")
            .in_filter("alertCreationTime", Time),
        Field::optional("lastEventTime", &TIME_OR_RANGE, "Time of the last event.")
            .in_filter("lastEventTime", Time),
        Field::optional("lastUpdateTime", &TIME_OR_RANGE, "Time of the last change.")
            .in_filter("lastUpdateTime", Time),
        Field::optional(
            "expand",
            &Kind::Choice(&["evidence"]),
            "Additional data; lists omit evidence.",
        )
        .in_query("$expand"),
    ])
    .and(&[PAGING]),
    result: described(&Kind::Groups(&[&[values!(&ALERT)], RESULT_PAGING])),
    docs: described("get-alerts"),
    deprecated: described(None),
    run: Run::Route(Route::get("/api/alerts", ResponseBody::Page)),
};

pub(crate) static GET_ALERT: Action = Action {
    name: "getAlert",
    title: described("Get alert"),
    summary: described("Reads one alert with its evidence."),
    category: described("Alerts"),
    effect: Effect::Read,
    roles: READ_ALERTS,
    budget: &budget::STANDARD,
    params: &ObjectSchema::new(&[ALERT_ID]),
    result: described(&ALERT),
    docs: described("get-alert-info-by-id"),
    deprecated: described(None),
    run: Run::Route(Route::get("/api/alerts/{id}", ResponseBody::Record)),
};

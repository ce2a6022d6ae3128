//! Incidents: the alerts of all Defender products, grouped by attack. Microsoft Graph alone has
//! them.
//!
//! <https://learn.microsoft.com/en-us/graph/api/security-list-incidents>.

use crate::catalogue::budget;
use crate::catalogue::fields::{
    ID, NON_BLANK, RESULT_PAGING, SHORT_PAGING, TEXT_OR_NULL, TIME_OR_RANGE, values,
};
use crate::catalogue::{Action, Effect, ResponseBody, Roles, Route, Run};
use crate::described::described;
use crate::schema::{
    Field, Kind,
    Literal::{Plain, Time},
    ObjectSchema,
};

const READ: Roles = &[&["SecurityIncident.Read.All", "SecurityIncident.ReadWrite.All"]];

/// Which incident took the place of one that was merged into it.
pub(crate) const REDIRECT: &str = "redirectIncidentId";

const EXPAND: Field = Field::optional(
    "expand",
    &Kind::Choice(&["alerts"]),
    "Additional data; in a large tenant the service may fail to list it.",
)
.in_query("$expand");

static INCIDENT: Kind = Kind::Open(&[
    Field::required("id", &Kind::AnyText, "Incident ID; an alert's `incidentId`."),
    Field::optional("displayName", &TEXT_OR_NULL, "Title."),
    Field::optional("status", &TEXT_OR_NULL, "Status."),
    Field::optional("severity", &TEXT_OR_NULL, "Severity."),
    Field::optional("alerts", &Kind::Any, "Alerts, with `expand`; their evidence names machines."),
    Field::optional("createdDateTime", &TEXT_OR_NULL, "Creation time."),
    Field::optional("lastUpdateDateTime", &TEXT_OR_NULL, "Time of the last change."),
    Field::optional("assignedTo", &TEXT_OR_NULL, "Owner."),
    Field::optional("classification", &TEXT_OR_NULL, "Classification."),
    Field::optional("determination", &TEXT_OR_NULL, "Determination."),
    Field::optional(REDIRECT, &TEXT_OR_NULL, "The incident that it was merged into."),
]);

pub(crate) static GET_INCIDENTS: Action = Action {
    name: "getIncidents",
    title: described("List incidents"),
    summary: described("Lists incidents, newest first, filtered and in pages."),
    category: described("Incidents"),
    effect: Effect::Read,
    roles: READ,
    budget: &budget::STANDARD,
    params: &ObjectSchema::new(&[
        Field::optional(
            "status",
            &Kind::Known(&["active", "inProgress", "resolved", "redirected", "awaitingAction"]),
            "Status.",
        )
        .in_filter("status", Plain),
        Field::optional(
            "severity",
            &Kind::Choice(&["unknown", "informational", "low", "medium", "high"]),
            "Severity.",
        )
        .in_filter("severity", Plain),
        Field::optional(
            "classification",
            &Kind::Known(&[
                "unknown",
                "falsePositive",
                "truePositive",
                "informationalExpectedActivity",
            ]),
            "Classification.",
        )
        .in_filter("classification", Plain),
        Field::optional("determination", &NON_BLANK, "Determination.")
            .in_filter("determination", Plain),
        Field::optional("assignedTo", &NON_BLANK, "Owner.").in_filter("assignedTo", Plain),
        Field::optional("createdDateTime", &TIME_OR_RANGE, "Creation time.")
            .in_filter("createdDateTime", Time),
        Field::optional("lastUpdateDateTime", &TIME_OR_RANGE, "Time of the last change.")
            .in_filter("lastUpdateDateTime", Time),
        EXPAND,
    ])
    .and(&[SHORT_PAGING]),
    result: described(&Kind::Groups(&[&[values!(&INCIDENT)], RESULT_PAGING])),
    docs: described("https://learn.microsoft.com/en-us/graph/api/security-list-incidents"),
    deprecated: described(None),
    run: Run::Route(Route::get("/v1.0/security/incidents", ResponseBody::Page).on_graph()),
};

pub(crate) static GET_INCIDENT: Action = Action {
    name: "getIncident",
    title: described("Get incident"),
    summary: described("Reads one incident; a warning names the one that it was merged into."),
    category: described("Incidents"),
    effect: Effect::Read,
    roles: READ,
    budget: &budget::STANDARD,
    params: &ObjectSchema::new(&[Field::required("id", &ID, "Incident ID.").in_path(), EXPAND]),
    result: described(&INCIDENT),
    docs: described("https://learn.microsoft.com/en-us/graph/api/security-incident-get"),
    deprecated: described(None),
    run: Run::Route(Route::get("/v1.0/security/incidents/{id}", ResponseBody::Record).on_graph()),
};

//! Alerts: changing them, and raising one from an event.
//!
//! <https://learn.microsoft.com/en-us/defender-endpoint/api/update-alert>.

use crate::catalogue::alerts::read::{ALERT, ALERT_ID};
use crate::catalogue::budget;
use crate::catalogue::fields::{BATCH, DEVICE, NOTHING, TIME, WORDS};
use crate::catalogue::{
    Action, Answer, Body, Change, Effect, In, Roles, Route, Run, Shown, Synonym,
};
use crate::schema::{Field, Kind, Shape};

const WRITE_ALERTS: Roles = &[&["Alert.ReadWrite.All"]];

/// What can be changed. The service spells some determinations in two ways, and adds to them:
/// others pass too.
static UPDATE: &[Field] = &[
    Field::optional("status", &Kind::Choice(&["New", "InProgress", "Resolved"]), "Status.")
        .in_body("status"),
    Field::optional("assignedTo", &WORDS, "Owner.").in_body("assignedTo"),
    Field::optional(
        "classification",
        &Kind::Known(&["TruePositive", "InformationalExpectedActivity", "FalsePositive"]),
        "Classification.",
    )
    .in_body("classification"),
    Field::optional(
        "determination",
        &Kind::Known(&[
            "MultiStagedAttack",
            "MaliciousUserActivity",
            "CompromisedUser",
            "Malware",
            "Phishing",
            "UnwantedSoftware",
            "SecurityTesting",
            "LineOfBusinessApplication",
            "ConfirmedActivity",
            "ConfirmedUserActivity",
            "NotMalicious",
            "Clean",
            "InsufficientData",
            "NoEnoughDataToValidate",
            "Other",
        ]),
        "Determination; it must go with the classification.",
    )
    .in_body("determination"),
    Field::optional("comment", &WORDS, "Comment to add.").in_body("comment"),
];

const READ: &str = "getAlert";

static UPDATED: Change = Change {
    other: "is not the record of the alert that was named (`getAlert` reads that)",
    read: READ,
    shown: &[
        Shown::Name("id"),
        Shown::Value("status"),
        Shown::Value("assignedTo"),
        Shown::Value("classification"),
        Shown::Synonym(&Synonym {
            member: "determination",
            pairs: &[["ConfirmedActivity", "ConfirmedUserActivity"], ["NotMalicious", "Clean"]],
        }),
        Shown::Among(&In { list: "comments", parameter: "comment" }),
    ],
};

/// Merged into an open alert of that machine and title, the event leaves that one's severity and
/// category as they were.
static CREATED: Change = Change {
    other: "is not an alert on the machine that was named (`getAlerts` lists them)",
    read: READ,
    shown: &[Shown::Name("machineId"), Shown::Value("title")],
};

const CATEGORY: Kind = Kind::Known(&[
    "General",
    "CommandAndControl",
    "Collection",
    "CredentialAccess",
    "DefenseEvasion",
    "Discovery",
    "Exfiltration",
    "Exploit",
    "Execution",
    "InitialAccess",
    "LateralMovement",
    "Malware",
    "Persistence",
    "PrivilegeEscalation",
    "Ransomware",
    "SuspiciousActivity",
]);

pub(crate) static UPDATE_ALERT: Action = Action {
    name: "updateAlert",
    title: "Update alert",
    summary: "Changes an alert: status, owner, classification, determination; adds a comment.",
    category: "Alerts",
    effect: Effect::Change,
    roles: WRITE_ALERTS,
    budget: &budget::STANDARD,
    params: &Shape::of(&[ALERT_ID]).and(&[UPDATE]),
    result: &ALERT,
    docs: "update-alert",
    deprecated: None,
    run: Run::Route(Route::patch(
        "/api/alerts/{id}",
        Body::Members(&[]),
        Answer::Changed(&UPDATED),
    )),
};

pub(crate) static UPDATE_ALERTS: Action = Action {
    name: "updateAlerts",
    title: "Update alerts",
    summary: "Changes many alerts in the same way, in one request.",
    category: "Alerts",
    effect: Effect::Change,
    roles: WRITE_ALERTS,
    budget: &budget::ALERT_BATCHES,
    params: &Shape::of(&[Field::required("alertIds", &BATCH, "Alert IDs.").in_body("alertIds")])
        .and(&[UPDATE]),
    result: &NOTHING,
    docs: "batch-update-alerts",
    deprecated: None,
    run: Run::Route(Route::post("/api/alerts/batchUpdate", Body::Members(&[]), Answer::Nothing)),
};

pub(crate) static CREATE_ALERT: Action = Action {
    name: "createAlert",
    title: "Create alert",
    summary: "Raises an alert on an event that hunting found; the service merges it into an open one of that title, and investigates.",
    category: "Alerts",
    effect: Effect::Change,
    roles: WRITE_ALERTS,
    budget: &budget::NEW_ALERTS,
    params: &Shape::of(&[
        Field::required("machineId", &DEVICE, "Device ID of the machine.").in_body("machineId"),
        Field::required("eventTime", &TIME, "The event's Timestamp.").in_body("eventTime"),
        Field::required("reportId", &WORDS, "The event's ReportId.").in_body("reportId"),
        Field::required("title", &WORDS, "Title.").in_body("title"),
        Field::required("description", &WORDS, "Description.").in_body("description"),
        Field::required("severity", &Kind::Choice(&["Low", "Medium", "High"]), "Severity.")
            .in_body("severity"),
        Field::required("category", &CATEGORY, "Category.").in_body("category"),
        Field::required("recommendedAction", &WORDS, "What to do about it.")
            .in_body("recommendedAction"),
    ]),
    result: &ALERT,
    docs: "create-alert-by-reference",
    deprecated: None,
    run: Run::Route(Route::post(
        "/api/alerts/CreateAlertByReference",
        Body::Members(&[]),
        Answer::Changed(&CREATED),
    )),
};

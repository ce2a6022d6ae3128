//! Alerts: changing them, and raising one from an event.
//!
//! <https://learn.microsoft.com/en-us/defender-endpoint/api/update-alert>.

use crate::catalogue::alerts::read::ALERT_ID;
use crate::catalogue::budget;
use crate::catalogue::entities::ALERT;
use crate::catalogue::fields::{BATCH, DEVICE, NON_BLANK, NOTHING, TIME};
use crate::catalogue::{
    Action, Body, Change, Effect, ExpectedMember, ListMember, ResponseBody, Roles, Route, Run,
    Synonym,
};
use crate::described::described;
use crate::schema::{Field, Kind, ObjectSchema};

const WRITE_ALERTS: Roles = &[&["Alert.ReadWrite.All"]];

/// The changeable members. The service has two spellings for some determinations and adds new ones,
/// so others pass too.
static UPDATE: &[Field] = &[
    Field::optional("status", &Kind::Choice(&["New", "InProgress", "Resolved"]), "Status.")
        .in_body("status"),
    Field::optional("assignedTo", &NON_BLANK, "Owner.").in_body("assignedTo"),
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
    Field::optional("comment", &NON_BLANK, "Comment to add.").in_body("comment"),
];

const READ: &str = "getAlert";

static UPDATED: Change = Change {
    mismatch: "is not the record of the given alert (check with `getAlert`)",
    read: READ,
    expected: &[
        ExpectedMember::Subject("id"),
        ExpectedMember::Value("status"),
        ExpectedMember::Value("assignedTo"),
        ExpectedMember::Value("classification"),
        ExpectedMember::Synonym(&Synonym {
            member: "determination",
            pairs: &[["ConfirmedActivity", "ConfirmedUserActivity"], ["NotMalicious", "Clean"]],
        }),
        ExpectedMember::Among(&ListMember { list: "comments", parameter: "comment" }),
    ],
};

/// If the event is merged into an open alert of that machine and title, that alert keeps its
/// severity and category.
static CREATED: Change = Change {
    mismatch: "is not an alert on the given machine (check with `getAlerts`)",
    read: READ,
    expected: &[ExpectedMember::Subject("machineId"), ExpectedMember::Value("title")],
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
    title: described("Update alert"),
    summary: described(
        "Changes an alert: status, owner, classification, determination; adds a comment.",
    ),
    category: described("Alerts"),
    effect: Effect::Change,
    roles: WRITE_ALERTS,
    budget: &budget::STANDARD,
    params: &ObjectSchema::new(&[ALERT_ID]).and(&[UPDATE]),
    result: described(&ALERT),
    docs: described("update-alert"),
    deprecated: described(None),
    run: Run::Route(Route::patch(
        "/api/alerts/{id}",
        Body::Json(&[]),
        ResponseBody::Changed(&UPDATED),
    )),
};

pub(crate) static UPDATE_ALERTS: Action = Action {
    name: "updateAlerts",
    title: described("Update alerts"),
    summary: described("Changes several alerts in the same way, in one request."),
    category: described("Alerts"),
    effect: Effect::Change,
    roles: WRITE_ALERTS,
    budget: &budget::ALERT_BATCHES,
    params: &ObjectSchema::new(&[
        Field::required("alertIds", &BATCH, "Alert IDs.").in_body("alertIds")
    ])
    .and(&[UPDATE]),
    result: described(&NOTHING),
    docs: described("batch-update-alerts"),
    deprecated: described(None),
    run: Run::Route(Route::post("/api/alerts/batchUpdate", Body::Json(&[]), ResponseBody::Empty)),
};

pub(crate) static CREATE_ALERT: Action = Action {
    name: "createAlert",
    title: described("Create alert"),
    summary: described(
        "Raises an alert for an event found by hunting; the service merges it into an open one of that title and investigates.",
    ),
    category: described("Alerts"),
    effect: Effect::Change,
    roles: WRITE_ALERTS,
    budget: &budget::NEW_ALERTS,
    params: &ObjectSchema::new(&[
        Field::required("machineId", &DEVICE, "Device ID of the machine.").in_body("machineId"),
        Field::required("eventTime", &TIME, "The event's Timestamp.").in_body("eventTime"),
        Field::required("reportId", &NON_BLANK, "The event's ReportId.").in_body("reportId"),
        Field::required("title", &NON_BLANK, "Title.").in_body("title"),
        Field::required("description", &NON_BLANK, "Description.").in_body("description"),
        Field::required("severity", &Kind::Choice(&["Low", "Medium", "High"]), "Severity.")
            .in_body("severity"),
        Field::required("category", &CATEGORY, "Category.").in_body("category"),
        Field::required("recommendedAction", &NON_BLANK, "Recommended action.")
            .in_body("recommendedAction"),
    ]),
    result: described(&ALERT),
    docs: described("create-alert-by-reference"),
    deprecated: described(None),
    run: Run::Route(Route::post(
        "/api/alerts/CreateAlertByReference",
        Body::Json(&[]),
        ResponseBody::Changed(&CREATED),
    )),
};

//! Updates one or many alerts, and creates alerts.

use serde::Deserialize;
use serde_json::{Value, json};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::alerts::position;
use super::body::required;
use super::call::Call;
use super::roles::ALERT_WRITE;
use super::route::{Route, patch, post};
use crate::clock::api_timestamp;
use crate::records::has;
use crate::refusal::ApiError;
use crate::reply::Reply;

pub(super) const ROUTES: &[Route] = &[
    patch("/api/alerts/{id}", ALERT_WRITE, update),
    post("/api/alerts/batchUpdate", ALERT_WRITE, update_many).rate(10, 500),
    post("/api/alerts/CreateAlertByReference", ALERT_WRITE, create).rate(15, 1500),
];

const STATUSES: &[&str] = &["New", "InProgress", "Resolved"];
const SEVERITIES: &[&str] = &["Low", "Medium", "High"];

/// Classifications with their determinations, in both spellings where the documents use two.
const CLASSIFICATIONS: [(&str, &[&str]); 3] = [
    (
        "TruePositive",
        &[
            "MultiStagedAttack",
            "MaliciousUserActivity",
            "CompromisedUser",
            "Malware",
            "Phishing",
            "UnwantedSoftware",
            "Other",
        ],
    ),
    (
        "InformationalExpectedActivity",
        &[
            "SecurityTesting",
            "LineOfBusinessApplication",
            "ConfirmedActivity",
            "ConfirmedUserActivity",
            "Other",
        ],
    ),
    ("FalsePositive", &["NotMalicious", "Clean", "InsufficientData", "Other"]),
];

const CATEGORIES: &[&str] = &[
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
];

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Update {
    /// The alerts of a batch.
    alert_ids: Option<Vec<String>>,
    status: Option<String>,
    assigned_to: Option<String>,
    classification: Option<String>,
    determination: Option<String>,
    comment: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Create {
    machine_id: Option<String>,
    severity: Option<String>,
    title: Option<String>,
    description: Option<String>,
    recommended_action: Option<String>,
    event_time: Option<String>,
    report_id: Option<String>,
    category: Option<String>,
}

/// `PATCH /api/alerts/{id}`.
fn update(call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let index = position(call, call.segment(0))?;
    let body: Update = call.body()?;
    if body.alert_ids.is_some() {
        return Err(ApiError::body("alertIds is for batchUpdate"));
    }
    check(&body, &call.state.scenario.records.alerts[index])?;
    apply(call, index, &body);
    Ok(call.entity(200, "Alerts", &call.state.scenario.records.alerts[index]))
}

/// `POST /api/alerts/batchUpdate`, with 200 and no body. One unknown alert fails the whole request
/// (undocumented).
fn update_many(call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let body: Update = call.body()?;
    let ids = body
        .alert_ids
        .as_deref()
        .filter(|ids| !ids.is_empty())
        .ok_or_else(|| ApiError::missing("alertIds"))?;
    let indexes = ids.iter().map(|id| position(call, id)).collect::<Result<Vec<_>, _>>()?;
    for index in &indexes {
        check(&body, &call.state.scenario.records.alerts[*index])?;
    }
    indexes.into_iter().for_each(|index| apply(call, index, &body));
    Ok(Reply::empty(200))
}

/// `POST /api/alerts/CreateAlertByReference`. The event is added to an open alert of the device
/// with the same title, if there is one.
fn create(call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let body: Create = call.body()?;
    let machine_id = required("machineId", body.machine_id)?;
    let severity = one_of("severity", required("severity", body.severity)?, SEVERITIES)?;
    let title = required("title", body.title)?;
    let description = required("description", body.description)?;
    let recommended = required("recommendedAction", body.recommended_action)?;
    let event_time = required("eventTime", body.event_time)?;
    required("reportId", body.report_id)?;
    let category = one_of("category", required("category", body.category)?, CATEGORIES)?;
    OffsetDateTime::parse(&event_time, &Rfc3339)
        .map_err(|_| ApiError::input(format!("eventTime '{event_time}' is not a time")))?;
    let machine = call.state.machine(&machine_id);
    let machine = machine
        .ok_or_else(|| ApiError::not_found(format!("Machine {machine_id} was not found")))?;
    let now = api_timestamp(call.now);
    let records = &call.state.scenario.records;
    let is_open = |alert: &Value| alert["status"] != "Resolved" && alert["title"] == title.as_str();
    let open = records
        .alerts
        .iter()
        .position(|alert| has(alert, "machineId", &machine_id) && is_open(alert));
    let fresh = json!({
        "id": format!("da{}_{}", call.now.unix_timestamp_nanos(), records.alerts.len()),
        "incidentId": 51_300 + records.alerts.len(), "investigationId": null, "assignedTo": null,
        "severity": severity,
        "status": "New", "classification": null, "determination": null,
        "investigationState": "Queued",
        "detectionSource": "CustomerTI", "detectorId": null, "category": category,
        "threatFamilyName": null,
        "threatName": null, "title": title, "description": description,
        "recommendedAction": recommended,
        "alertCreationTime": now, "firstEventTime": event_time, "lastEventTime": event_time,
        "lastUpdateTime": now,
        "resolvedTime": null, "machineId": machine.id, "computerDnsName": machine.computer_dns_name,
        "rbacGroupName": machine.rbac_group_name, "aadTenantId": call.claims.tid,
        "mitreTechniques": [],
        "relatedUser": null, "loggedOnUsers": [], "comments": [], "evidence": [],
    });
    let alerts = &mut call.state.scenario.records.alerts;
    let index = open.unwrap_or(alerts.len());
    match open {
        Some(index) => {
            alerts[index]["lastEventTime"] = json!(event_time);
            alerts[index]["lastUpdateTime"] = json!(now);
        }
        None => alerts.push(fresh),
    }
    Ok(call.entity(200, "Alerts", &call.state.scenario.records.alerts[index]))
}

fn check(body: &Update, alert: &Value) -> Result<(), ApiError> {
    let given =
        [&body.status, &body.assigned_to, &body.classification, &body.determination, &body.comment];
    if given.iter().all(|field| field.is_none()) {
        return Err(ApiError::body("The request changes nothing"));
    }
    if let Some(status) = &body.status {
        one_of("status", status.clone(), STATUSES)?;
    }
    let classifications = CLASSIFICATIONS.map(|(name, _)| name);
    if let Some(classification) = &body.classification {
        one_of("classification", classification.clone(), &classifications)?;
    }
    let Some(determination) = &body.determination else { return Ok(()) };
    // Without a classification, in this request or before, any determination is valid
    // (undocumented).
    let classification =
        body.classification.as_deref().or_else(|| alert["classification"].as_str());
    let mut fitting = CLASSIFICATIONS
        .iter()
        .filter(|(name, _)| classification.is_none_or(|wanted| wanted == *name));
    if fitting.any(|(_, determinations)| determinations.contains(&determination.as_str())) {
        return Ok(());
    }
    let of = classification.unwrap_or("any classification");
    Err(ApiError::input(format!("determination '{determination}' is not one of {of}")))
}

fn apply(call: &mut Call<'_>, index: usize, body: &Update) {
    let now = api_timestamp(call.now);
    let alert = &mut call.state.scenario.records.alerts[index];
    let members = [
        ("status", &body.status),
        ("assignedTo", &body.assigned_to),
        ("classification", &body.classification),
        ("determination", &body.determination),
    ];
    for (name, value) in
        members.into_iter().filter_map(|(name, value)| Some((name, value.as_ref()?)))
    {
        alert[name] = json!(value);
    }
    if let Some(status) = &body.status {
        alert["resolvedTime"] = if status == "Resolved" { json!(now) } else { Value::Null };
    }
    if let (Some(comment), Some(comments)) = (&body.comment, alert["comments"].as_array_mut()) {
        comments.push(
            json!({ "comment": comment, "createdBy": call.claims.appid, "createdTime": now }),
        );
    }
    alert["lastUpdateTime"] = json!(now);
}

fn one_of(name: &str, value: String, allowed: &[&str]) -> Result<String, ApiError> {
    if allowed.contains(&value.as_str()) {
        return Ok(value);
    }
    Err(ApiError::input(format!(
        "{name} '{value}' is not valid; it is one of {}",
        allowed.join(", ")
    )))
}

//! Incidents, which Graph alone has: list, get, and the alerts that belong to them.
//!
//! <https://learn.microsoft.com/en-us/graph/api/security-list-incidents>.

use std::cmp::Reverse;

use serde_json::{Value, json};

use super::call::Call;
use super::listing;
use super::roles::INCIDENT_READ;
use super::route::{Route, get};
use crate::odata::schema::INCIDENT;
use crate::records::has;
use crate::refusal::ApiError;
use crate::reply::Reply;

pub(super) const ROUTES: &[Route] = &[
    get("/v1.0/security/incidents", INCIDENT_READ, list).at_graph(),
    get("/v1.0/security/incidents/{id}", INCIDENT_READ, one).at_graph(),
];

/// `GET /v1.0/security/incidents`, newest first. Includes alerts only with `$expand=alerts`.
fn list(call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let mut incidents = call.state.scenario.records.incidents.clone();
    incidents.sort_by_cached_key(|incident| Reverse(incident["createdDateTime"].to_string()));
    let incidents = incidents.into_iter().map(|incident| with_alerts(call, incident)).collect();
    listing::reply(call, "security/incidents", &INCIDENT, incidents)
}

/// `GET /v1.0/security/incidents/{id}`.
fn one(call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let id = call.segment(0);
    let incidents = &call.state.scenario.records.incidents;
    let incident = incidents.iter().find(|incident| has(incident, "id", id)).cloned();
    let incident =
        incident.ok_or_else(|| ApiError::not_found(format!("Incident {id} was not found")))?;
    let is_expanded = !listing::expanded(call, &INCIDENT)?.is_empty();
    let incident = if is_expanded { with_alerts(call, incident) } else { incident };
    Ok(call.entity(200, "security/incidents", incident))
}

/// The incident with those of the tenant's alerts that name it.
fn with_alerts(call: &Call<'_>, mut incident: Value) -> Value {
    let id: Option<u64> = incident["id"].as_str().and_then(|id| id.parse().ok());
    let is_its = |alert: &&Value| id.is_some() && alert["incidentId"].as_u64() == id;
    let alerts = call.state.scenario.records.alerts.iter().filter(is_its).map(alert).collect();
    incident["alerts"] = alerts;
    incident
}

/// An alert of Defender's API as Graph has it.
fn alert(alert: &Value) -> Value {
    let camel = |name: &str| {
        let mut text = alert[name].as_str().unwrap_or("unknown").to_owned();
        text.get_mut(..1).into_iter().for_each(str::make_ascii_lowercase);
        text
    };
    json!({
        "id": alert["id"], "providerAlertId": alert["id"],
        "incidentId": alert["incidentId"].to_string(), "status": camel("status"),
        "severity": camel("severity"), "classification": camel("classification"),
        "determination": camel("determination"), "serviceSource": "microsoftDefenderForEndpoint",
        "detectionSource": camel("detectionSource"), "detectorId": alert["detectorId"],
        "tenantId": alert["aadTenantId"], "title": alert["title"],
        "description": alert["description"], "category": alert["category"],
        "assignedTo": alert["assignedTo"], "mitreTechniques": alert["mitreTechniques"],
        "createdDateTime": alert["alertCreationTime"],
        "lastUpdateDateTime": alert["lastUpdateTime"], "resolvedDateTime": alert["resolvedTime"],
        "firstActivityDateTime": alert["firstEventTime"],
        "lastActivityDateTime": alert["lastEventTime"], "comments": [],
        "evidence": [{
            "@odata.type": "#microsoft.graph.security.deviceEvidence",
            "createdDateTime": alert["alertCreationTime"], "verdict": "unknown",
            "mdeDeviceId": alert["machineId"], "deviceDnsName": alert["computerDnsName"]
        }]
    })
}

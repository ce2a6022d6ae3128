//! Response actions other than isolation and live response: each request creates a machine action.

use serde::Deserialize;
use serde_json::json;

use super::body::required;
use super::call::Call;
use super::investigations;
use super::observables::is_hex;
use super::roles::{ALERT_WRITE, COLLECT, OFFBOARD, QUARANTINE, RESTRICT, SCAN};
use super::route::{Route, post};
use super::submit::{not_onboarded, submit};
use crate::action::Order;
use crate::clock::api_timestamp;
use crate::machine::Machine;
use crate::refusal::ApiError;
use crate::reply::Reply;

pub(super) const ROUTES: &[Route] = &[
    post("/api/machines/{id}/restrictCodeExecution", RESTRICT, restrict),
    post("/api/machines/{id}/unrestrictCodeExecution", RESTRICT, unrestrict),
    post("/api/machines/{id}/runAntiVirusScan", SCAN, scan),
    post("/api/machines/{id}/StopAndQuarantineFile", QUARANTINE, quarantine),
    post("/api/machines/{id}/collectInvestigationPackage", COLLECT, collect),
    post("/api/machines/{id}/offboard", OFFBOARD, offboard),
    // Limited per hour only: the limit per minute equals the limit per hour.
    post("/api/machines/{id}/startInvestigation", ALERT_WRITE, investigate).rate(50, 50),
];

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
struct Scan {
    comment: Option<String>,
    scan_type: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
struct Quarantine {
    comment: Option<String>,
    sha1: Option<String>,
}

fn restrict(call: &mut Call<'_>) -> Result<Reply, ApiError> {
    windows(call, "RestrictCodeExecution")
}

fn unrestrict(call: &mut Call<'_>) -> Result<Reply, ApiError> {
    windows(call, "UnrestrictCodeExecution")
}

fn scan(call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let machine = call.machine()?;
    let body: Scan = call.body()?;
    let comment = required("Comment", body.comment)?;
    let scope = required("ScanType", body.scan_type)?;
    if !matches!(scope.as_str(), "Quick" | "Full") {
        return Err(ApiError::input(format!(
            "ScanType '{scope}' is not valid; it is Quick or Full"
        )));
    }
    onboarded(machine)?;
    submit(
        call,
        Order { kind: "RunAntiVirusScan", comment, scope: Some(scope), ..Order::default() },
    )
}

/// The documents' list of supported systems does not mention servers; the stub accepts them.
fn quarantine(call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let machine = call.machine()?;
    let body: Quarantine = call.body()?;
    let comment = required("Comment", body.comment)?;
    let sha1 = required("Sha1", body.sha1)?;
    if !is_hex(&sha1, 40) {
        return Err(ApiError::hash(&sha1));
    }
    onboarded_windows(machine)?;
    submit(
        call,
        Order { kind: "StopAndQuarantineFile", comment, file: Some(sha1), ..Order::default() },
    )
}

fn collect(call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let machine = call.machine()?;
    let comment = call.comment()?;
    onboarded(machine)?;
    submit(call, Order { kind: "CollectInvestigationPackage", comment, ..Order::default() })
}

/// Answers 200 where every other action answers 201, as documented.
fn offboard(call: &mut Call<'_>) -> Result<Reply, ApiError> {
    Ok(Reply { status: 200, ..windows(call, "Offboard")? })
}

/// `POST /api/machines/{id}/startInvestigation`, which creates an investigation and no machine
/// action.
fn investigate(call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let machine = call.machine()?;
    call.comment()?;
    onboarded_windows(machine)?;
    let investigation = json!({
        "id": investigations::next_id(call),
        "startTime": api_timestamp(call.now),
        "endTime": null,
        "state": "Running",
        "cancelledBy": null,
        "statusDetails": null,
        "machineId": machine.id,
        "computerDnsName": machine.computer_dns_name,
        "triggeringAlertId": null,
    });
    let reply = call.entity(201, "Investigations", &investigation);
    call.state.scenario.records.investigations.push(investigation);
    Ok(reply)
}

/// An action for Windows whose only parameter is a comment.
fn windows(call: &mut Call<'_>, kind: &'static str) -> Result<Reply, ApiError> {
    let machine = call.machine()?;
    let comment = call.comment()?;
    onboarded_windows(machine)?;
    submit(call, Order { kind, comment, ..Order::default() })
}

fn onboarded(machine: &Machine) -> Result<(), ApiError> {
    if machine.is_onboarded() { Ok(()) } else { Err(not_onboarded(machine)) }
}

fn onboarded_windows(machine: &Machine) -> Result<(), ApiError> {
    onboarded(machine)?;
    if machine.is_windows() { Ok(()) } else { Err(ApiError::unsupported(&machine.os_platform)) }
}

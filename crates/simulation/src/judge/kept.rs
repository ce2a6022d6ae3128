//! Checks that a failure keeps the service's status, code and request ID.

use defender_connector::error::Kind;
use serde_json::Value;

use super::traffic::delivered;
use super::{ensure, ensure_eq};
use defender_stub::Entry;

/// Checks a failure of one machine: the last response counts.
pub(super) fn single(error: &Value, sent: &[Entry]) -> Result<(), String> {
    // A failed action has no HTTP error response, and an unsent request has no response at all.
    if error["kind"] == Kind::ActionFailed.name() || is_own(error) {
        return Ok(());
    }
    let posted = sent.iter().rposition(is_change);
    let went_on = went_on(error);
    // Without a later machine action, the failure describes the request sent, not the polls after
    // it.
    let at = if went_on { None } else { posted };
    let Some(at) = at.or(sent.len().checked_sub(1)) else { return Ok(()) };
    // The action's outcome outranks the reason its result could not be read; that reason is the
    // `cause`.
    let cause = &error["details"]["cause"];
    about(error, sent, at)
        .or_else(|lost| if cause.is_object() { about(cause, sent, at) } else { Err(lost) })
}

/// Whether the failure is about events after its machine action was created.
fn went_on(error: &Value) -> bool {
    error["details"]["machineAction"]["id"].is_string() && error["kind"] != Kind::Conflict.name()
}

/// Checks a failure of one machine among several: the response to its own request counts.
pub(super) fn of_machine(error: &Value, sent: &[Entry], machine: &str) -> Result<(), String> {
    let unsaid = [Kind::ActionFailed, Kind::Unfinished, Kind::TimedOut];
    if unsaid.iter().any(|kind| error["kind"] == kind.name()) || is_own(error) || went_on(error) {
        return Ok(());
    }
    let of = |entry: &Entry| is_change(entry) && entry.path.contains(machine);
    sent.iter().rposition(of).map_or(Ok(()), |at| about(error, sent, at))
}

/// Checks that the error quotes this response, or the last sign-in before it: a token was refused,
/// or could not be renewed.
fn about(error: &Value, sent: &[Entry], at: usize) -> Result<(), String> {
    let own = said(error, &sent[at]);
    let sign_in: Vec<&Entry> = sent[at + 1..].iter().take_while(|entry| is_login(entry)).collect();
    if own.is_ok() || (sign_in.is_empty() && !is_login(&sent[at])) {
        return own;
    }
    // With several machines, each may have failed at a different sign-in.
    let mut all = sent.iter().filter(|entry| is_login(entry));
    if all.any(|entry| said(error, entry).is_ok()) { Ok(()) } else { own }
}

fn is_login(entry: &Entry) -> bool {
    entry.host.starts_with("login.")
}

fn said(error: &Value, entry: &Entry) -> Result<(), String> {
    // The service returns "not found" for an empty list.
    let is_empty = entry.method == "GET"
        && entry.status == 404
        && entry.code.as_deref() == Some("ResourceNotFound");
    if entry.status < 400 || !delivered(entry) || (is_empty && error["status"].is_null()) {
        return Ok(());
    }
    ensure_eq!(
        error["status"],
        entry.status,
        "what the service said is lost: {error} after {entry:?}"
    );
    if let Some(code) = &entry.code {
        let report = error["code"].as_str();
        ensure!(
            report == Some(code) || (is_login(entry) && report.is_some()),
            "its code is lost: {error} after {entry:?}"
        );
    }
    let bare = ["status", "html", "empty", "redirect"];
    let has_id = !entry.faults.iter().any(|fault| bare.contains(fault));
    ensure!(
        error["requestId"].is_string() || !has_id,
        "its request id is lost: {} after {:?}",
        error,
        entry
    );
    let id = entry.request_id.as_deref().filter(|_| has_id);
    ensure!(
        id.is_none_or(|id| error["requestId"] == id),
        "another request ID is reported: {error} after {entry:?}"
    );
    Ok(())
}

fn is_change(entry: &Entry) -> bool {
    entry.method != "GET" && entry.host.starts_with("api.")
}

/// Whether the error is the connector's own (rate limit, deadline, no matching machine), so that it
/// holds no HTTP data.
fn is_own(error: &Value) -> bool {
    let own = [Kind::Throttled, Kind::TimedOut, Kind::NotFound, Kind::Ambiguous];
    let is_own = |error: &Value| {
        error["status"].is_null() && own.iter().any(|kind| error["kind"] == kind.name())
    };
    // An unfinished action may have been out of sight for the same reasons.
    is_own(error) || (error["status"].is_null() && is_own(&error["details"]["cause"]))
}

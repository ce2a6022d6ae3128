//! A failure keeps what the service said of it: status, code and request id.

use defender_connector::error::Kind;
use serde_json::Value;

use super::traffic::delivered;
use super::{equal, must};
use defender_stub::Entry;

/// Of one machine: what was said last counts.
pub(super) fn single(error: &Value, sent: &[Entry]) -> Result<(), String> {
    // What a machine made of it is no answer of HTTP, and what was not sent has none.
    if error["kind"] == Kind::ActionFailed.name() || is_own(error) {
        return Ok(());
    }
    let posted = sent.iter().rposition(is_change);
    let went_on = went_on(error);
    // Of something that was sent the failure tells, and not of the looks after that.
    let at = if went_on { None } else { posted };
    let Some(at) = at.or(sent.len().checked_sub(1)) else { return Ok(()) };
    // What became of a machine action counts more than why its result could not be read: that is its cause.
    let cause = &error["details"]["cause"];
    about(error, sent, at).or_else(|lost| if cause.is_object() { about(cause, sent, at) } else { Err(lost) })
}

/// Where there is a machine action, the failure is about what came after it.
fn went_on(error: &Value) -> bool {
    error["details"]["machineAction"]["id"].is_string() && error["kind"] != Kind::Conflict.name()
}

/// Of one machine among many: what was said of its own request counts.
pub(super) fn of_machine(error: &Value, sent: &[Entry], machine: &str) -> Result<(), String> {
    let unsaid = [Kind::ActionFailed, Kind::Unfinished, Kind::TimedOut];
    if unsaid.iter().any(|kind| error["kind"] == kind.name()) || is_own(error) || went_on(error) {
        return Ok(());
    }
    let of = |entry: &Entry| is_change(entry) && entry.path.contains(machine);
    sent.iter().rposition(of).map_or(Ok(()), |at| about(error, sent, at))
}

/// What was said in this answer; or at the sign-in for it, if that came last: a token was refused, or had to be renewed and could
/// not be.
fn about(error: &Value, sent: &[Entry], at: usize) -> Result<(), String> {
    let own = said(error, &sent[at]);
    let sign_in: Vec<&Entry> = sent[at + 1..].iter().take_while(|entry| is_login(entry)).collect();
    if own.is_ok() || (sign_in.is_empty() && !is_login(&sent[at])) {
        return own;
    }
    // Of many machines one may have been refused at its sign-in, and another at its own.
    let mut all = sent.iter().filter(|entry| is_login(entry));
    if all.any(|entry| said(error, entry).is_ok()) { Ok(()) } else { own }
}

fn is_login(entry: &Entry) -> bool {
    entry.host.starts_with("login.")
}

fn said(error: &Value, entry: &Entry) -> Result<(), String> {
    // The service calls a list not found when it is empty.
    let is_empty = entry.method == "GET" && entry.status == 404 && entry.code.as_deref() == Some("ResourceNotFound");
    if entry.status < 400 || !delivered(entry) || (is_empty && error["status"].is_null()) {
        return Ok(());
    }
    equal!(error["status"], entry.status, "what the service said is lost: {error} after {entry:?}");
    if let Some(code) = &entry.code {
        let told = error["code"].as_str();
        must!(told == Some(code) || (is_login(entry) && told.is_some()), "its code is lost: {error} after {entry:?}");
    }
    let bare = ["status", "html", "empty", "redirect"];
    let has_id = !entry.faults.iter().any(|fault| bare.contains(fault));
    must!(error["requestId"].is_string() || !has_id, "its request id is lost: {} after {:?}", error, entry);
    let id = entry.request_id.as_deref().filter(|_| has_id);
    must!(id.is_none_or(|id| error["requestId"] == id), "another request ID is reported: {error} after {entry:?}");
    Ok(())
}

fn is_change(entry: &Entry) -> bool {
    entry.method != "GET" && entry.host.starts_with("api.")
}

/// The connector's own budget or deadline came before the request, or there is no machine that it could be about: nothing of
/// HTTP is in it, as nothing was asked.
fn is_own(error: &Value) -> bool {
    let own = [Kind::Throttled, Kind::TimedOut, Kind::NotFound, Kind::Ambiguous];
    let is_own = |error: &Value| error["status"].is_null() && own.iter().any(|kind| error["kind"] == kind.name());
    // What had not ended may have been out of sight for the same reasons.
    is_own(error) || (error["status"].is_null() && is_own(&error["details"]["cause"]))
}

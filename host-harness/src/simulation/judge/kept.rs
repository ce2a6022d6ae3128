//! A failure keeps what the service said of it: status, code and request id.

use defender_connector::error::Kind;
use serde_json::Value;

use super::traffic::delivered;
use super::{equal, must};
use crate::stub::Entry;

/// Of one machine: what was said last counts.
pub(super) fn single(error: &Value, sent: &[Entry]) -> Result<(), String> {
    // What a machine made of it is no answer of HTTP, and what was not sent has none.
    if error["kind"] == Kind::ActionFailed.name() || was_not_sent(error) {
        return Ok(());
    }
    if is_of_sign_in(error) {
        return of_sign_in(error, sent);
    }
    let posted = sent.iter().any(is_post);
    // Where there is a machine action, the failure is about what came after it.
    let went_on = error["details"]["machineAction"]["id"].is_string() && error["kind"] != Kind::Conflict.name();
    let mut last = sent.iter().rev();
    // Of something that was sent the failure tells, and not of the looks after that.
    let last = if posted && !went_on { last.find(|entry| is_post(entry)) } else { last.next() };
    last.map_or(Ok(()), |entry| said(error, entry))
}

/// Of one machine among many: what was said of its own request counts.
pub(super) fn of_machine(error: &Value, sent: &[Entry], machine: &str) -> Result<(), String> {
    let unsaid = [Kind::ActionFailed, Kind::Unfinished, Kind::TimedOut];
    if unsaid.iter().any(|kind| error["kind"] == kind.name()) || was_not_sent(error) {
        return Ok(());
    }
    if is_of_sign_in(error) {
        return of_sign_in(error, sent);
    }
    let of = |entry: &&Entry| is_post(entry) && entry.path.contains(machine);
    sent.iter().rev().find(of).map_or(Ok(()), |entry| said(error, entry))
}

/// A token was refused, or had to be renewed and could not be: that is the news.
fn is_of_sign_in(error: &Value) -> bool {
    error["message"].as_str().is_some_and(|message| message.contains("login.microsoftonline.com"))
}

fn of_sign_in(error: &Value, sent: &[Entry]) -> Result<(), String> {
    // Of many machines one may have been refused at its sign-in, and another at its own.
    let all: Vec<Result<(), String>> =
        sent.iter().filter(|entry| is_login(entry)).map(|entry| said(error, entry)).collect();
    if all.iter().any(Result::is_ok) { Ok(()) } else { all.into_iter().next_back().unwrap_or(Ok(())) }
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
    Ok(())
}

fn is_post(entry: &Entry) -> bool {
    entry.method == "POST" && entry.host.starts_with("api.")
}

/// The connector's own budget or deadline came before the request, or there is no machine that it could be about.
fn was_not_sent(error: &Value) -> bool {
    let message = error["message"].as_str().unwrap_or_default();
    let own = ["Nothing was sent", "No machine that is"].iter().any(|words| message.starts_with(words));
    let paced =
        error["details"]["cause"]["message"].as_str().is_some_and(|words| words.starts_with("Nothing was sent"));
    error["status"].is_null() && (own || paced || message.ends_with("was not sent."))
}

//! How a call ended, as members of its line in an audit file.

use host_harness::{ErrorKind, Outcome, PluginError, Retry};
use serde_json::Value;

use crate::json::{self, Document, list};

/// What a success has done.
pub(super) fn done(document: Document, outcome: &Outcome) -> Document {
    let job = outcome.job.as_ref().map(json::job);
    let document = document
        .raw_or_null("job", job.as_deref())
        .member("clientRequestId", &outcome.usage.call_id);
    let document = match outcome.warnings.as_slice() {
        [] => document,
        warnings => document.raw("warnings", &list(warnings.iter().map(json::warning))),
    };
    let Some(data) = json::parse(&outcome.data) else {
        return document.member("unreadableResult", true);
    };
    match json::results_of(&data) {
        Some(results) => document.raw("targets", &list(results.iter().map(target))),
        None => document.member("machineId", data["machineId"].as_str()),
    }
}

/// Why a call failed. `sent`: whether the call has sent anything that may have been carried out, as
/// far as the answers tell.
pub(super) fn failed(document: Document, error: &PluginError, sent: bool) -> Document {
    let details = details_of(error.details.as_deref());
    let results = json::results_of(&details);
    let is_unknown = |record: &Value| record["error"]["retry"] == "unknown";
    // A conflict names the machine action that is in the way.
    let has_started = error.kind == ErrorKind::ActionFailed && !details["machineAction"].is_null()
        || results.iter().flatten().any(|record| !record["job"].is_null() || is_unknown(record));
    let maybe = details["maybeCarriedOut"]
        .as_bool()
        .unwrap_or(has_started || error.retry == Retry::Unknown)
        || sent;
    let reported = Document::new()
        .member("kind", json::error_kind(error.kind))
        .member("message", &error.message)
        .member("maybeCarriedOut", maybe)
        .member("status", error.status)
        .member("code", &error.code)
        .member("requestId", &error.request_id)
        .finish();
    let call_id = error.usage.as_ref().map(|usage| &usage.call_id);
    let document =
        known(document.raw("error", &reported).member("clientRequestId", call_id), &details);
    match results {
        Some(results) => document.raw("targets", &list(results.iter().map(target))),
        None => document,
    }
}

/// What a call has done on its way to a file: details as JSON text.
pub(super) fn fetched(document: Document, details: &str) -> Document {
    known(document, &details_of(Some(details)))
}

fn details_of(text: Option<&str>) -> Value {
    // What isn't JSON is kept as the text it is.
    text.map(|text| json::parse(text).unwrap_or_else(|| text.into())).unwrap_or_default()
}

/// What is known of the call's job and of its targets.
fn known(document: Document, details: &Value) -> Document {
    let names = ["machineAction", "job", "targets"].into_iter();
    names.fold(document, |document, name| match details.get(name) {
        Some(value) => document.member(name, value),
        None => document,
    })
}

/// The result for one of many machines, without the data, which may be long.
fn target(record: &Value) -> String {
    // What is about no machine, an indicator for example, has nothing to be left out.
    if record.get("target").is_none() {
        return record.to_string();
    }
    let error = &record["error"];
    let document = Document::new()
        .member("target", &record["target"])
        .member("status", record["status"].as_str());
    let document = document.member("job", &record["job"]);
    match error["kind"].as_str() {
        Some(kind) => document.member("errorKind", kind).finish(),
        None => document.finish(),
    }
}

//! Explains errors to a user at the terminal: `details` says what the error is about, `hints` what
//! to do next.

mod details;
mod hints;
#[cfg(test)]
mod tests;

use host_harness::PluginError;
use time::OffsetDateTime;

use super::failure::Failure;
use super::json;
pub(crate) use details::script_of as script;

/// The message of a failure, and the lines below it: details, the error's kind and codes, what to
/// do next.
pub(crate) fn lines(failure: &Failure, now: OffsetDateTime) -> (String, Vec<String>) {
    let error = failure.error();
    let message = details::message(error, failure.subject());
    let details = details::lines(failure.unrendered_details(), &message);
    let mut lines: Vec<String> = details.into_iter().map(|line| format!("  {line}")).collect();
    let codes = [
        Some(format!("kind: {}", json::error_kind(error.kind))),
        error.status.map(|status| format!("status: {status}")),
        error.code.as_ref().map(|code| format!("code: {code}")),
        error.request_id.as_ref().map(|id| format!("request id: {id}")),
    ];
    lines.push(format!("  {}", codes.into_iter().flatten().collect::<Vec<_>>().join(", ")));
    lines.extend(failure.aside().map(str::to_owned));
    lines.extend(hints::hints(failure, now).into_iter().map(|hint| format!("hint: {hint}")));
    (message, lines)
}

/// The message of a connector's error about one of several targets.
pub(crate) fn message(error: &PluginError) -> String {
    details::message(error, None)
}

//! Operations: one action on one or more machines, from target names to results.
//!
//! `steps` is the loop: plan, then send and poll step by step, driven by a host or within one call.
//! A step uses, in this order: `targets` (which machines), `ensure` (where is it done already?),
//! `dry_run`, `start_job` and `cancel` with `ownership` (sent once; does the response belong to
//! it?) and `platform` (the action is not available there), `conclude` (what the end of a job
//! means) and `unfinished` (it has not ended), `reversal` (what will undo it), `results` (one
//! outcome for one machine, a record each for several).

mod doubt;
mod steps;
mod task;

mod reference;
mod targets;
mod wait_for;

mod dry_run;
mod ensure;

mod cancel;
mod ownership;
mod platform;
mod start_job;

mod conclude;
mod hresult;
mod results;
mod reversal;
mod unfinished;

use serde_json::Value;

use crate::actions::{Action, machine_actions, resolve};
use crate::client::Client;
use crate::error::{Error, Kind, Retry};
use crate::schema::Params;

use machine_actions::find_machine_action;
pub use steps::{Next, Progress, Target, TargetState};
pub(crate) use steps::{advance, execute, plan, recover};
use task::Task;

/// An action's name in words: `isolateHost` is `Isolate host`.
fn in_words(name: &str) -> String {
    let mut words = String::new();
    for c in name.chars() {
        match c.is_ascii_uppercase() {
            true => words.extend([' ', c.to_ascii_lowercase()]),
            false if words.is_empty() => words.push(c.to_ascii_uppercase()),
            false => words.push(c),
        }
    }
    words
}

/// Adds a comment if the caller may omit it and did. It names the call, so that another
/// application's machine action without a comment is not mistaken for this one.
fn with_comment(client: &Client<'_>, action: &Action, params: &Params) -> Params {
    let takes_one = action.params.fields().any(|field| field.name == "comment");
    match params.text("comment") {
        None if takes_one => {
            let call = client.now().as_nanos() as u64;
            params.with(
                "comment",
                format!(
                    "{} by the Microsoft Defender for Endpoint connector (call {call:x})",
                    in_words(action.name)
                ),
            )
        }
        _ => params.clone(),
    }
}

/// Whether a failure will affect the next machine too, so that another request would only make it
/// worse.
fn is_global(error: &Error) -> bool {
    matches!(error.kind(), Kind::Throttled | Kind::Unauthenticated | Kind::Denied)
        || (error.kind() == Kind::TimedOut && matches!(error.retry(), Retry::After(_)))
}

/// The error of machines for which nothing is sent because another machine's failure will affect
/// them too. That one may have been carried out; these were not.
fn unsent_error(error: &Error) -> Error {
    if error.retry() != Retry::Unknown {
        return error.clone();
    }
    let status = error.status().map(|status| format!(" (status {status})")).unwrap_or_default();
    let message = format!(
        "Nothing was sent for this machine: an earlier request was rejected{status} before it reached the service."
    );
    let pause = error.details().and_then(|details| details["retryAfterMilliseconds"].as_u64());
    Error::new(error.kind(), message).with_retry(pause.map_or(Retry::Never, Retry::After))
}

/// Inserts a member into an object.
fn insert(object: &mut Value, name: &str, value: Value) {
    if let Value::Object(members) = object {
        members.insert(name.to_owned(), value);
    }
}

#[cfg(test)]
mod tests {
    use super::in_words;
    use crate::actions::{CATALOGUE, ResponseBody, Run};

    #[test]
    fn the_words_of_a_job_s_name_are_its_title() {
        for action in CATALOGUE {
            if let Run::Operation(route) = &action.run
                && matches!(route.response, ResponseBody::Job(_))
            {
                assert_eq!(in_words(action.name), action.title);
            }
        }
    }
}

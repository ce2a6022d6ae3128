//! An operation: one action on one machine or on many, from the names that were given to what came
//! of it.
//!
//! `steps` is the loop: planned, then sent and looked at step by step, by a host of its own or
//! within one call. What a step needs, in the order in which it is needed: `targets` (which
//! machines), `ensure` (where is it so already?), `dry_run`, `start` and `cancel` with `whose`
//! (sent once; is the answer about it?) and `platform` (which one does not do it), `end` (what an
//! end means) and `unfinished` (what has none), `undone` (what will undo it), `results` (one answer
//! for one, a record each for many). `look` reads machine actions for all of them.

mod cancel;
mod conclude;
mod dry_run;
mod ensure;
mod hresult;
mod ownership;
mod platform;
mod reference;
mod results;
mod reversal;
mod start_job;
mod steps;
mod targets;
mod task;
mod unfinished;
mod wait_for;

use serde_json::Value;

use crate::actions::{Action, machine_actions, resolve};
use crate::client::Client;
use crate::error::{Error, Kind, Retry};
use crate::schema::Input;

use machine_actions::look_up;
pub use steps::{Next, Progress, Target, TargetState};
pub(crate) use steps::{advance, execute, plan, recover};
use task::Task;

/// The parameters with a comment, where the caller may leave it out and has done so. It names the
/// call: an action of another application without a comment of its own is then not taken for this
/// one.
fn with_comment(client: &Client<'_>, action: &Action, params: &Input) -> Input {
    let takes_one = action.params.fields().any(|field| field.name == "comment");
    match params.text("comment") {
        None if takes_one => {
            let call = client.now().as_nanos() as u64;
            params.with(
                "comment",
                format!(
                    "{} by the Microsoft Defender for Endpoint connector (call {call:x})",
                    action.title
                ),
            )
        }
        _ => params.clone(),
    }
}

/// Whether a failure will meet the next machine too, so that asking for it again would only make it
/// worse.
fn is_general(error: &Error) -> bool {
    matches!(error.kind(), Kind::Throttled | Kind::Unauthenticated | Kind::Denied)
        || (error.kind() == Kind::TimedOut && matches!(error.retry(), Retry::After(_)))
}

/// The failure of machines for which nothing is sent because of another one's that will meet them
/// too: that it may have been carried out says nothing of them.
fn unsent(error: &Error) -> Error {
    if error.retry() != Retry::Unknown {
        return error.clone();
    }
    let status = error.status().map(|status| format!(" (status {status})")).unwrap_or_default();
    let message = format!(
        "Nothing was sent for this machine: an earlier request was refused{status} on the way to the service."
    );
    let pause = error.details().and_then(|details| details["retryAfterMilliseconds"].as_u64());
    Error::new(error.kind(), message).with_retry(pause.map_or(Retry::Never, Retry::After))
}

/// A member of an object in a result.
fn insert(object: &mut Value, name: &str, value: Value) {
    if let Value::Object(members) = object {
        members.insert(name.to_owned(), value);
    }
}

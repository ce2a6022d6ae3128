//! An operation: one action on one machine or on many, from the names that were given to what came of it.
//!
//! In the order in which it runs: `targets` (which machines), `ensure` (where is it so already?), `dry_run`,
//! `start` with `whose` (sent once; is the answer about it?) and `reconcile` (looked for when the answer is lost) and `platform` (which one does not do it), `follow` (to the end, one request for all),
//! `end` (what an end means), `results` (one answer for one, a record each for many). `look` reads machine actions for all of them.

mod cancel;
mod dry_run;
mod end;
mod ensure;
mod follow;
mod hresult;
mod platform;
mod reconcile;
mod reference;
mod results;
mod start;
mod steps;
mod targets;
mod task;
mod undone;
mod wait_for;
mod whose;

use serde_json::Value;

use crate::actions::{Action, Answer, GET_ACTIONS, Route, Started};
use crate::actions::{look, resolve};
use crate::client::Client;
use crate::error::{Error, Kind, Retry};
use crate::outcome::Outcome;
use crate::request::{self, quoted_list};
use crate::response::Wanted;
use crate::shape::Input;

pub(crate) use cancel::cancel;
pub(crate) use end::end;
pub(crate) use follow::follow;
use look::look_up;
pub(crate) use results::{many, one};
pub use steps::{Next, Progress, Target, TargetState};
pub(crate) use steps::{advance, plan, recover};
pub(crate) use task::Task;
pub(crate) use wait_for::wait_for;

/// Carries out an action on the machines that its parameters name. `finish` says whether what it left is brought back.
///
/// # Errors
///
/// Of one machine, what went wrong; of many, `action-failed` with a record for each if any failed.
pub(crate) fn run(
    client: &mut Client<'_>,
    action: &'static Action,
    route: &Route,
    params: &Input,
    finish: bool,
) -> Result<Outcome, Error> {
    let started = match &route.answer {
        Answer::Started(started) => Some(*started),
        _ => None,
    };
    let (ensure, wait) = (params.is("ensure"), params.object("wait"));
    if wait.is_some() || ensure {
        client.require(&GET_ACTIONS)?;
    }
    let is_many = params.value("ids").or(params.value("hosts")).is_some();
    let params = &with_comment(client, action, params);
    let (_, mut tasks) = targets::of(client, action, params)?;
    if let Some(started) = started.filter(|_| ensure) {
        ensure::look(client, action, route, &mut tasks, started)?;
    }
    if params.is("dryRun") {
        dry_run::show(client, action, route, &mut tasks)?;
    } else {
        start::all(client, action, route, &mut tasks, ensure);
    }
    if let Some(wait) = &wait {
        follow(client, &mut tasks, wait);
    }
    if let Some(started) = started {
        verify(client, action, route, &mut tasks, started)?;
        if !params.is("dryRun") {
            undone::warn(client, &mut tasks, started);
        }
    }
    let finish = started.filter(|_| finish && wait.is_some()).and_then(|started| started.finish);
    tasks.iter_mut().for_each(|task| end(client, task, finish));
    if is_many { many(tasks) } else { one(tasks) }
}

/// The parameters with a comment, where the caller may leave it out and has done so. It names the call: an action of another
/// application without a comment of its own is then not taken for this one.
fn with_comment(client: &Client<'_>, action: &Action, params: &Input) -> Input {
    let takes_one = action.params.fields().any(|field| field.name == "comment");
    match params.text("comment") {
        None if takes_one => {
            let call = client.now().as_nanos() as u64;
            params.with(
                "comment",
                format!("{} by the Microsoft Defender for Endpoint connector (call {call:x})", action.title),
            )
        }
        _ => params.clone(),
    }
}

/// Compares what was followed to its end with what was asked for: what counts is the record that is there now.
fn verify(
    client: &Client<'_>,
    action: &'static Action,
    route: &Route,
    tasks: &mut [Task],
    started: &Started,
) -> Result<(), Error> {
    let clean = client.sanitizer();
    for task in tasks.iter_mut().filter(|task| task.record.is_some() && task.is_fresh) {
        let request = request::build(action, route, &task.params)?;
        let machine = task.machine().to_owned();
        task.verify(&Wanted { kind: started.kind, machine: &machine, body: &request.json }, &clean);
    }
    Ok(())
}

/// Whether a failure will meet the next machine too, so that asking for it again would only make it worse.
fn is_general(error: &Error) -> bool {
    matches!(error.kind(), Kind::Throttled | Kind::Unauthenticated | Kind::Denied)
        || (error.kind() == Kind::TimedOut && matches!(error.retry(), Retry::After(_)))
}

/// The failure of machines for which nothing is sent because of another one's that will meet them too: that it may have been carried
/// out says nothing of them.
fn unsent(error: &Error) -> Error {
    if error.retry() != Retry::Unknown {
        return error.clone();
    }
    let status = error.status().map(|status| format!(" (status {status})")).unwrap_or_default();
    let message =
        format!("Nothing was sent for this machine: an earlier request was refused{status} on the way to the service.");
    let pause = error.details().and_then(|details| details["retryAfterMilliseconds"].as_u64());
    Error::new(error.kind(), message).with_retry(pause.map_or(Retry::Never, Retry::After))
}

/// A member of an object in a result.
fn insert(object: &mut Value, name: &str, value: Value) {
    if let Value::Object(members) = object {
        members.insert(name.to_owned(), value);
    }
}

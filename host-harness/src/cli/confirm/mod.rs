//! The question before a disruptive call: which machines it is about, what will happen, and whether that is meant.
//!
//! In the order in which it runs: `targets` (which machines the parameters name, by the action's own dry run), `facts` (what the
//! service knows of them), `question` (shown and asked). What is confirmed is what is then sent: IDs, and no names.

mod facts;
mod question;
mod targets;

use host_harness::{Action, Descriptor};
use serde_json::{Map, Value};

pub(crate) use question::can_ask;

use super::failure::Failure;
use super::output::Output;
use super::progress::Progress;
use super::session::Session;

/// What somebody said yes to.
pub(crate) struct Confirmed {
    /// The parameters, with the machines by their IDs.
    pub(crate) params: String,
    /// Those IDs.
    pub(crate) targets: Vec<String>,
}

/// Shows what an action is about to do, and to which machines, and asks whether it shall.
///
/// # Errors
///
/// The machines cannot be found, the action would be refused, or the answer was not yes.
pub(crate) async fn confirm(
    session: &Session,
    descriptor: &Descriptor,
    action: &Action,
    params: &Map<String, Value>,
    output: &Output,
) -> Result<Confirmed, Failure> {
    let progress = Progress::of("looking up what this is about");
    let targets = targets::find(session, action, params).await?;
    let subjects = facts::of(session, descriptor, params, targets).await;
    drop(progress);
    question::show(action, params, &subjects, output);
    if !question::ask(&question::words(action, &subjects))? {
        return Err(Failure::declined("not confirmed: nothing was sent to any machine"));
    }
    let targets: Vec<String> = subjects.into_iter().filter_map(|subject| subject.device).collect();
    Ok(Confirmed { params: targets::pinned(params, &targets), targets })
}

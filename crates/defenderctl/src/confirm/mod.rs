//! The question before a disruptive call: which machines it is about, what will happen, and whether
//! that is meant.
//!
//! In the order in which it runs: `targets` (which machines the parameters name, by the action's
//! own dry run), `facts` (what the service knows of them; `tenant_wide`: what a change without
//! machines is about), `question` (its text), `terminal` (which shows it and reads the reply). What
//! is confirmed is what is then sent: IDs, and no names.

mod facts;
mod question;
mod targets;
mod tenant_wide;
mod terminal;

use host_harness::{Action, Descriptor, Effect};
use serde_json::{Map, Value};

pub(crate) use terminal::Terminal;

use super::failure::Failure;
use super::progress::Progress;
use super::session::Session;

/// What somebody said yes to.
pub(crate) struct Confirmed {
    /// The parameters, with the machines by their IDs.
    pub(crate) params: String,
    /// Those IDs.
    pub(crate) targets: Vec<String>,
    /// What the machines are called, by ID.
    pub(crate) names: Vec<(String, String)>,
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
    terminal: &mut Terminal,
) -> Result<Confirmed, Failure> {
    let progress = Progress::of("looking up what this is about");
    let targets = targets::find(session, action, params).await?;
    let subjects = facts::of(session, descriptor, action, params, targets).await;
    drop(progress);
    question::lines(action, params, &subjects).iter().for_each(|line| terminal.say(line));
    let sent = match action.effect {
        Effect::Policy => "nothing was changed",
        _ => "nothing was sent to any machine",
    };
    match terminal.ask(&question::words(action, &subjects)) {
        Ok(true) => {}
        Ok(false) => return Err(Failure::declined(format!("not confirmed: {sent}"))),
        Err(error) => {
            return Err(Failure::declined(format!(
                "cannot ask for a confirmation ({error}): {sent}"
            )));
        }
    }
    let names =
        subjects.iter().filter_map(|it| Some((it.device.clone()?, it.title.clone()))).collect();
    let targets: Vec<String> = subjects.into_iter().filter_map(|subject| subject.device).collect();
    Ok(Confirmed { params: targets::pinned(params, &targets), targets, names })
}

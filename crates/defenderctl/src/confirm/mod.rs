//! The question before a disruptive call: which machines it is about, what will happen, and whether
//! that is meant.
//!
//! In the order in which it runs: `targets` (which machines the parameters name, by the action's
//! own dry run), `facts` (what the service knows of them; `tenant_wide`: what a change without
//! machines is about), `question` (its text), `terminal` (which shows it and reads the reply). What
//! is confirmed is what is then sent: IDs, and no names.

mod expected;
mod facts;
mod own_address;
mod question;
mod reader;
mod state;
mod subject;
mod targets;
mod tenant_wide;
mod terminal;
#[cfg(test)]
mod tests;

use host_harness::{Action, Descriptor, Effect};
use serde_json::{Map, Value};

pub(crate) use expected::{Expected, is_yes_enough};
use question::Line;
use subject::Subject;
pub(crate) use terminal::Terminal;

use super::blocking;
use super::failure::Failure;
use super::progress::Progress;
use super::session::Session;
use super::style::clean_short;

/// What the user confirmed.
pub(crate) struct Confirmed {
    /// The parameters, with the machines by their IDs.
    pub(crate) params: String,
    /// Those IDs.
    pub(crate) targets: Vec<String>,
    /// What the machines are called, by ID.
    pub(crate) names: Vec<(String, String)>,
}

/// Where the answer comes from.
pub(crate) enum Answer {
    /// A person at the terminal.
    Terminal(Terminal),
    /// The command line: the name or the number that would be typed.
    Given(String),
}

/// What there is to confirm.
pub(crate) struct Subjects<'a> {
    pub(crate) session: &'a Session,
    pub(crate) descriptor: &'a Descriptor,
    pub(crate) action: &'a Action,
    pub(crate) params: &'a Map<String, Value>,
    /// Machines that were named and not found, a line each.
    pub(crate) missing: &'a [String],
}

/// Shows what an action is about to do, and to which machines, and asks whether it shall.
///
/// # Errors
///
/// The machines cannot be found, the action would be refused, or the answer was not what it had to
/// be.
pub(crate) async fn confirm(asked: Subjects<'_>, answer: Answer) -> Result<Confirmed, Failure> {
    let Subjects { session, descriptor, action, params, missing } = asked;
    let progress = Progress::of("looking up what this is about");
    let targets = targets::find(session, action, params).await?;
    let subjects = facts::of(session, descriptor, action, params, targets).await;
    drop(progress);
    let expected = Expected::of(action, &subjects);
    let sent = match action.effect {
        Effect::Policy => "nothing was changed",
        _ => "nothing was sent to any machine",
    };
    match answer {
        Answer::Given(text) if expected.is(&text) => {}
        Answer::Given(_) => {
            return Err(Failure::params(format!("--confirm must be {}; {sent}", expected.words())));
        }
        Answer::Terminal(mut terminal) => {
            let place = place(session);
            terminal.say(&place);
            missing.iter().for_each(|line| terminal.warn(line));
            for line in question::lines(action, params, &subjects) {
                match line {
                    Line::Plain(line) => terminal.say(&line),
                    Line::Warning(line) => terminal.warn(&line),
                }
            }
            let stored: Vec<_> = subjects.iter().map(Subject::indicator).collect();
            let blocking = blocking::question(&action.name, &params.clone().into(), &stored);
            let words =
                blocking.unwrap_or_else(|| question::words(action, &subjects, !missing.is_empty()));
            let question = format!("{place}: {words}");
            let is_yes = match expected {
                Expected::Yes => terminal.ask(&question),
                _ => {
                    let answer = terminal.ask_for(&question, &expected.words());
                    answer.map(|answer| expected.is(&answer))
                }
            };
            match is_yes {
                Ok(true) => {}
                Ok(false) => return Err(Failure::declined(format!("not confirmed: {sent}"))),
                Err(error) => {
                    return Err(Failure::declined(format!(
                        "cannot ask for a confirmation ({error}): use --yes or --confirm; {sent}"
                    )));
                }
            }
        }
    }
    let names =
        subjects.iter().filter_map(|it| Some((it.device.clone()?, it.title.clone()))).collect();
    let targets: Vec<String> = subjects.into_iter().filter_map(|subject| subject.device).collect();
    Ok(Confirmed { params: targets::pinned(params, &targets), targets, names })
}

/// Whose machines these are: the profile, and the tenant.
pub(crate) fn place(session: &Session) -> String {
    let config: Value = serde_json::from_str(&session.config).unwrap_or_default();
    let tenant = config["tenantId"].as_str().unwrap_or("unknown");
    let profile = session.profile.as_deref().unwrap_or(session.connector.id());
    clean_short(&format!("{profile} (tenant {tenant})"))
}

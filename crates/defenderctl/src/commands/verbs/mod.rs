//! The verbs: what responders do every day. Each is an action of the catalogue; `known_actions`
//! says which, and what its arguments mean.

mod command;
mod hashes;
mod indicators;
mod jobs;
mod values;

use clap::parser::ValueSource;
use clap::{ArgMatches, Command, Error, FromArgMatches, Subcommand};

use host_harness::Effect;

use super::run::{Options, Run};
use crate::args::CallArgs;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::known_actions::{Hosts, Row, Special, VERBS, Waits};
use crate::machines::MachineArgs;
use crate::output::Output;
use crate::progress;
use crate::session::Session;

/// A verb as it was called.
#[derive(Debug)]
pub(crate) struct Verb {
    row: &'static Row,
    matches: ArgMatches,
    pub(crate) options: Options,
}

impl Verb {
    /// Runs the verb.
    pub(crate) async fn run(self, output: &Output) -> Result<Exit, Failure> {
        let Self { row, matches, mut options } = self;
        options.result.is_verb_s = true;
        let mut param = values::params(row, &matches)?;
        let mut machines = match row.hosts {
            Hosts::None => None,
            _ => Some(
                MachineArgs::from_arg_matches(&matches)
                    .map_err(|error| Failure::params(error.to_string()))?,
            ),
        };
        let mut unblocked = Vec::new();
        match row.special {
            Special::None => {}
            Special::File => wants_file(&matches, &options, output)?,
            Special::Block => param.extend(indicators::block(&matches)?),
            Special::Unblock => {
                let session = open(&options, output).await?;
                let values = values::all(&matches, "VALUE");
                param.extend(indicators::unblock(&session, &values).await?);
                unblocked = values.iter().map(|value| value.trim().to_owned()).collect();
            }
            Special::Jobs => {
                let given = values::all(&matches, "ID");
                if given.iter().any(|id| jobs::is_short(id)) {
                    let session = open(&options, output).await?;
                    let cancels = row.effect == Effect::Disrupt;
                    let ids = jobs::whole(&session, given, cancels, output).await?;
                    let is_id = |(name, _): &&mut (String, String)| name == "id" || name == "ids";
                    let text = serde_json::Value::from(ids).to_string();
                    param.iter_mut().filter(is_id).for_each(|(_, value)| value.clone_from(&text));
                }
            }
            Special::Quarantine => {
                if machines.as_ref().is_some_and(MachineArgs::is_empty) {
                    let session = open(&options, output).await?;
                    let hash = values::one(&matches, "HASH");
                    machines = Some(MachineArgs::of(hashes::machines(&session, &hash).await?));
                }
            }
        }
        if row.arguments.iter().any(|argument| argument.name == "HOST") {
            machines = Some(MachineArgs::of(vec![values::one(&matches, "HOST")]));
        }
        let call = CallArgs {
            action: row.action.to_owned(),
            param,
            params: None,
            wait: wait(row, &matches),
        };
        Run { call, options, machines, unblocked }.run(output).await
    }
}

/// Loads the connector to look something up before the call.
async fn open(options: &Options, output: &Output) -> Result<Session, Failure> {
    let _progress = progress::Progress::of("looking up what this is about");
    Session::open(&options.plugin, &options.settings, output).await
}

/// Refuses a call whose file would go nowhere. The record of the job is for those who ask for it,
/// and without waiting there is no file.
fn wants_file(matches: &ArgMatches, options: &Options, output: &Output) -> Result<(), Failure> {
    let is_record = output.is_json() || options.result.chooses_form();
    let has_none = matches.get_flag("dry-run") || matches.get_flag("no-wait");
    if is_record || has_none || options.result.file().is_some() {
        return Ok(());
    }
    Err(Failure::params("`--to FILE` is needed: name the file to write; nothing was sent"))
}

/// How long jobs are followed, if they are.
fn wait(row: &Row, matches: &ArgMatches) -> Option<Option<u64>> {
    if row.waits == Waits::Never {
        return None;
    }
    if is_given(matches, "wait") {
        return Some(matches.get_one::<u64>("wait").copied());
    }
    let is_dry = row.arguments.iter().any(|it| it.param == "dryRun") && matches.get_flag("dry-run");
    let waits = match row.waits {
        Waits::Never | Waits::Itself => false,
        Waits::AtTerminal => is_at_terminal(),
        Waits::Always => true,
    };
    (waits && !is_dry && !matches.get_flag("no-wait")).then_some(None)
}

fn is_given(matches: &ArgMatches, id: &str) -> bool {
    matches.value_source(id) == Some(ValueSource::CommandLine)
}

/// Whether a person sees how far it is, whichever of the two streams is redirected.
fn is_at_terminal() -> bool {
    use std::io::{IsTerminal, stderr, stdout};

    stderr().is_terminal() || stdout().is_terminal()
}

impl FromArgMatches for Verb {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, Error> {
        let unknown = || Error::new(clap::error::ErrorKind::InvalidSubcommand);
        let (first, mut matches) = matches.subcommand().ok_or_else(unknown)?;
        let mut verb = first.to_owned();
        if is_group(first) {
            let (second, inner) = matches.subcommand().ok_or_else(unknown)?;
            verb = format!("{first} {second}");
            matches = inner;
        }
        let row = VERBS.iter().find(|row| row.verb == verb).ok_or_else(unknown)?;
        let options = Options::from_arg_matches(matches)?;
        Ok(Self { row, matches: matches.clone(), options })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

impl Subcommand for Verb {
    fn augment_subcommands(command: Command) -> Command {
        let mut command = command;
        for row in VERBS {
            command = match row.verb.split_once(' ') {
                None => command.subcommand(command::command(row)),
                Some((group, _)) if command.find_subcommand(group).is_some() => {
                    command.mut_subcommand(group, |group| group.subcommand(command::command(row)))
                }
                Some((group, _)) => command.subcommand(
                    Command::new(group)
                        .about(about(group))
                        .subcommand_required(true)
                        .arg_required_else_help(true)
                        .subcommand(command::command(row)),
                ),
            };
        }
        command
    }

    fn augment_subcommands_for_update(command: Command) -> Command {
        Self::augment_subcommands(command)
    }

    fn has_subcommand(name: &str) -> bool {
        VERBS.iter().any(|row| row.verb.split(' ').next() == Some(name))
    }
}

/// What others ask of a verb.
pub(crate) struct Known {
    /// One word, or two.
    pub(crate) name: &'static str,
    pub(crate) action: &'static str,
    /// Whether machines are named to it.
    pub(crate) takes_machines: bool,
}

/// All verbs.
pub(crate) fn known() -> impl Iterator<Item = Known> {
    VERBS.iter().map(|row| Known {
        name: row.verb,
        action: row.action,
        takes_machines: row.hosts != Hosts::None
            || row.arguments.iter().any(|argument| argument.name == "HOST"),
    })
}

/// An argument of a verb, as clap knows it, and the parameter that it becomes.
pub(crate) struct VerbArgument {
    pub(crate) verb: &'static str,
    pub(crate) id: &'static str,
    pub(crate) action: &'static str,
    pub(crate) parameter: &'static str,
}

/// The arguments of all verbs.
pub(crate) fn arguments() -> impl Iterator<Item = VerbArgument> {
    VERBS.iter().flat_map(|row| {
        row.arguments.iter().map(|argument| VerbArgument {
            verb: row.verb,
            id: argument.id(),
            action: row.action,
            parameter: argument.param,
        })
    })
}

/// The action of a verb, which may be of two words: `script run`.
pub(crate) fn action_of(verb: &str) -> Option<&'static str> {
    VERBS.iter().find(|row| row.verb == verb).map(|row| row.action)
}

/// The verbs of one word, with what they do to the world.
pub(crate) fn effects() -> Vec<(&'static str, Effect)> {
    let verbs = VERBS.iter().filter(|row| !row.verb.contains(' '));
    verbs.map(|row| (row.verb, row.effect)).collect()
}

fn is_group(word: &str) -> bool {
    VERBS.iter().any(|row| row.verb.split_once(' ').is_some_and(|(group, _)| group == word))
}

fn about(group: &str) -> &'static str {
    match group {
        "script" => "Run scripts on machines, and keep the library of them",
        _ => "Fetch files of machines, and put files there",
    }
}

#[cfg(test)]
mod tests;

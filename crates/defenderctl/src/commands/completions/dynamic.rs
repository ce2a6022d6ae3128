//! Completion while the user types: which argument is completed with what.

use std::ffi::OsStr;

use clap::{Arg, Command, ValueHint};
use clap_complete::engine::{ArgValueCompleter, CompletionCandidate};

use super::sources;
use crate::commands::verbs;
use crate::examples;

/// The command line with what completes its arguments, for this shell.
pub(super) fn with_candidates(mut command: Command, shell: &str) -> Command {
    for path in [&["run"][..], &["actions", "show"]] {
        command = examples::change(command, path, &|command| {
            command.mut_arg("action", |arg| arg.add(completer(actions)))
        });
    }
    command = examples::change(command, &["run"], &|command| {
        command.mut_arg("param", |arg| arg.add(ArgValueCompleter::new(parameter)))
    });
    command = examples::change(command, &["resume"], &|command| {
        command.mut_arg("call", |arg| arg.add(completer(|| described(sources::calls()))))
    });
    command = examples::change(command, &["config", "test"], &|command| {
        command.mut_arg("of", |arg| arg.add(completer(commands_and_actions)))
    });
    for argument in verbs::arguments() {
        let path: Vec<&str> = argument.verb.split(' ').collect();
        command = examples::change(command, &path, &|command| {
            command.mut_arg(argument.id, |arg| verb_argument(arg, &argument))
        });
    }
    let command = profiles(command);
    // These put a candidate into the line as it is; what they complete files with by themselves
    // quotes what a name may hold.
    match shell {
        "bash" | "powershell" => without_paths(command),
        _ => command,
    }
}

fn without_paths(command: Command) -> Command {
    let without = |arg: Arg| match arg.get_value_hint() {
        ValueHint::AnyPath | ValueHint::FilePath | ValueHint::DirPath => {
            arg.value_hint(ValueHint::Other)
        }
        _ => arg,
    };
    command.mut_args(without).mut_subcommands(without_paths)
}

/// Every command that takes a profile, whichever it is.
fn profiles(command: Command) -> Command {
    let complete = || completer(|| sources::profiles().into_iter().map(plain).collect());
    command
        .mut_args(|arg| if arg.get_id() == "profile" { arg.add(complete()) } else { arg })
        .mut_subcommands(profiles)
}

fn verb_argument(arg: Arg, argument: &verbs::VerbArgument) -> Arg {
    let (action, parameter) = (argument.action, argument.parameter);
    match (argument.id, argument.verb) {
        ("ID", _) => arg.add(completer(|| described(sources::jobs()))),
        _ if arg.get_action().takes_values() && !parameter.is_empty() => {
            arg.add(completer(move || {
                sources::values(action, parameter).into_iter().map(plain).collect()
            }))
        }
        _ => arg,
    }
}

/// Completes with those that begin as the word does. None of them can be more than a word to a
/// shell: they become a part of the line that the user is about to run.
fn completer(
    candidates: impl Fn() -> Vec<CompletionCandidate> + Send + Sync + 'static,
) -> ArgValueCompleter {
    ArgValueCompleter::new(move |current: &OsStr| fitting(candidates(), current))
}

fn fitting(candidates: Vec<CompletionCandidate>, current: &OsStr) -> Vec<CompletionCandidate> {
    let current = current.to_string_lossy().to_lowercase();
    let fits = |candidate: &CompletionCandidate| {
        let text = candidate.get_value().to_string_lossy();
        is_plain(&text) && text.to_lowercase().starts_with(&current)
    };
    candidates.into_iter().filter(fits).collect()
}

fn is_plain(text: &str) -> bool {
    let admitted = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '=');
    text.starts_with(|c: char| c.is_ascii_alphanumeric()) && text.chars().all(admitted)
}

fn plain(text: String) -> CompletionCandidate {
    CompletionCandidate::new(text)
}

fn described(rows: Vec<(String, String)>) -> Vec<CompletionCandidate> {
    let row = |(text, help): (String, String)| plain(text).help(Some(help.into()));
    rows.into_iter().map(row).collect()
}

fn actions() -> Vec<CompletionCandidate> {
    let row = |action: &host_harness::Action| (action.name.clone(), action.title.clone());
    described(sources::actions().iter().map(row).collect())
}

fn commands_and_actions() -> Vec<CompletionCandidate> {
    let verbs = verbs::known().map(|verb| plain(verb.name.to_owned()));
    verbs.chain(actions()).collect()
}

/// `KEY=`, and after it the values that there are.
fn parameter(current: &OsStr) -> Vec<CompletionCandidate> {
    let Some(action) = sources::named_action() else { return Vec::new() };
    let parameters = sources::parameters(action);
    let typed = current.to_string_lossy();
    let candidates = match typed.split_once('=') {
        None => parameters
            .into_iter()
            .map(|member| (format!("{}=", member.name), member.description))
            .collect(),
        Some((name, _)) => {
            let member = parameters.into_iter().find(|member| member.name == name);
            let values = member.map(|member| member.values).unwrap_or_default();
            let value = |value: String| (format!("{name}={value}"), String::new());
            values.into_iter().map(value).collect()
        }
    };
    fitting(described(candidates), current)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_shell_could_take_for_a_command_is_no_candidate() {
        let candidates =
            ["prod", "$(rm -rf .)", "a b", "-x", "pr;od", "PRE"].map(|text| plain(text.to_owned()));
        let fit = fitting(Vec::from(candidates), OsStr::new("pr"));
        let texts: Vec<_> = fit.iter().map(CompletionCandidate::get_value).collect();
        assert_eq!(texts, ["prod", "PRE"]);
    }

    #[test]
    fn every_argument_that_is_completed_is_there() {
        for shell in ["bash", "zsh"] {
            with_candidates(crate::cli::command(), shell).debug_assert();
        }
    }
}

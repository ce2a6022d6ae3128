//! The command line of a verb, as its row says.

use clap::{Arg, ArgAction, Args, Command};
use host_harness::Effect;

use crate::commands::run::Options;
use crate::known_actions::{Argument, Hosts, Kind, Row, Waits};
use crate::machines::MachineArgs;

/// The command line of a verb.
pub(super) fn command(row: &Row) -> Command {
    let last_word = row.verb.rsplit(' ').next().unwrap_or(row.verb);
    let about = match row.effect {
        Effect::Policy | Effect::Disrupt => format!("{} (asks first)", row.about),
        Effect::Read | Effect::Change => row.about.to_owned(),
    };
    let mut command = Command::new(last_word);
    let (after_all, others): (Vec<_>, Vec<_>) =
        row.arguments.iter().partition(|argument| argument.kind == Kind::Words);
    for argument in others {
        command = command.arg(arg(argument));
    }
    if row.hosts != Hosts::None {
        command = MachineArgs::augment_args(command);
    }
    // What follows `--` goes to the last positional: it must not be that of the machines.
    for argument in after_all {
        command = command.arg(arg(argument));
    }
    if row.waits != Waits::Never {
        let wait = Arg::new("wait").long("wait").value_name("SECONDS").num_args(0..=1);
        let wait = wait.require_equals(true).value_parser(clap::value_parser!(u64));
        let no_wait = Arg::new("no-wait").long("no-wait").action(ArgAction::SetTrue);
        command = command
            .arg(wait.help("Follow what was started to its end, for SECONDS at most"))
            .arg(no_wait.conflicts_with("wait").help("Do not follow what was started"));
    }
    // The options' own description would replace the verb's.
    Options::augment_args(command).about(about)
}

fn arg(argument: &Argument) -> Arg {
    let arg = Arg::new(argument.id()).help(argument.help).required(argument.required);
    let arg = match argument.name.split_once("--") {
        None if argument.kind == Kind::Words => arg.last(true).value_name("ARG"),
        None => arg.value_name(argument.id()),
        Some((short, long)) => {
            let arg = arg.long(long).value_name(value_name(argument.kind));
            match short.trim_start_matches('-').chars().next() {
                Some(short) => arg.short(short),
                None => arg,
            }
        }
    };
    match argument.kind {
        Kind::Flag | Kind::Sets(_) => arg.action(ArgAction::SetTrue),
        _ if argument.name.ends_with('…') => arg.num_args(1..).action(ArgAction::Append),
        _ => arg,
    }
}

fn value_name(kind: Kind) -> &'static str {
    match kind {
        Kind::Since => "TIME",
        Kind::File | Kind::Upload => "FILE",
        _ => "TEXT",
    }
}

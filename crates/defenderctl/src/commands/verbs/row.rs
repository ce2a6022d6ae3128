//! What a row of the table of verbs says, and the command that is made of it.

use clap::{Arg, ArgAction, Args, Command};
use host_harness::Effect;

use crate::commands::run::Options;
use crate::machines::MachineArgs;

/// A verb: an action of the catalogue, in a responder's words.
#[derive(Debug)]
pub(crate) struct Row {
    /// The verb: one word, or two (`script run`).
    pub(crate) verb: &'static str,
    pub(crate) about: &'static str,
    pub(crate) action: &'static str,
    /// The action's effect: the help says whether it asks first.
    pub(crate) effect: Effect,
    pub(crate) hosts: Hosts,
    pub(crate) arguments: &'static [Argument],
    pub(crate) waits: Waits,
    pub(crate) special: Special,
}

/// Which machines a verb takes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Hosts {
    None,
    /// At least one.
    Some,
    /// None means what the verb says.
    Any,
}

/// Whether a verb follows its jobs to their end.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Waits {
    /// It starts none, or always does.
    Never,
    /// At a terminal.
    AtTerminal,
    /// Wherever it runs: its result is what it is for.
    Always,
}

/// What a verb does in addition to putting its arguments into parameters.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Special {
    None,
    /// Fetches the file that the action leaves, with `--to`.
    File,
    /// Makes one indicator for each value.
    Block,
    /// Looks the indicators up by their values.
    Unblock,
    /// Without hosts, looks up the machines that have the file.
    Quarantine,
}

/// An argument of a verb.
#[derive(Debug)]
pub(crate) struct Argument {
    /// `NAME`, `NAME…`, `--flag` or `-f, --flag`.
    pub(crate) name: &'static str,
    /// The parameter that it becomes; a dot leads into an object.
    pub(crate) param: &'static str,
    pub(crate) kind: Kind,
    pub(crate) required: bool,
    pub(crate) help: &'static str,
}

/// How an argument's text becomes a parameter's value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Kind {
    /// As it is, by the parameter's schema.
    Text,
    /// `true`.
    Flag,
    /// A list, of all values.
    List,
    /// What is later than this time, or than this long ago.
    Since,
    /// The text of this file.
    File,
    /// The bytes of this file, in Base64; its name is another parameter.
    Upload,
    /// What follows `--`, in one text as a shell would take it.
    Words,
    /// The verb itself reads it.
    Special,
}

impl Argument {
    /// What clap calls it.
    pub(crate) fn id(&self) -> &'static str {
        self.name.rsplit("--").next().unwrap_or(self.name).trim_end_matches('…')
    }

    fn arg(&self) -> Arg {
        let arg = Arg::new(self.id()).help(self.help).required(self.required);
        let arg = match self.name.split_once("--") {
            None if self.kind == Kind::Words => arg.last(true).value_name("ARG"),
            None => arg.value_name(self.id()),
            Some((short, long)) => {
                let arg = arg.long(long).value_name(value_name(self.kind));
                match short.trim_start_matches('-').chars().next() {
                    Some(short) => arg.short(short),
                    None => arg,
                }
            }
        };
        match self.kind {
            Kind::Flag => arg.action(ArgAction::SetTrue),
            _ if self.name.ends_with('…') => arg.num_args(1..).action(ArgAction::Append),
            _ => arg,
        }
    }
}

fn value_name(kind: Kind) -> &'static str {
    match kind {
        Kind::Since => "TIME",
        Kind::File | Kind::Upload => "FILE",
        _ => "TEXT",
    }
}

impl Row {
    /// The verb's last word.
    pub(crate) fn last_word(&self) -> &'static str {
        self.verb.rsplit(' ').next().unwrap_or(self.verb)
    }

    /// The command line of the verb.
    pub(crate) fn command(&self) -> Command {
        let about = match self.effect {
            Effect::Policy | Effect::Disrupt => format!("{} (asks first)", self.about),
            Effect::Read | Effect::Change => self.about.to_owned(),
        };
        let mut command = Command::new(self.last_word());
        let (after_all, others): (Vec<_>, Vec<_>) =
            self.arguments.iter().partition(|argument| argument.kind == Kind::Words);
        for argument in others {
            command = command.arg(argument.arg());
        }
        if self.hosts != Hosts::None {
            command = MachineArgs::augment_args(command);
        }
        // What follows `--` goes to the last positional: it must not be that of the machines.
        for argument in after_all {
            command = command.arg(argument.arg());
        }
        if self.waits != Waits::Never {
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
}

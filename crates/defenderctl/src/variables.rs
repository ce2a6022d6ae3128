//! Environment variables that stand in for flags: one that is empty is as one that is not set, as
//! scripts unset them.

use std::ffi::OsStr;

use clap::builder::Resettable;
use clap::{Arg, Command};

/// The command line without the variables that are empty. What is empty on the command line itself
/// stays a mistake.
pub(crate) fn without_empty(command: Command) -> Command {
    command.mut_args(unless_empty).mut_subcommands(without_empty)
}

fn unless_empty(arg: Arg) -> Arg {
    let is_empty = arg
        .get_env()
        .and_then(|name: &OsStr| std::env::var_os(name))
        .is_some_and(|value| value.is_empty());
    if is_empty { arg.env(Resettable::Reset) } else { arg }
}

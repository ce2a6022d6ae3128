//! `defenderctl`, the command line of the connector. Results go to stdout, everything else to
//! stderr, and a secret goes to neither.
//!
//! The groups of modules are in the order in which a call passes through them, and none imports
//! from one before it: the command line, the commands, their help, what guards a call and watches
//! over it, the call itself, the connector that makes it, and what all of them use.

mod cli;
mod variables;

mod commands;

mod examples;
mod help;

mod audit;
mod confirm;
mod disruption;
mod watch;

mod blocking;
mod calls;
mod job_actions;
mod known_actions;
mod machines;
mod params;
mod redact;
mod render;

mod args;
mod origins;
mod session;
mod settings;

mod ago;
mod exit;
mod explain;
mod failure;
mod file;
#[cfg(test)]
mod golden;
mod interrupt;
mod json;
mod output;
mod progress;
mod remedy;
mod style;
mod suggest;
mod table;
#[cfg(test)]
mod test_action;
mod times;
// What the component refuses is refused before two sources of parameters are merged, by the same
// code.
#[path = "../../../src/schema/unique.rs"]
mod unique;
mod wrap;

use std::env;
use std::io;
use std::process::ExitCode;

use clap::FromArgMatches;
use clap::error::{ContextKind, ContextValue};
use tokio::runtime::Runtime;
use tracing_subscriber::Layer;
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use cli::Arguments;
use commands::verbs::effects;
use exit::Exit;
use failure::Failure;
use output::Output;

fn main() -> ExitCode {
    if env::args_os().nth(1).is_some_and(|argument| argument == session::COMPILE_COMPONENT) {
        return host_harness::compile_child();
    }
    commands::completions::answer(cli::command);
    if let Err(error) = host_harness::forbid_core_dumps() {
        eprintln!("warning: core dumps could not be switched off: {error}");
    }
    let matches = variables::without_empty(cli::command()).try_get_matches();
    let arguments = match matches.and_then(|matches| Arguments::from_arg_matches(&matches)) {
        Ok(arguments) => arguments,
        Err(error) if error.kind() == clap::error::ErrorKind::InvalidSubcommand => {
            return refuse(&with_our_suggestion(error));
        }
        Err(error) => return refuse(&error),
    };
    let output = Output::new(arguments.json || arguments.command.wants_json());
    log_to_stderr();
    let connector_id = arguments.command.connector_id();
    let report = |failure: Failure| {
        output.failure(connector_id.as_deref(), &failure);
        failure.exit()
    };
    let runtime = match runtime() {
        Ok(runtime) => runtime,
        Err(failure) => return report(failure).into(),
    };
    // Reported while the runtime, which listens for a second Ctrl-C, is there.
    let exit = runtime.block_on(arguments.command.run(&output)).unwrap_or_else(report);
    // Do not wait for names that an interrupted call looks up.
    runtime.shutdown_background();
    exit.into()
}

/// The error with the connector's own rules for what a wrong name means: clap would propose
/// `isolate` for `unisolate`.
fn with_our_suggestion(mut error: clap::Error) -> clap::Error {
    error.remove(ContextKind::SuggestedSubcommand);
    error.remove(ContextKind::Suggested);
    let Some(ContextValue::String(wrong)) = error.get(ContextKind::InvalidSubcommand) else {
        return error;
    };
    // That of a group of commands is another matter.
    if env::args().nth(1).as_ref() != Some(wrong) {
        return error;
    }
    let verbs = effects();
    let command = cli::command();
    let others: Vec<&str> = command
        .get_subcommands()
        .map(clap::Command::get_name)
        .filter(|name| !verbs.iter().any(|(verb, _)| verb == name))
        .collect();
    if let Some(meant) = suggest::command(wrong, &verbs, &others) {
        let suggested = ContextValue::Strings(vec![meant]);
        error.insert(ContextKind::SuggestedSubcommand, suggested);
    }
    error
}

/// Says what is wrong with the command line, or what was asked for: help and versions come as
/// errors too.
fn refuse(error: &clap::Error) -> ExitCode {
    // Nobody is left to tell it to if the stream is closed.
    let _ = error.print();
    if !error.use_stderr() {
        return Exit::Done.into();
    }
    // What could not be parsed cannot say whether it wants JSON, so the words are looked at.
    if env::args_os().any(|argument| argument == "--json") {
        let text = error.to_string();
        let problem: Vec<&str> =
            text.lines().map(str::trim).take_while(|line| !line.is_empty()).collect();
        Output::new(true)
            .document(None, &Failure::settings(problem.join(" ").trim_start_matches("error: ")));
    }
    Exit::Usage.into()
}

fn runtime() -> Result<Runtime, Failure> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::local(format!("the program cannot start its threads: {error}")))
}

/// Logs warnings, or what `DEFENDERCTL_LOG` asks for: one level, and no directives. Only this
/// program's own words are logged: those of the libraries below may show requests with their
/// credentials.
fn log_to_stderr() {
    let asked = env::var("DEFENDERCTL_LOG").ok().and_then(|level| level.trim().parse().ok());
    let level: LevelFilter = asked.unwrap_or(LevelFilter::WARN);
    let filter = Targets::new().with_targets(
        ["defenderctl", "host_harness", "plugin_egress"].map(|library| (library, level)),
    );
    let colour = style::has_colour(&io::stderr());
    // A reader that has gone away must not end the program.
    let log = tracing_subscriber::fmt::layer()
        .with_writer(io::stderr)
        .with_ansi(colour)
        .without_time()
        .with_target(false)
        .log_internal_errors(false);
    tracing_subscriber::registry().with(log.with_filter(filter)).init();
}

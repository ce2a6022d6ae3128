//! `defenderctl`, the command line of the connector. Results go to stdout, everything else to
//! stderr, and a secret goes to neither.

mod args;
mod audit;
mod calls;
mod commands;
mod confirm;
mod details;
mod disruption;
mod examples;
mod exit;
mod failure;
mod file;
mod interrupt;
mod job_actions;
mod json;
mod known_actions;
mod output;
mod params;
mod progress;
mod redact;
mod remedy;
mod render;
mod session;
mod settings;
mod style;
mod suggest;
mod table;
#[cfg(test)]
mod test_action;
// What the component refuses is refused before two sources of parameters are merged, by the same
// code.
#[path = "../../../src/schema/unique.rs"]
mod unique;
mod variables;
mod watch;
mod wrap;

use std::env;
use std::io;
use std::process::ExitCode;

use clap::FromArgMatches;
use tokio::runtime::Runtime;
use tracing_subscriber::Layer;
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use args::Arguments;
use exit::Exit;
use failure::Failure;
use output::Output;

fn main() -> ExitCode {
    let matches = variables::without_empty(examples::command()).try_get_matches();
    let arguments = match matches.and_then(|matches| Arguments::from_arg_matches(&matches)) {
        Ok(arguments) => arguments,
        Err(error) => return refuse(&error),
    };
    let output = Output::new(arguments.json);
    log_to_stderr();
    let connector_id = arguments.command.connector_id();
    let told = |failure: Failure| {
        output.failure(connector_id.as_deref(), &failure);
        failure.exit()
    };
    let runtime = match runtime() {
        Ok(runtime) => runtime,
        Err(failure) => return told(failure).into(),
    };
    // It is told while the runtime is there, which listens for a second Ctrl-C.
    let exit = runtime.block_on(arguments.command.run(&output)).unwrap_or_else(told);
    // Names that an interrupted call looks up are not waited for.
    runtime.shutdown_background();
    exit.into()
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
        .map_err(|error| Failure::local(format!("no threads to run on: {error}")))
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

//! The command line. Results go to stdout, everything else to stderr, and a secret goes to neither.

mod args;
mod commands;
mod exit;
mod failure;
mod file;
mod json;
mod output;
mod params;
mod progress;
mod session;
mod settings;
mod style;
mod suggest;
mod table;

use std::env;
use std::io;
use std::process::ExitCode;

use clap::Parser;
use tracing_subscriber::EnvFilter;

use args::Arguments;
use exit::Exit;
use failure::Failure;
use output::Output;

/// Runs the command that the process was started with.
pub(crate) fn run() -> ExitCode {
    let arguments = Arguments::parse();
    let output = Output::new(arguments.json);
    log_to_stderr();
    let connector_id = arguments.command.connector_id();
    let exit = match block_on(arguments, &output) {
        Ok(exit) => exit,
        Err(failure) => {
            output.failure(connector_id.as_deref(), &failure);
            failure.exit()
        }
    };
    exit.into()
}

fn block_on(arguments: Arguments, output: &Output) -> Result<Exit, Failure> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::local(format!("no threads to run on: {error}")))?
        .block_on(arguments.command.run(output))
}

/// Logs warnings, or what `HOST_HARNESS_LOG` asks for. Only this program's own words are logged: those of the libraries below
/// may show requests with their credentials.
fn log_to_stderr() {
    let level = env::var("HOST_HARNESS_LOG").unwrap_or_else(|_| "warn".into());
    let filter = EnvFilter::builder().parse_lossy(format!("off,host_harness={level}"));
    let colour = style::has_colour(&io::stderr());
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr).with_ansi(colour);
    log.without_time().with_target(false).init();
}

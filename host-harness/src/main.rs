//! The binary `host-harness`: reads the command line, runs one command, ends with its exit status.

mod bench;
mod cli;

use std::process::ExitCode;

fn main() -> ExitCode {
    cli::run()
}

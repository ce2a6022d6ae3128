//! Serves the stub over plain HTTP until Ctrl-C. The first line on stdout is a JSON object with the
//! address and a connector's `config` and `secrets`; everything else is printed to stderr.

use std::io::{self, Write};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use defender_stub::{Scenario, Stub};
use serde_json::{Map, Value};

/// A fake of Microsoft login, Defender for Endpoint, Graph and result storage
#[derive(Debug, Parser)]
#[command(version)]
struct Arguments {
    /// Where to listen; port 0 takes a free one
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8765")]
    listen: SocketAddr,

    /// The scenario, as TOML or JSON [default: the demonstration]
    #[arg(long, value_name = "FILE")]
    scenario: Option<PathBuf>,

    /// Print the JSON Schema of scenario files, and serve nothing
    #[arg(long, conflicts_with_all = ["listen", "scenario"])]
    schema: bool,
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(Arguments::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // If stderr is closed, there is nowhere left to report to.
            let _ = writeln!(io::stderr(), "error: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: Arguments) -> Result<(), Box<dyn std::error::Error>> {
    let (mut stdout, mut stderr) = (io::stdout(), io::stderr());
    if arguments.schema {
        writeln!(stdout, "{}", Scenario::SCHEMA.trim_end())?;
        return Ok(());
    }
    let scenario = arguments.scenario.as_deref().map(Scenario::load).transpose()?;
    let listen = arguments.listen;
    let stub = Stub::start_plain(scenario.unwrap_or_default(), listen)
        .map_err(|error| format!("cannot listen on {listen}: {error}"))?;
    let connection: Map<String, Value> =
        stub.connection().into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    writeln!(stdout, "{}", Value::Object(connection))?;
    stdout.flush()?;
    writeln!(stderr, "serving until Ctrl-C")?;
    tokio::signal::ctrl_c().await?;
    for warning in stub.unmatched_fault_warnings() {
        writeln!(stderr, "warning: {warning}")?;
    }
    writeln!(stderr, "{} requests served", stub.service().ledger().len())?;
    Ok(())
}

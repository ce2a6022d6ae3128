//! `stub`: the stub service as a server of its own.

use std::io::ErrorKind;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use clap::Args;
use defender_stub::{Scenario, Stub as Server};

use crate::exit::Exit;
use crate::failure::Failure;
use crate::file::Partial;
use crate::interrupt;
use crate::json::Document;
use crate::output::Output;

/// Arguments of `stub`.
#[derive(Debug, Args)]
pub(crate) struct Stub {
    /// Where to listen; port 0 takes a free one
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8765", value_parser = address)]
    listen: SocketAddr,

    /// The world to start with and the faults in it: TOML or JSON; the demo world by default
    #[arg(long, value_name = "FILE")]
    scenario: Option<PathBuf>,

    /// Write the settings that lead to the stub to this file, for its owner alone
    #[arg(long, value_name = "FILE")]
    settings: Option<PathBuf>,

    /// Print the JSON Schema of scenario files, and serve nothing
    #[arg(long, conflicts_with_all = ["listen", "scenario", "settings"])]
    schema: bool,

    /// Write over a settings file that exists
    #[arg(long, requires = "settings")]
    force: bool,
}

impl Stub {
    /// Runs the command: the first line on stdout is all that a client needs, and the server lives
    /// until Ctrl-C.
    pub(crate) async fn run(self, output: &Output) -> Result<Exit, Failure> {
        if self.schema {
            output.result(Scenario::SCHEMA.trim_end())?;
            return Ok(Exit::Done);
        }
        let scenario = self.scenario.as_deref().map(load).transpose()?.unwrap_or_default();
        let server = Server::start_plain(scenario, self.listen).map_err(|error| {
            Failure::local(format!(
                "cannot listen on {}: {error}; name another address with --listen",
                self.listen
            ))
        })?;
        // Before the first line is out: its reader may end the stub at once.
        let interrupt = interrupt::listen().await;
        if let Some(path) = &self.settings {
            write(path, &server, self.force)?;
            output.note(&format!("settings written to {}: -c names them", path.display()));
        }
        let connection = server.connection().into_iter();
        let document = connection
            .fold(Document::new(), |document, (name, value)| document.member(name, value));
        output.result(&document.finish())?;
        if !self.listen.ip().is_loopback() {
            output.warning(
                "the stub is plain http and open to the network; connectors take plain http from loopback hosts only",
            );
        }
        output.note("serving until Ctrl-C");
        interrupt.await;
        for warning in server.unmatched_fault_warnings() {
            output.warning(&warning);
        }
        output.note(&format!("{} requests served", server.service().ledger().len()));
        Ok(Exit::Done)
    }
}

fn address(text: &str) -> Result<SocketAddr, String> {
    text.parse().map_err(|_| {
        "write it as ADDRESS:PORT, for example `127.0.0.1:8765`, or port 0 for a free one"
            .to_owned()
    })
}

/// Writes JSON, by whatever name: the stub's secret is invented, and is treated as others are.
fn write(path: &Path, server: &Server, force: bool) -> Result<(), Failure> {
    let shown = path.display();
    if path.extension().is_some_and(|extension| extension == "toml") {
        return Err(Failure::settings(format!(
            "{shown} would be TOML by its name, and JSON is written: name a .json file"
        )));
    }
    let text = Document::new()
        .member("config", server.config())
        .member("secrets", server.secrets())
        .finish();
    let written = Partial::private(path).and_then(|mut file| {
        file.write(text.as_bytes())?;
        file.write(b"\n")?;
        file.keep(force)
    });
    written.map_err(|error| match error.kind() {
        ErrorKind::AlreadyExists => Failure::settings(format!(
            "{shown} exists: name another file, or give --force to replace it"
        )),
        _ => Failure::local(format!("{shown} cannot be written: {error}")),
    })
}

fn load(path: &Path) -> Result<Scenario, Failure> {
    Scenario::load(path).map_err(|error| Failure::settings(error.to_string()))
}

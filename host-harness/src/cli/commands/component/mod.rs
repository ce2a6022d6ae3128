//! `component`: writes out the embedded component.

use std::path::PathBuf;

use clap::Args;
use host_harness::COMPONENT;
use sha2::{Digest, Sha256};

use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::file::Partial;
use crate::cli::json;
use crate::cli::output::Output;

/// Arguments of `component`.
#[derive(Debug, Args)]
pub(crate) struct Component {
    /// Where to write it; an existing file is replaced in one step
    #[arg(short, long, value_name = "PATH")]
    output: PathBuf,
}

impl Component {
    /// Runs the command.
    pub(crate) fn run(self, output: &Output) -> Result<Exit, Failure> {
        let path = self.output.display();
        let written = Partial::beside(&self.output).and_then(|mut file| {
            file.write(COMPONENT)?;
            file.keep(true)
        });
        written.map_err(|error| Failure::local(format!("{path} cannot be written: {error}")))?;
        let sha256 = format!("{:x}", Sha256::digest(COMPONENT));
        if output.is_json() {
            output.result(&json::file_document(None, &self.output, COMPONENT.len() as u64, &sha256))?;
        } else {
            output.result(&format!("{sha256}  {path}"))?;
            output.note(&format!("{} bytes", COMPONENT.len()));
        }
        Ok(Exit::Done)
    }
}

//! `component export`: writes out the embedded component, and its contract.

mod contract;
mod labelled;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use defender_component::COMPONENT;
use sha2::{Digest, Sha256};

use crate::args::PluginFile;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::file::Partial;
use crate::json;
use crate::output::Output;

/// Commands of `component`.
#[derive(Debug, Subcommand)]
pub(crate) enum Component {
    /// Write the embedded component to a file
    Export(Export),
}

impl Component {
    /// Runs the command.
    pub(crate) fn run(self, output: &Output) -> Result<Exit, Failure> {
        let Self::Export(command) = self;
        command.run(output)
    }
}

/// Arguments of `component export`.
#[derive(Debug, Args)]
pub(crate) struct Export {
    /// Where to write it; an existing file is replaced in one step
    #[arg(short, long, value_name = "PATH")]
    output: PathBuf,

    /// Write the contract too, a WIT package to make bindings from, into this folder
    #[arg(long, value_name = "DIR")]
    wit: Option<PathBuf>,
}

impl Export {
    /// Runs the command.
    fn run(self, output: &Output) -> Result<Exit, Failure> {
        let component = labelled::labelled(COMPONENT);
        if let Some(folder) = &self.wit {
            fs::create_dir_all(folder).map_err(|error| Failure::unwritable(folder, &error))?;
            for (name, text) in contract::FILES {
                let path = folder.join(name);
                write(&path, text.as_bytes())
                    .map_err(|error| Failure::unwritable(&path, &error))?;
            }
        }
        write(&self.output, &component)
            .map_err(|error| Failure::unwritable(&self.output, &error))?;
        let sha256 = format!("{:x}", Sha256::digest(&component));
        if output.is_json() {
            output.result(&json::file_document(
                None,
                &self.output,
                component.len() as u64,
                &sha256,
            ))?;
        } else {
            output.result(&format!("{sha256}  {}", self.output.display()))?;
            output.note(&format!(
                "{} bytes, the contract's documentation among them; to load this file and no other: \
                 --plugin {}",
                component.len(),
                PluginFile::pinned(&sha256, &self.output)
            ));
        }
        Ok(Exit::Done)
    }
}

fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = Partial::beside(path)?;
    file.write(bytes)?;
    file.keep(true)
}

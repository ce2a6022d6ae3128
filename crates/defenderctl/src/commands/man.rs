//! `man`: the manual, a page for each command.

use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;
use clap_mangen::Man as Page;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::json::Document;
use crate::output::Output;

/// Arguments of `man`.
#[derive(Debug, Args)]
pub(crate) struct Man {
    /// Write all pages into this folder, which is made if need be; without it the first page goes
    /// to stdout
    #[arg(short, long, value_name = "DIR")]
    output: Option<PathBuf>,
}

impl Man {
    /// Runs the command.
    pub(crate) fn run(self, manual: clap::Command, output: &Output) -> Result<Exit, Failure> {
        let Some(folder) = &self.output else {
            let mut page = Vec::new();
            Page::new(manual)
                .render(&mut page)
                .map_err(|error| Failure::local(format!("the page cannot be made: {error}")))?;
            let page = String::from_utf8_lossy(&page);
            let page = page.trim_end();
            let document = || Document::new().member("status", "ok").member("page", page).finish();
            output.result(&if output.is_json() { document() } else { page.to_owned() })?;
            return Ok(Exit::Done);
        };
        let mut command = manual.disable_help_subcommand(true);
        command.build();
        let mut paths = Vec::new();
        let written = fs::create_dir_all(folder).and_then(|()| pages(&command, folder, &mut paths));
        written.map_err(|error| {
            Failure::local(format!("{} cannot be written to: {error}", folder.display()))
        })?;
        let paths: Vec<String> = paths.iter().map(|path| path.display().to_string()).collect();
        output.result(&if output.is_json() {
            Document::new().member("status", "ok").member("paths", paths).finish()
        } else {
            paths.join("\n")
        })?;
        Ok(Exit::Done)
    }
}

fn pages(command: &clap::Command, folder: &Path, paths: &mut Vec<PathBuf>) -> std::io::Result<()> {
    paths.push(Page::new(command.clone()).generate_to(folder)?);
    command
        .get_subcommands()
        .filter(|command| !command.is_hide_set())
        .try_for_each(|command| pages(command, folder, paths))
}

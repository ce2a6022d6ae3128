//! `completions`: what a shell needs to complete the command line. The script asks this program for
//! each completion.

mod dynamic;
mod sources;

use std::env;

use clap::{Args, ValueEnum};
use clap_complete::CompleteEnv;
use clap_complete::env::Shells;
use host_harness::Limits;

use crate::args::PluginArgs;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::json::Document;
use crate::output::Output;
use crate::session::host;

/// The variable by which a script asks.
const VARIABLE: &str = "DEFENDERCTL_COMPLETE";

/// What bash needs beside the library's script.
const OF_BASH: &str = include_str!("completions/defenderctl.bash");

/// Arguments of `completions`.
#[derive(Debug, Args)]
pub(crate) struct Completions {
    /// Which shell
    shell: Shell,
}

#[derive(Clone, Copy, Debug, PartialEq, ValueEnum)]
enum Shell {
    Bash,
    Elvish,
    Fish,
    Powershell,
    Zsh,
}

impl Shell {
    fn name(self) -> &'static str {
        match self {
            Self::Bash => "bash",
            Self::Elvish => "elvish",
            Self::Fish => "fish",
            Self::Powershell => "powershell",
            Self::Zsh => "zsh",
        }
    }
}

/// Answers a shell that asks for completions, and ends the program. Without such a question it does
/// nothing.
pub(crate) fn answer(command: fn() -> clap::Command) {
    let shell = env::var(VARIABLE).unwrap_or_default();
    CompleteEnv::with_factory(|| dynamic::with_candidates(command(), &shell))
        .var(VARIABLE)
        .complete();
}

impl Completions {
    /// Runs the command.
    pub(crate) async fn run(self, output: &Output) -> Result<Exit, Failure> {
        let shell = self.shell.name();
        let shells = Shells::builtins();
        let Some(completer) = shells.completer(shell) else {
            return Err(Failure::settings(format!(
                "{shell} is not supported; `defenderctl completions --help` lists the shells"
            )));
        };
        let mut script = Vec::new();
        completer
            .write_registration(VARIABLE, "defenderctl", "defenderctl", &program(), &mut script)
            .map_err(|error| Failure::local(format!("the script cannot be made: {error}")))?;
        let mut script = String::from_utf8_lossy(&script).into_owned();
        if self.shell == Shell::Bash {
            script += OF_BASH;
        }
        let script = script.trim_end();
        // So that the first completion finds the component compiled.
        if let Ok(host) = host(&PluginArgs::embedded(), Limits::default()) {
            let _ = host.connector("completions").describe().await;
        }
        if output.is_json() {
            let document = Document::new().member("status", "ok").member("shell", shell);
            output.result(&document.member("script", script).finish())?;
        } else {
            output.result(script)?;
        }
        Ok(Exit::Done)
    }
}

/// How the script calls this program: by its name if it was called so, else by its path.
fn program() -> String {
    let called = env::args_os().next().unwrap_or_default();
    let path = std::path::Path::new(&called);
    match path.components().count() {
        0 | 1 => "defenderctl".to_owned(),
        _ => std::path::absolute(path)
            .map_or_else(|_| "defenderctl".to_owned(), |path| path.to_string_lossy().into_owned()),
    }
}

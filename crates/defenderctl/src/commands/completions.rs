//! `completions`: what a shell needs to complete the command line.

use clap::Args;
use clap::builder::PossibleValuesParser;
use clap_complete::{Shell, generate};
use host_harness::Limits;

use crate::args::PluginArgs;
use crate::examples;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::json::Document;
use crate::output::Output;
use crate::session::host;
use crate::settings::HostSettings;

/// Arguments of `completions`.
#[derive(Debug, Args)]
pub(crate) struct Completions {
    /// Which shell
    shell: Shell,

    #[command(flatten)]
    plugin: PluginArgs,
}

/// The commands that take an action's name.
const OF_ACTIONS: [&[&str]; 3] = [&["actions", "show"], &["run"], &["download"]];

/// Whether a name is no more than a word to every shell: it becomes part of a script that the
/// user's own shell runs, and another component may be from anyone.
fn is_plain(name: &str) -> bool {
    let admitted = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    name.starts_with(|c: char| c.is_ascii_alphanumeric()) && name.chars().all(admitted)
}

impl Completions {
    /// Runs the command. The names of the actions are the component's own.
    pub(crate) async fn run(self, output: &Output) -> Result<Exit, Failure> {
        let descriptor = host(&self.plugin, Limits::default(), &HostSettings::default())?
            .connector("completions")
            .describe()
            .await?;
        let (fit, unfit): (Vec<String>, Vec<String>) = descriptor
            .actions
            .into_iter()
            .map(|action| action.name)
            .partition(|name| is_plain(name));
        if !unfit.is_empty() {
            output.warning(&format!(
                "{} names of actions are left out, which a shell could take for commands: letters, digits, _ and - are admitted",
                unfit.len()
            ));
        }
        // clap keeps what it is given for as long as the program lives, which is not for long.
        let names: Vec<&'static str> = fit.into_iter().map(|name| &*name.leak()).collect();
        let with_names = |command: clap::Command, of: &[&str]| {
            let parser = PossibleValuesParser::new(names.clone());
            examples::change(command, of, &|command| {
                command.mut_arg("action", |action| action.value_parser(parser.clone()))
            })
        };
        let mut command = OF_ACTIONS.into_iter().fold(examples::command(), with_names);
        let mut script = Vec::new();
        generate(self.shell, &mut command, "defenderctl", &mut script);
        let script = String::from_utf8_lossy(&script);
        if output.is_json() {
            let document =
                Document::new().member("status", "ok").member("shell", self.shell.to_string());
            output.result(&document.member("script", script).finish())?;
        } else {
            output.result(script.trim_end())?;
        }
        Ok(Exit::Done)
    }
}

//! The command line: the list of commands, with its help.

use clap::builder::Styles;
use clap::builder::styling::AnsiColor;
use clap::{CommandFactory as _, Parser, Subcommand};

use super::args::SettingsArgs;
use super::commands::verbs::Verb;
use super::commands::{actions, completions, component, config, doctor, man, resume, run, whoami};
#[cfg(feature = "demo")]
use super::commands::{demo, stub};
use super::exit::Exit;
use super::failure::Failure;
use super::output::Output;
use super::{examples, help};

const STYLES: Styles = Styles::styled()
    .header(AnsiColor::Yellow.on_default().bold())
    .usage(AnsiColor::Yellow.on_default().bold())
    .literal(AnsiColor::Green.on_default())
    .placeholder(AnsiColor::Cyan.on_default());

const EXIT_STATUS: &str = "\
Exit status:
  0  done
  1  the action or the test failed, left out a machine, was not confirmed or was interrupted,
  or its list is cut off
  2  the command line, the settings or the parameters are wrong,
  or --yes is missing; nothing was sent
  3  the plugin trapped or broke the sandbox's rules
  130  ended by Ctrl-C before anything was sent, or by a second one

Environment:
  DEFENDERCTL_CONFIG  settings file, in place of --config
  DEFENDERCTL_PROFILE  profile, in place of --profile
  DEFENDERCTL_AUDIT   audit file of what changes something, in place of --audit
  DEFENDERCTL_EGRESS_LOG  log of requests, in place of --egress-log
  DEFENDERCTL_CACHE   folder for compiled components, in place of --cache
  DEFENDERCTL_STATE_DIR   folder for the calls that `resume` goes on with,
  in place of the user's own
  NO_COLOR             no colour
  DEFENDERCTL_LOG     what to log to stderr: off, error, warn (unless set), info, debug or trace";

/// Acts on machines and reads data in Microsoft Defender for Endpoint
#[derive(Debug, Parser)]
#[
    command(
        name = "defenderctl", version, styles = STYLES, after_help = EXIT_STATUS,
        max_term_width = 100
    )
]
#[command(propagate_version = true)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,

    #[command(flatten)]
    settings: SettingsArgs,

    /// Print one JSON document on stdout
    #[arg(long, global = true)]
    pub(crate) json: bool,
}

/// The commands, in the order in which a newcomer would try them.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    #[cfg(feature = "demo")]
    /// Try an isolation, a script and a release against a stub in this process
    Demo(demo::Demo),
    /// List the actions, or show one of them
    Actions(actions::Actions),
    /// Write settings, or test them
    #[command(subcommand)]
    Config(config::Config),
    /// Check each step between the settings and the service; changes nothing
    Doctor(doctor::Doctor),
    /// Show whose credentials the settings hold, and what they allow
    Whoami(whoami::Whoami),
    /// What responders do every day, by the words that they use
    #[command(flatten)]
    Verb(Verb),
    /// Carry out any action of the catalogue
    Run(run::Run),
    /// Go on with a call that was interrupted or cut off, or list the unfinished ones
    Resume(resume::Resume),
    /// Write out the embedded component, for other hosts
    #[command(subcommand)]
    Component(component::Component),
    #[cfg(feature = "demo")]
    /// Serve the stub service over plain HTTP, for other hosts and for manual work
    Stub(stub::Stub),
    /// Print the completions of a shell
    Completions(completions::Completions),
    /// Print the manual, or write its pages
    Man(man::Man),
}

impl Command {
    /// What the JSON documents call the connector.
    pub(crate) fn connector_id(&self) -> Option<String> {
        match self {
            #[cfg(feature = "demo")]
            Self::Demo(_) => Some(demo::CONNECTOR_ID.into()),
            Self::Doctor(command) => Some(command.settings.connector_id()),
            Self::Config(command) => Some(command.connector_id()),
            Self::Whoami(command) => Some(command.settings.connector_id()),
            Self::Run(command) => Some(command.options.settings.connector_id()),
            Self::Verb(verb) => Some(verb.options.settings.connector_id()),
            // Each call has its own.
            Self::Resume(_) => None,
            Self::Actions(_) | Self::Component(_) | Self::Completions(_) | Self::Man(_) => None,
            #[cfg(feature = "demo")]
            Self::Stub(_) => None,
        }
    }

    /// Whether the command itself was asked for JSON, by its `-o`.
    pub(crate) fn wants_json(&self) -> bool {
        matches!(self, Self::Whoami(command) if command.wants_json())
    }

    /// Runs the command.
    pub(crate) async fn run(self, output: &Output) -> Result<Exit, Failure> {
        match self {
            #[cfg(feature = "demo")]
            Self::Demo(command) => command.run(output).await,
            Self::Actions(command) => command.run(output).await,
            Self::Config(command) => command.run(output).await,
            Self::Whoami(command) => command.run(output).await,
            Self::Run(command) => command.run(output).await,
            Self::Verb(verb) => verb.run(output).await,
            Self::Resume(command) => command.run(output).await,
            Self::Component(command) => command.run(output),
            #[cfg(feature = "demo")]
            Self::Stub(command) => command.run(output).await,
            Self::Doctor(command) => command.run(output).await,
            Self::Completions(command) => command.run(output).await,
            Self::Man(command) => command.run(manual(), output),
        }
    }
}

/// The command line with its help.
pub(crate) fn command() -> clap::Command {
    help::arrange(Arguments::command())
}

/// The command line for the manual.
fn manual() -> clap::Command {
    examples::at_the_end(Arguments::command())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn command_line_is_consistent() {
        Arguments::command().debug_assert();
    }
}

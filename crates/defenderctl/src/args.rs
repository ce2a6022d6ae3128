//! The arguments that commands share, and the list of commands.

mod plugin;
mod settings;

use std::io;
use std::path::{PathBuf, absolute};

use clap::builder::styling::AnsiColor;
use clap::builder::{OsStringValueParser, Styles, TypedValueParser as _};
use clap::{Args, Parser, Subcommand, ValueHint};
use etcetera::BaseStrategy;
use etcetera::base_strategy::choose_native_strategy;
use serde::{Deserialize, Serialize};

use super::commands::verbs::Verb;
use super::commands::{actions, completions, component, config, doctor, man, resume, run, whoami};
#[cfg(feature = "demo")]
use super::commands::{demo, stub};
use super::exit::Exit;
use super::failure::Failure;
use super::output::Output;
pub(crate) use plugin::PluginFile;
pub(crate) use settings::{SETTINGS, SettingsArgs};

const STYLES: Styles = Styles::styled()
    .header(AnsiColor::Yellow.on_default().bold())
    .usage(AnsiColor::Yellow.on_default().bold())
    .literal(AnsiColor::Green.on_default())
    .placeholder(AnsiColor::Cyan.on_default());

const EXIT_STATUS: &str = "\
Exit status:
  0  done
  1  the action or the test failed, its list is cut off, or it was not confirmed or was interrupted
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
            Self::Man(command) => command.run(output),
        }
    }
}

/// Which component to load.
#[derive(Clone, Debug, Args, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PluginArgs {
    /// Load this component in place of the embedded one; with a digest as sha256:HEX@FILE, load
    /// it only if it is the one with this SHA-256
    #[
        arg(
            long, value_name = "FILE", value_hint = ValueHint::FilePath,
            value_parser = OsStringValueParser::new().try_map(PluginFile::parse)
        )
    ]
    pub(crate) plugin: Option<PluginFile>,

    /// Keep compiled components in this folder in place of the user's cache; nobody else may be
    /// able to write to it
    #[arg(long, value_name = "DIR", env = "DEFENDERCTL_CACHE")]
    cache: Option<PathBuf>,

    /// Compile the component anew, and keep nothing
    #[arg(long)]
    no_cache: bool,
}

impl PluginArgs {
    /// The embedded component, compiled into the folder for it.
    pub(crate) fn embedded() -> Self {
        let cache = std::env::var_os("DEFENDERCTL_CACHE").filter(|folder| !folder.is_empty());
        Self { plugin: None, cache: cache.map(PathBuf::from), no_cache: false }
    }

    /// The same component once more, as arguments.
    pub(crate) fn as_arguments(&self) -> Vec<String> {
        let path = |flag: &str, path: &Option<PathBuf>| {
            path.iter()
                .flat_map(|path| [flag.to_owned(), path.to_string_lossy().into_owned()])
                .collect::<Vec<_>>()
        };
        let no_cache = self.no_cache.then(|| "--no-cache".to_owned());
        [
            self.plugin
                .iter()
                .flat_map(|plugin| ["--plugin".to_owned(), plugin.to_string()])
                .collect(),
            path("--cache", &self.cache),
            no_cache.into_iter().collect(),
        ]
        .concat()
    }

    /// The same component, wherever the program is started.
    ///
    /// # Errors
    ///
    /// A path cannot be made absolute.
    pub(crate) fn absolute(&self) -> io::Result<Self> {
        let path = |path: &Option<PathBuf>| path.as_ref().map(absolute).transpose();
        let plugin = self.plugin.as_ref().map(PluginFile::absolute).transpose()?;
        Ok(Self { plugin, cache: path(&self.cache)?, no_cache: self.no_cache })
    }

    /// Whether it is the one that this program was built with.
    pub(crate) fn is_embedded(&self) -> bool {
        self.plugin.is_none()
    }

    /// Where compiled components are kept, if they are.
    pub(crate) fn cache(&self) -> Option<PathBuf> {
        if self.no_cache {
            return None;
        }
        let own = || Some(choose_native_strategy().ok()?.cache_dir().join("defenderctl"));
        self.cache.clone().or_else(own)
    }
}

/// Which action to call, and how.
#[derive(Debug, Args)]
pub(crate) struct CallArgs {
    /// Name of the action, as `actions` lists it
    pub(crate) action: String,

    /// One parameter; may be repeated. A dot leads into an object: wait.pollSeconds=2. The value is
    /// JSON where the action wants a number, a boolean, a list or an object
    #[arg(short, long = "param", value_name = "KEY=VALUE", value_parser = key_value)]
    pub(crate) param: Vec<(String, String)>,

    /// All parameters as a JSON object, as @FILE with such an object, or as - for stdin
    #[arg(long, value_name = "JSON")]
    pub(crate) params: Option<String>,

    /// Follow machine actions to their end, for this number of seconds at most if given: the
    /// parameter `wait`
    #[arg(long, value_name = "SECONDS", num_args = 0..=1, require_equals = true)]
    pub(crate) wait: Option<Option<u64>>,
}

fn key_value(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((key, value)) if !key.is_empty() => Ok((key.into(), value.into())),
        _ => Err(
            "write it as KEY=VALUE, for example `-p id=1e5bc9d7e413ddd7902c2932e418702b84d0cc07`"
                .into(),
        ),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn command_line_is_consistent() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn a_value_may_hold_equal_signs_and_a_key_may_not_be_empty() {
        assert_eq!(key_value("args=-Path=C:\\"), Ok(("args".into(), "-Path=C:\\".into())));
        assert_eq!(key_value("comment="), Ok(("comment".into(), String::new())));
        assert!(key_value("=value").is_err());
        assert!(key_value("value").is_err());
    }
}

//! `actions`: lists the catalogue, searches it, or shows one action in full.

pub(crate) mod members;
mod show;

use clap::{Args, Subcommand};
use host_harness::{Action, Descriptor, Limits};

use crate::args::PluginArgs;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::json;
use crate::output::Output;
use crate::progress::Progress;
use crate::session::{find, host};
use crate::style::clean;
use crate::suggest::search;
use crate::wrap::{hanging, stdout_width};

/// Arguments of `actions`.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct Actions {
    #[command(subcommand)]
    command: Option<Command>,

    /// Only what is about this: words of names, titles and categories, or Microsoft's names
    #[arg(long, value_name = "TEXT")]
    search: Option<String>,

    #[command(flatten, next_help_heading = "Component")]
    plugin: PluginArgs,
}

/// Commands of `actions`.
#[derive(Debug, Subcommand)]
enum Command {
    /// Show an action in full: its parameters, permissions and documentation
    Show {
        /// Name of the action, as `actions` lists it
        action: String,

        #[command(flatten, next_help_heading = "Component")]
        plugin: PluginArgs,
    },
}

impl Actions {
    /// Runs the command.
    pub(crate) async fn run(self, output: &Output) -> Result<Exit, Failure> {
        let (name, plugin) = match &self.command {
            Some(Command::Show { action, plugin }) => (Some(action), plugin),
            None => (None, &self.plugin),
        };
        let mut descriptor = {
            let _progress = Progress::of("loading the component");
            host(plugin, Limits::default())?.connector("actions").describe().await?
        };
        if let Some(text) = &self.search {
            let found: Vec<String> = search(text, &descriptor.actions)
                .into_iter()
                .map(|action| action.name.clone())
                .collect();
            if found.is_empty() {
                return Err(Failure::unknown_action(format!(
                    "no action is about `{text}`; `defenderctl actions` lists all"
                )));
            }
            descriptor.actions.retain(|action| found.contains(&action.name));
        }
        let action = name.map(|name| find(&descriptor, name)).transpose()?;
        let text = match (action, output.is_json()) {
            (None, true) => json::descriptor_document(&descriptor),
            (None, false) => catalogue(&descriptor),
            (Some(action), true) => json::action_document(action),
            (Some(action), false) => show::in_full(action),
        };
        output.result(&text)?;
        Ok(Exit::Done)
    }
}

/// One line for every action, under its category.
fn catalogue(descriptor: &Descriptor) -> String {
    let actions = &descriptor.actions;
    let mut categories: Vec<&str> = Vec::new();
    for action in actions.iter().filter(|action| !action.category.is_empty()) {
        if !categories.contains(&action.category.as_str()) {
            categories.push(&action.category);
        }
    }
    let width = |text: fn(&Action) -> &str| {
        actions.iter().map(|action| clean(text(action)).chars().count()).max().unwrap_or(0)
    };
    let (names, effects) =
        (width(|action| &action.name), width(|action| json::effect(action.effect)));
    let screen = stdout_width();
    let line = |action: &Action| {
        let (name, effect) = (clean(&action.name), json::effect(action.effect));
        let mut summary = clean(&action.summary).replace('\n', " ");
        if action.deprecated.is_some() {
            summary += " (deprecated)";
        }
        let start = format!("  {name:<names$}  {effect:<effects$}  ");
        let indent = start.chars().count();
        start + &hanging(&summary, indent, indent, screen)
    };
    let of_category = |category: &str| {
        let lines = actions.iter().filter(|action| action.category == category).map(line);
        format!("{}\n{}", clean(category), lines.collect::<Vec<_>>().join("\n"))
    };
    let heading = clean(&format!("{} {} ({})", descriptor.name, descriptor.version, descriptor.id));
    let mut parts = vec![heading];
    parts.extend(categories.into_iter().map(of_category));
    // A component need not have categories.
    let others = actions.iter().filter(|action| action.category.is_empty()).map(line);
    parts.extend(Some(others.collect::<Vec<_>>().join("\n")).filter(|lines| !lines.is_empty()));
    parts.push("to see one in full: defenderctl actions show ACTION".to_owned());
    parts.join("\n\n")
}

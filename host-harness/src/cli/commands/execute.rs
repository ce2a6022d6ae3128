//! `execute`: carries out one action.

use clap::Args;
use host_harness::Outcome;

use crate::cli::args::{CallArgs, PluginArgs, SettingsArgs};
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::json;
use crate::cli::output::Output;
use crate::cli::params::params;
use crate::cli::session::{Session, find};
use crate::cli::watch::{CommandLine, Plan, Watch, WatchArgs};

/// Arguments of `execute`.
#[derive(Debug, Args)]
pub(crate) struct Execute {
    #[command(flatten)]
    call: CallArgs,
    #[command(flatten)]
    pub(crate) settings: SettingsArgs,
    #[command(flatten)]
    plugin: PluginArgs,
    #[command(flatten)]
    watch: WatchArgs,
}

impl Execute {
    /// Runs the command.
    pub(crate) async fn run(self, output: &Output) -> Result<Exit, Failure> {
        let session = Session::open(&self.plugin, &self.settings, output).await?;
        let descriptor = session.describe().await?;
        let action = find(&descriptor, &self.call.action)?;
        if let Some(reason) = &action.deprecated {
            output.warning(&format!("{} is deprecated: {reason}", action.name));
        }
        let params = params(&self.call, &action.params_schema)?;
        let command_line = CommandLine::new(&self.settings, &self.plugin, output.is_json(), &descriptor);
        let watch = Watch::new(&session, output, Plan::of(action, &params), command_line, self.watch);
        let outcome = watch.over(session.connector.execute(&action.name, &params)).await?;
        if output.is_json() {
            output.result(&json::outcome_document(session.connector.id(), &outcome))?;
        } else {
            output.result(&json::pretty(&data(&outcome)))?;
            output.note(&summary(&outcome));
        }
        Ok(Exit::Done)
    }
}

/// The outcome's data, as a JSON string if the plugin broke its promise that it is JSON.
fn data(outcome: &Outcome) -> String {
    if json::is_json(&outcome.data) {
        outcome.data.clone()
    } else {
        serde_json::Value::from(outcome.data.as_str()).to_string()
    }
}

/// One line on what came of it and what it cost.
fn summary(outcome: &Outcome) -> String {
    let mut facts = Vec::new();
    if let Some(action) = &outcome.machine_action {
        let adopted = if action.adopted { " (was under way already)" } else { "" };
        facts.push(format!("machine action {} is {}{adopted}", action.id, json::machine_action_state(action.state)));
    }
    let usage = &outcome.usage;
    facts.push(format!("{} requests, {} of them repeated", usage.requests, usage.retries));
    facts.push(format!("{} bytes received", usage.response_bytes));
    if usage.waited_ms > 0 {
        facts.push(format!("{:.1} s waited", usage.waited_ms as f64 / 1000.0));
    }
    facts.join("; ")
}

//! `execute`: carries out one action.

use clap::Args;
use host_harness::Outcome;

use crate::cli::args::{CallArgs, PluginArgs, SettingsArgs};
use crate::cli::audit::End;
use crate::cli::disruption::DisruptionArgs;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::interrupt;
use crate::cli::json;
use crate::cli::output::Output;
use crate::cli::params::params;
use crate::cli::render::ResultArgs;
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
    disruption: DisruptionArgs,
    #[command(flatten)]
    result: ResultArgs,
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
        let destination = self.result.destination(action, &params, output)?;
        let approved = self.disruption.approve(&session, &descriptor, action, params, output).await?;
        let given = (&self.settings, &self.plugin, &self.disruption);
        let command_line = CommandLine::new(given, output.is_json(), &descriptor);
        let watch = Watch::new(&session, output, Plan::of(action, &approved.params), command_line, self.watch);
        let entry = approved.record()?;
        let outcome = watch.over(session.connector.execute(&action.name, &approved.params)).await;
        entry.finish(End::of(&outcome));
        // Not before: the audit file's line is to be whole.
        interrupt::end_on_next().await;
        let outcome = outcome.map_err(|failure| destination.failure(action, failure, output))?;
        let written = destination.outcome(session.connector.id(), action, &outcome, output);
        output.warnings(outcome.warnings.iter().map(|warning| warning.message.as_str()));
        if !output.is_json() {
            output.note(&summary(&outcome));
        }
        written?;
        Ok(Exit::Done)
    }
}

/// One line on what came of it and what it cost.
fn summary(outcome: &Outcome) -> String {
    let mut facts = Vec::new();
    if let Some(action) = &outcome.machine_action {
        let adopted = if action.adopted { " (was under way already)" } else { "" };
        facts.push(format!("machine action {}: {}{adopted}", action.id, json::machine_action_state(action.state)));
    }
    let usage = &outcome.usage;
    let repeated = if usage.retries > 0 { format!(", {} of them repeated", usage.retries) } else { String::new() };
    facts.push(format!("requests: {}{repeated}", usage.requests));
    facts.push(format!("{} bytes received", usage.response_bytes));
    if usage.waited_ms > 0 {
        facts.push(format!("{:.1} s waited", usage.waited_ms as f64 / 1000.0));
    }
    facts.join("; ")
}

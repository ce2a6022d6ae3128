//! `execute`: carries out one action.

use clap::Args;
use host_harness::{Action, Outcome};
use serde_json::Value;

use crate::cli::args::{CallArgs, PluginArgs, SettingsArgs};
use crate::cli::audit::End;
use crate::cli::disruption::DisruptionArgs;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::interrupt;
use crate::cli::json::{self, Document};
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
        let given = (&self.settings, &self.plugin, &self.disruption);
        let command_line = CommandLine::new(given, output.is_json(), &descriptor);
        let params = params(&self.call, &action.params_schema)?;
        self.refuse_file(action, &params, &command_line)?;
        let params = self.result.completed(params, &action.params_schema);
        let destination = self.result.destination(action, &params, output)?;
        let approved = self.disruption.approve(&session, &descriptor, action, params).await?;
        let watch = Watch::new(&session, output, Plan::of(action, &approved.params), command_line, self.watch);
        let entry = approved.record()?;
        let outcome = watch.over(session.connector.execute(&action.name, &approved.params)).await;
        entry.finish(End::of(&outcome, watch.may_be_carried_out()));
        // Not before: the audit file's line is to be whole.
        interrupt::end_on_next().await;
        let outcome = outcome.map_err(|failure| destination.failure(action, failure, output))?;
        let written = destination.outcome(session.connector.id(), action, &outcome, output);
        output.warnings(outcome.warnings.iter().map(|warning| warning.message.as_str()));
        if !output.is_json() {
            output.note(&summary(&outcome));
        }
        let end = self.result.end(action, &approved.params, &outcome.data, output);
        written?;
        Ok(end)
    }

    /// Refuses to write an action's record into a file that is to hold the file that the action yields.
    fn refuse_file(&self, action: &Action, params: &str, command_line: &CommandLine) -> Result<(), Failure> {
        let Some((file, opened)) = self.result.file().zip(action.file_action.as_deref()) else { return Ok(()) };
        let params: Value = serde_json::from_str(params).unwrap_or_default();
        // A form that was asked for is meant as one; and no file comes of a dry run, nor of all commands at once.
        if self.result.chooses_form() || params["dryRun"] == true || params["index"] == "all" {
            return Ok(());
        }
        let file = file.to_string_lossy();
        let (mut commands, mut words) = (Vec::new(), Vec::new());
        // A download is of one machine's file.
        if params["ids"].is_null() && params["hosts"].is_null() {
            let fetch = command_line.fetch_instead(&self.call, &file);
            words.push(format!("to fetch the file:\n  {fetch}"));
            commands.push(fetch);
        }
        if opened != action.name {
            let [start, fetch] = command_line.start_and_fetch_instead(&self.call, opened, &file);
            words.push(format!("in two steps, with the machine action's ID from the first one:\n  {start}\n  {fetch}"));
            commands.extend([start, fetch]);
        }
        let message = format!(
            "`{}` yields a file, and `execute -o` would write its JSON record to {file}: use `download`; nothing was sent. \
             --output json writes the record",
            self.call.action
        );
        let details = Document::new().member("commands", &commands).finish();
        Err(Failure::settings(message).details(details).told_in_words(words.join("\n")))
    }
}

/// One line on what came of it and what it cost.
fn summary(outcome: &Outcome) -> String {
    let mut facts = Vec::new();
    if let Some(action) = &outcome.job {
        let adopted = if action.adopted { " (was under way already)" } else { "" };
        facts.push(format!("machine action {}: {}{adopted}", action.id, json::job_state(action.state)));
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

//! `run`: carries out one action.

use std::time::Instant;

use clap::Args;
use host_harness::Action;
use serde_json::Value;

use super::call::{CallOptions, PreparedCall, StartedCall};
use crate::args::{CallArgs, PluginArgs, SettingsArgs};
use crate::audit::End;
use crate::calls::Wanted;
use crate::disruption::DisruptionArgs;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::json::Document;
use crate::machines::MachineArgs;
use crate::output::Output;
use crate::render::ResultArgs;
use crate::watch::{CommandLine, Plan, Planned, WatchArgs};

/// Arguments of `run`.
#[derive(Debug, Args)]
pub(crate) struct Run {
    #[command(flatten)]
    pub(super) call: CallArgs,
    #[command(flatten)]
    pub(crate) options: Options,

    /// Machines that a verb names beside the parameters.
    #[arg(skip)]
    pub(super) machines: Option<MachineArgs>,
}

/// What every call can be given.
#[derive(Debug, Args)]
pub(crate) struct Options {
    #[command(flatten)]
    pub(crate) settings: SettingsArgs,
    #[command(flatten)]
    pub(super) disruption: DisruptionArgs,
    #[command(flatten)]
    pub(super) result: ResultArgs,
    #[command(flatten)]
    pub(super) plugin: PluginArgs,
    #[command(flatten)]
    pub(super) watch: WatchArgs,
}

impl Run {
    /// Runs the command.
    pub(crate) async fn run(self, output: &Output) -> Result<Exit, Failure> {
        self.carry_out(output).await
    }

    /// The same, to be done once more.
    pub(super) async fn carry_out(&self, output: &Output) -> Result<Exit, Failure> {
        let options = CallOptions {
            call: &self.call,
            settings: &self.options.settings,
            plugin: &self.options.plugin,
            disruption: &self.options.disruption,
            watch: self.options.watch,
            machines: self.machines.as_ref(),
        };
        let prepared = PreparedCall::new(options, output).await?;
        let PreparedCall { session, action, params, command_line, .. } = &prepared;
        self.refuse_file(action, params, command_line)?;
        let params = self.options.result.completed(params.clone(), &action.params_schema);
        let destination = self.options.result.destination(action, &params, output)?;
        let approved = prepared.approve(params).await?;
        let plan = Plan::of(action, &approved.params);
        let StartedCall { mut begun, journal, mut watch } =
            prepared.start(&approved, plan, Wanted::Result(self.options.result.clone()))?;
        let call = (action.name.as_str(), approved.params.as_str());
        let mut operation = None;
        let began = Instant::now();
        let driven = match begun.planned(&mut watch, call, journal).await {
            Planned::Ready(ready) => watch.finish(operation.insert(*ready)).await,
            Planned::Over(driven) => driven,
            Planned::NotOffered => watch.whole(session.connector.execute(call.0, call.1)).await,
        };
        begun.written_down(End::of(&driven.result, driven.may_be_carried_out), &driven).await;
        let closing = watch.closing(&driven.result, Some(began.elapsed()));
        let end = self.options.result.show(
            driven.result,
            &destination,
            (action, call.1),
            session,
            output,
        );
        begun.ended(driven.has_ended);
        closing.iter().for_each(|sentence| output.note(sentence));
        end
    }

    /// Refuses to write an action's record into a file that is to hold the file that the action
    /// yields.
    fn refuse_file(
        &self,
        action: &Action,
        params: &str,
        command_line: &CommandLine,
    ) -> Result<(), Failure> {
        let Some((file, opened)) = self.options.result.file().zip(action.file_action.as_deref())
        else {
            return Ok(());
        };
        let params: Value = serde_json::from_str(params).unwrap_or_default();
        // A form that was asked for is meant as one; and no file comes of a dry run, nor of all
        // commands at once.
        if self.options.result.chooses_form()
            || params["dryRun"] == true
            || params["index"] == "all"
        {
            return Ok(());
        }
        let file = file.to_string_lossy();
        if self.machines.is_some() {
            return Err(Failure::settings(format!(
                "{file} would hold the JSON record, and not what the job leaves: `> {file}` keeps \
                 what is printed, `-o json --to {file}` the record; nothing was sent"
            )));
        }
        let (mut commands, mut words) = (Vec::new(), Vec::new());
        // A download is of one machine's file.
        if params["ids"].is_null() && params["hosts"].is_null() {
            let fetch = command_line.fetch_instead(&self.call, &action.params_schema, &file);
            words.push(format!("to fetch the file:\n  {fetch}"));
            commands.push(fetch);
        }
        if opened != action.name {
            let [start, fetch] = command_line.start_and_fetch_instead(
                &self.call,
                (&action.params_schema, opened),
                &file,
            );
            words.push(
                format!(
                    "in two steps, with the machine action's ID from the first one:\n  {start}\n  {fetch}"
                )
            );
            commands.extend([start, fetch]);
        }
        let message = format!(
            "`{}` yields a file, and `run --to` would write its JSON record to {file}: use `download`; nothing was sent. \
             --output json writes the record",
            self.call.action
        );
        let details = Document::new().member("commands", &commands).finish();
        Err(Failure::settings(message).details(details).with_hint(words.join("\n")))
    }
}

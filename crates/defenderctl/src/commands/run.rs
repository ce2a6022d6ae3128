//! `run`: carries out one action.

use std::time::Instant;

use clap::Args;
use serde_json::Value;

use super::call::{CallOptions, PreparedCall, StartedCall};
use super::download::download;
use super::fetch::Fetch;
use super::not_found;
use crate::args::{CallArgs, PluginArgs, SettingsArgs};
use crate::audit::End;
use crate::calls::{Plan, Wanted};
use crate::disruption::DisruptionArgs;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::machines::MachineArgs;
use crate::output::Output;
use crate::render::ResultArgs;
use crate::watch::{Planned, WatchArgs};

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

    /// What a verb unblocks, which the parameters do not say.
    #[arg(skip)]
    pub(super) unblocked: Vec<String>,
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
        let options = CallOptions {
            call: &self.call,
            settings: &self.options.settings,
            plugin: &self.options.plugin,
            disruption: &self.options.disruption,
            watch: self.options.watch,
            machines: self.machines.as_ref(),
        };
        let prepared = PreparedCall::new(options, output).await?;
        if let Some(fetch) = self.fetches(&prepared) {
            let end = download(&prepared, fetch).await;
            return prepared.end(end);
        }
        let PreparedCall { session, action, params, .. } = &prepared;
        let params = self.options.result.completed(params.clone(), &action.params_schema);
        let mut destination = self.options.result.destination(action, &params, output)?;
        let approved = prepared.approve(params).await?;
        let plan = Plan::of(action, &approved.params);
        let StartedCall { mut begun, journal, mut watch } =
            prepared.start(&approved, plan, Wanted::Result(self.options.result.clone()))?;
        let call = (action.name.as_str(), approved.params.as_str());
        let mut operation = None;
        let began = Instant::now();
        let driven = match begun.planned(&mut watch, call, journal).await {
            Planned::Ready(ready) => {
                watch.prints_output = watch.plan.is_many && destination.prints_output();
                watch.finish(operation.insert(*ready)).await
            }
            Planned::Over(driven) => driven,
            Planned::NotOffered => watch.whole(session.connector.execute(call.0, call.1)).await,
        };
        begun.written_down(End::of(&driven.result, driven.may_be_carried_out), &driven).await;
        let closing = watch
            .closing(&driven.result, Some(began.elapsed()))
            .or_else(|| watch.blocked(&driven.result, call.1, &self.unblocked));
        let found = driven.result.as_ref().ok().map(|outcome| outcome.data.as_str());
        let nothing_found = found.and_then(|data| not_found::name(action, call.1, data));
        let end = self.options.result.show(
            driven.result,
            &destination.with_names(&watch.names),
            (action, call.1),
            session,
            output,
        );
        begun.ended(driven.has_ended);
        if let Some(name) = nothing_found {
            output.note(&not_found::hint(session, &name).await);
        }
        closing.iter().for_each(|sentence| output.note(sentence));
        prepared.end(end)
    }

    /// The file that is to be fetched: `--to` of an action that leaves one. A form that was asked
    /// for is meant as the record's; and no file comes of a dry run, nor of all commands at once.
    fn fetches(&self, prepared: &PreparedCall<'_>) -> Option<Fetch> {
        let path = self.options.result.file()?.to_owned();
        prepared.action.file_action.as_ref()?;
        let params: Value = serde_json::from_str(&prepared.params).unwrap_or_default();
        let is_record = self.options.result.chooses_form()
            || params["dryRun"] == true
            || params["index"] == "all";
        let (force, quiet) = (self.options.result.replaces(), self.options.watch.is_quiet());
        (!is_record).then_some(Fetch { path, force, quiet })
    }
}

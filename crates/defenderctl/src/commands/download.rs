//! `download`: streams the file that an action yields to disk.
//!
//! What has to be started for it is an operation, followed to its end; then the action that fetches
//! the file again fetches it.

use std::path::PathBuf;

use clap::Args;
use serde_json::Value;

use super::call::{CallOptions, PreparedCall, StartedCall};
use super::fetch::Fetch;
use super::run::Options;
use crate::args::{CallArgs, PluginArgs, SettingsArgs};
use crate::disruption::DisruptionArgs;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::file::Partial;
use crate::machines::MachineArgs;
use crate::output::Output;
use crate::watch::{Plan, Planned, WatchArgs};

/// Arguments of `download`.
#[derive(Debug, Args)]
pub(crate) struct Download {
    #[command(flatten)]
    call: CallArgs,
    #[command(flatten)]
    pub(crate) settings: SettingsArgs,

    /// Where to write the file; the service's own name for it is never used
    #[arg(short, long, value_name = "PATH")]
    output: PathBuf,

    /// Replace the file if it exists
    #[arg(long)]
    force: bool,

    #[command(flatten)]
    disruption: DisruptionArgs,
    #[command(flatten)]
    plugin: PluginArgs,
    #[command(flatten)]
    watch: WatchArgs,

    /// Machines that a verb names beside the parameters.
    #[arg(skip)]
    machines: Option<MachineArgs>,
}

impl Download {
    /// Fetches a file into the one that a verb was given.
    pub(super) fn of(
        call: CallArgs,
        options: Options,
        machines: Option<MachineArgs>,
        output: PathBuf,
    ) -> Self {
        let force = options.result.replaces();
        let Options { settings, disruption, plugin, watch, .. } = options;
        Self { call, settings, output, force, disruption, plugin, watch, machines }
    }

    /// Runs the command.
    pub(crate) async fn run(self, output: &Output) -> Result<Exit, Failure> {
        let fetch =
            Fetch { path: self.output.clone(), force: self.force, quiet: self.watch.is_quiet() };
        // Before anything is sent: the file may be a machine's only copy of something.
        fetch.check()?;
        let options = CallOptions {
            call: &self.call,
            settings: &self.settings,
            plugin: &self.plugin,
            disruption: &self.disruption,
            watch: self.watch,
            machines: self.machines.as_ref(),
        };
        let prepared = PreparedCall::new(options, output).await?;
        let PreparedCall { action, params, .. } = &prepared;
        // What has to be started is started without waiting, and then followed.
        let fetched_by = action.file_action.as_deref().filter(|again| *again != action.name);
        let (params, wait) = match fetched_by {
            Some(_) => split(&action.name, params)?,
            None => (params.clone(), String::new()),
        };
        let approved = prepared.approve(params).await?;
        let mut partial =
            Partial::private(&self.output).map_err(|error| fetch.unwritable(&error))?;
        let plan = Plan::of(action, &approved.params).for_file(&self.output);
        let StartedCall { mut begun, journal, mut watch } =
            prepared.start(&approved, plan, fetch.wanted(&wait))?;
        let call = (action.name.as_str(), approved.params.as_str());
        let mut operation = None;
        let planned = match fetched_by {
            Some(_) => begun.planned(&mut watch, call, journal).await,
            None => Planned::NotOffered,
        };
        let mut document = "{}".to_owned();
        let driven = match (planned, fetched_by) {
            (Planned::Ready(ready), Some(again)) => {
                let operation = operation.insert(*ready);
                let driven = fetch.after(&mut watch, operation, (again, &wait), &mut partial).await;
                document = watch.left_of(operation).document(&watch);
                driven
            }
            (Planned::Over(driven), _) => driven.without_result(),
            // As it was asked for, with what it waits for.
            _ => fetch.directly(&watch, (call.0, &joined(call.1, &wait)), &mut partial).await,
        };
        fetch.conclude(begun, (driven, &document), partial, &watch).await
    }
}

/// The parameters without `wait`, and that as JSON; empty if it was not given.
fn split(action: &str, params: &str) -> Result<(String, String), Failure> {
    let mut params: Value = serde_json::from_str(params).unwrap_or_default();
    if !params["ids"].is_null() || !params["hosts"].is_null() || params["dryRun"] == true {
        return Err(Failure::params(format!(
            "`{action}` has to name one machine here, without `dryRun`: a file comes from one; nothing was sent"
        )));
    }
    let wait = params
        .as_object_mut()
        .and_then(|params| params.remove("wait"))
        .filter(|wait| !wait.is_null());
    Ok((params.to_string(), wait.map(|wait| wait.to_string()).unwrap_or_default()))
}

fn joined(params: &str, wait: &str) -> String {
    let mut params: Value = serde_json::from_str(params).unwrap_or_default();
    if let (Some(params), Ok(wait)) = (params.as_object_mut(), serde_json::from_str(wait)) {
        params.insert("wait".to_owned(), wait);
    }
    params.to_string()
}

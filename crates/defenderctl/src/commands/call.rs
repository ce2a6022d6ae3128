//! A call from the command line to the moment before it is made.

use host_harness::{Action, Descriptor, Effect};
use serde_json::{Map, Value};
use time::OffsetDateTime;

use super::begun::Begun;
use super::left_out;
use crate::args::{CallArgs, PluginArgs, SettingsArgs};
use crate::calls::{Keep, Plan, Shown, Wanted};
use crate::disruption::{Approved, DisruptionArgs};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::machines::{Found, MachineArgs, Missing, Names, find as find_machines};
use crate::output::Output;
use crate::params::params;
use crate::session::{Session, find};
use crate::watch::{CommandLine, Watch, WatchArgs};

/// What the command line says of a call.
#[derive(Clone, Copy)]
pub(super) struct CallOptions<'a> {
    pub(super) call: &'a CallArgs,
    pub(super) settings: &'a SettingsArgs,
    pub(super) plugin: &'a PluginArgs,
    pub(super) disruption: &'a DisruptionArgs,
    pub(super) watch: WatchArgs,
    /// Machines that are named beside the parameters.
    pub(super) machines: Option<&'a MachineArgs>,
}

/// A call that was asked for.
pub(super) struct PreparedCall<'a> {
    options: CallOptions<'a>,
    output: &'a Output,
    pub(super) session: Session,
    descriptor: Descriptor,
    pub(super) action: Action,
    /// As they were given.
    pub(super) params: String,
    /// Machines that were named and are left out.
    missing: Vec<Missing>,
    names: Names,
    pub(super) command_line: CommandLine,
}

/// A call that may be made: it is kept, and the audit file has its first line.
pub(super) struct StartedCall<'a> {
    pub(super) begun: Begun,
    pub(super) journal: Keep,
    pub(super) watch: Watch<'a>,
}

impl<'a> PreparedCall<'a> {
    /// Configures the connector, finds the action and puts the parameters together. Sends nothing.
    pub(super) async fn new(options: CallOptions<'a>, output: &'a Output) -> Result<Self, Failure> {
        let CallOptions { call, settings, plugin, disruption, .. } = options;
        let session = Session::open(plugin, settings, output).await?;
        let descriptor = session.describe().await?;
        let mut action = find(&descriptor, &call.action)?.clone();
        // What a foreign component calls a small change may be any request. A call that only reads
        // is held to it by the host.
        if !plugin.is_embedded() && action.effect == Effect::Change {
            action.effect = Effect::Disrupt;
        }
        if let Some(reason) = &action.deprecated {
            output.warning(&format!("{} is deprecated: {reason}", action.name));
        }
        let command_line =
            CommandLine::new((settings, plugin, disruption), output.is_json(), &descriptor);
        let params = params(call, &action.params_schema)?;
        let mut prepared = Self {
            options,
            output,
            session,
            descriptor,
            action,
            params,
            missing: Vec::new(),
            names: Names::default(),
            command_line,
        };
        if let Some(machines) = options.machines {
            prepared.name_machines(machines).await?;
        }
        Ok(prepared)
    }

    /// Looks up the machines and puts their IDs into the parameters.
    ///
    /// # Errors
    ///
    /// None was found; or not all, and nobody said that the others are enough.
    async fn name_machines(&mut self, machines: &MachineArgs) -> Result<(), Failure> {
        let mut given =
            serde_json::from_str::<Map<String, Value>>(&self.params).unwrap_or_default();
        let asks = self.options.disruption.asks(&self.action, &given)?;
        let written = machines.written()?;
        if written.is_empty() {
            return Err(Failure::params(
                "no machine is named: write its name, or `-f FILE` with one a line; nothing was sent",
            ));
        }
        let Found { ids, names, missing } =
            find_machines(&self.session, &self.action, &given, &written).await?;
        if !missing.is_empty() && (ids.is_empty() || !(asks || machines.skip_missing)) {
            return Err(left_out::failure(&missing, written.len(), ids.len()));
        }
        // The person who confirms sees them with the question.
        if !asks {
            let now = OffsetDateTime::now_utc();
            missing.iter().for_each(|it| self.output.warning(&it.lines(now).join("\n")));
        }
        match ids.as_slice() {
            [id] => given.insert("id".into(), id.as_str().into()),
            ids => {
                given.insert("maxTargets".into(), ids.len().into());
                given.insert("ids".into(), ids.into())
            }
        };
        self.params = Value::Object(given).to_string();
        self.missing = missing;
        self.names = Names::new(names);
        Ok(())
    }

    /// Asks whether it shall be made with these parameters, if it is one to be asked about.
    pub(super) async fn approve(&self, params: String) -> Result<Approved, Failure> {
        let Self { session, descriptor, action, missing, .. } = self;
        let now = OffsetDateTime::now_utc();
        let lines: Vec<String> = missing.iter().flat_map(|missing| missing.lines(now)).collect();
        self.options.disruption.approve(session, descriptor, action, params, &lines).await
    }

    /// Names the machines that were left out, as the last line, and gives the exit status: the call
    /// did not do all that was asked for, unless `--skip-missing` says that the others are enough.
    pub(super) fn end(&self, end: Result<Exit, Failure>) -> Result<Exit, Failure> {
        if self.missing.is_empty() || self.action.only_reads(&self.params) {
            return end;
        }
        self.output.warning(&left_out::sentence(&self.action.name, &self.missing));
        let is_enough = self.options.machines.is_some_and(|machines| machines.skip_missing);
        end.map(|exit| if exit == Exit::Done && !is_enough { Exit::Failed } else { exit })
    }

    /// Opens its journal and writes it down.
    pub(super) fn start(
        &self,
        approved: &Approved,
        plan: Plan,
        result: Wanted,
    ) -> Result<StartedCall<'_>, Failure> {
        let CallOptions { plugin, disruption, watch, .. } = self.options;
        let shown = Shown { json: self.output.is_json(), quiet: watch.is_quiet(), result };
        let given = (plugin, disruption.audit());
        let (begun, journal) = Begun::new(&self.session, &plan, given, shown, approved)?;
        let watch = Watch {
            session: &self.session,
            output: self.output,
            plan,
            command_line: self.command_line.clone(),
            watch,
            call: None,
            found: Vec::new(),
            names: self.names.clone().and(&approved.names),
            left_out: self.missing.len(),
            prints_output: false,
        };
        Ok(StartedCall { begun, journal, watch })
    }
}

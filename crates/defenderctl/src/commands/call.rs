//! What `run` and `download` have in common: a call from the command line to the moment before
//! it is made.

use host_harness::{Action, Descriptor};

use crate::args::{CallArgs, PluginArgs, SettingsArgs};
use crate::calls::{Begun, Keep, Shown, Wanted};
use crate::disruption::{Approved, DisruptionArgs};
use crate::failure::Failure;
use crate::output::Output;
use crate::params::params;
use crate::session::{Session, find};
use crate::watch::{CommandLine, Plan, Watch, WatchArgs};

/// What the command line says of a call.
#[derive(Clone, Copy)]
pub(super) struct CallOptions<'a> {
    pub(super) call: &'a CallArgs,
    pub(super) settings: &'a SettingsArgs,
    pub(super) plugin: &'a PluginArgs,
    pub(super) disruption: &'a DisruptionArgs,
    pub(super) watch: WatchArgs,
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
        let action = find(&descriptor, &call.action)?.clone();
        if let Some(reason) = &action.deprecated {
            output.warning(&format!("{} is deprecated: {reason}", action.name));
        }
        let command_line =
            CommandLine::new((settings, plugin, disruption), output.is_json(), &descriptor);
        let params = params(call, &action.params_schema)?;
        Ok(Self { options, output, session, descriptor, action, params, command_line })
    }

    /// Asks whether it shall be made with these parameters, if it is one to be asked about.
    pub(super) async fn approve(&self, params: String) -> Result<Approved, Failure> {
        self.options.disruption.approve(&self.session, &self.descriptor, &self.action, params).await
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
            names: approved.names.clone(),
        };
        Ok(StartedCall { begun, journal, watch })
    }
}

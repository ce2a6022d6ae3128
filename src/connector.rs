//! The connector's verbs, as the contract names them, over any transport and clock.

use crate::actions;
use crate::actions::report::{self, Report};
use crate::auth::Tokens;
use crate::client::{self, Client, Known, Pace, RetryPolicy};
use crate::clock::Clock;
use crate::config::Settings;
use crate::dispatch;
use crate::download::{self, Download};
use crate::error::{Error, Kind};
use crate::operation::{self, Progress};
use crate::outcome::{Outcome, Usage};
use crate::session;
use crate::transport::Transport;

/// A connector: what is in force, and the token of the moment.
#[derive(Debug)]
pub struct Connector {
    in_force: Option<InForce>,
    policy: RetryPolicy,
}

impl Default for Connector {
    fn default() -> Self {
        Self::with_retry_policy(client::next)
    }
}

#[derive(Debug)]
struct InForce {
    settings: Settings,
    tokens: Tokens,
    pace: Pace,
    known: Known,
}

impl Connector {
    /// A connector that decides in another way what is repeated: for tests, which must see a wrong
    /// one caught.
    pub fn with_retry_policy(policy: RetryPolicy) -> Self {
        Self { in_force: None, policy }
    }

    /// Checks settings and secrets and puts them in force. Sends nothing. On failure what was in
    /// force stays so.
    ///
    /// # Errors
    ///
    /// `invalid-config` with every problem.
    pub fn configure(&mut self, config: &str, secrets: &str) -> Result<&Settings, Error> {
        let settings = Settings::parse(config, secrets)?;
        // The service counts the calls of an application, whatever else its settings are.
        let same = |before: &InForce| {
            (&before.settings.tenant_id, &before.settings.client_id)
                == (&settings.tenant_id, &settings.client_id)
        };
        let kept = self.in_force.take().filter(same).map(|before| (before.pace, before.known));
        let (pace, known) = kept.unwrap_or_default();
        Ok(&self
            .in_force
            .insert(InForce { settings, tokens: Tokens::default(), pace, known })
            .settings)
    }

    /// Checks that the settings work. Changes nothing at the service.
    ///
    /// # Errors
    ///
    /// `not-configured`.
    pub fn test(&mut self, transport: &dyn Transport, clock: &dyn Clock) -> Result<Report, Error> {
        let policy = self.policy;
        let InForce { settings, tokens, pace, known } = self.in_force()?;
        Ok(report::make(&mut Client::new(settings, tokens, pace, known, policy, transport, clock)))
    }

    /// Carries out one action.
    ///
    /// # Errors
    ///
    /// Every kind but `invalid-config`.
    pub fn execute(
        &mut self,
        action: &str,
        params: &str,
        transport: &dyn Transport,
        clock: &dyn Clock,
    ) -> Result<(Outcome, Usage), Error> {
        let policy = self.policy;
        let InForce { settings, tokens, pace, known } = self.in_force()?;
        let action = actions::find(action)?;
        let params = actions::read_params(action, params)?;
        let mut client = Client::new(settings, tokens, pace, known, policy, transport, clock);
        match dispatch::execute(&mut client, action, &params) {
            Ok(outcome) => Ok((outcome, client.usage)),
            Err(error) => Err(error.with_usage(client.usage)),
        }
    }

    /// Plans an operation: which targets, what is so already. Sends nothing that changes anything.
    ///
    /// # Errors
    ///
    /// As [`Self::execute`] before anything is sent.
    pub fn plan(
        &mut self,
        action: &str,
        params: &str,
        transport: &dyn Transport,
        clock: &dyn Clock,
    ) -> Result<Progress, Error> {
        let policy = self.policy;
        let InForce { settings, tokens, pace, known } = self.in_force()?;
        let action = actions::find(action)?;
        let params = actions::read_params(action, params)?;
        let mut client = Client::new(settings, tokens, pace, known, policy, transport, clock);
        operation::plan(&mut client, action, &params)
    }

    /// Takes one step with each of these operations: any number whose next step is a look, or
    /// exactly one whose next is a send.
    ///
    /// An error means that this checkpoint was not used, and that nothing was sent for it.
    pub fn advance(
        &mut self,
        checkpoints: &[String],
        transport: &dyn Transport,
        clock: &dyn Clock,
    ) -> Vec<Result<Progress, Error>> {
        let policy = self.policy;
        match self.in_force() {
            Ok(InForce { settings, tokens, pace, known }) => {
                let mut client =
                    Client::new(settings, tokens, pace, known, policy, transport, clock);
                operation::advance(&mut client, checkpoints)
            }
            Err(error) => checkpoints.iter().map(|_| Err(error.clone())).collect(),
        }
    }

    /// Goes on from a checkpoint of which it is not known whether it was advanced. Never sends what
    /// may have been sent.
    ///
    /// # Errors
    ///
    /// As [`Self::advance`] gives them.
    pub fn recover(
        &mut self,
        checkpoint: &str,
        transport: &dyn Transport,
        clock: &dyn Clock,
    ) -> Result<Progress, Error> {
        let policy = self.policy;
        let InForce { settings, tokens, pace, known } = self.in_force()?;
        operation::recover(
            &mut Client::new(settings, tokens, pace, known, policy, transport, clock),
            checkpoint,
        )
    }

    /// Opens the file that an action yields.
    ///
    /// # Errors
    ///
    /// As [`Self::execute`], and `unknown-action` if the action yields no file.
    pub fn open(
        &mut self,
        action: &str,
        params: &str,
        transport: &dyn Transport,
        clock: &dyn Clock,
    ) -> Result<Download, Error> {
        let policy = self.policy;
        let InForce { settings, tokens, pace, known } = self.in_force()?;
        let action = actions::find(action)?;
        let params = actions::read_params(action, params)?;
        let mut client = Client::new(settings, tokens, pace, known, policy, transport, clock);
        download::open(&mut client, action, &params).map_err(|error| error.with_usage(client.usage))
    }

    /// The state worth keeping between instances; holds a secret. `None` if there is none.
    pub fn save(&self) -> Option<String> {
        let InForce { settings, tokens, pace, known } = self.in_force.as_ref()?;
        session::save(settings, tokens, pace, known)
    }

    /// Puts a saved state in force. Of two tokens the one that lives longer counts; what this
    /// instance has itself counted of the service's budgets is kept.
    ///
    /// # Errors
    ///
    /// `not-configured`, or `invalid-params` if it is no saved state or one of other settings.
    pub fn restore(&mut self, snapshot: &str) -> Result<(), Error> {
        let InForce { settings, tokens, pace, known } = self.in_force()?;
        let restored = session::restore(settings, snapshot).map_err(|words| {
            Error::new(
                Kind::InvalidParams,
                format!("The session snapshot {words}: go on without it, the next call signs in."),
            )
        })?;
        tokens.add(restored.tokens);
        pace.add(restored.pace);
        restored.known.ids().iter().for_each(|id| known.add(id));
        Ok(())
    }

    fn in_force(&mut self) -> Result<&mut InForce, Error> {
        self.in_force.as_mut().ok_or_else(Error::not_configured)
    }
}

#[cfg(test)]
mod tests;

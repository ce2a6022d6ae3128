//! The connector's functions, as the contract names them, over any transport and clock.

use crate::actions;
use crate::actions::report::{self, Report};
use crate::auth::Tokens;
use crate::client::{self, Client, KnownJobs, RateLimiter, RetryPolicy};
use crate::clock::Clock;
use crate::config::Settings;
use crate::dispatch;
use crate::download::{self, Download};
use crate::error::{Error, Kind};
use crate::operation::{self, Progress};
use crate::outcome::{Outcome, Usage};
use crate::session;
use crate::transport::Transport;

/// A configured connector: settings, tokens and rate-limiter state.
#[derive(Debug)]
pub struct Connector {
    configured: Option<Configured>,
    policy: RetryPolicy,
}

impl Default for Connector {
    fn default() -> Self {
        Self::with_retry_policy(client::decide_retry)
    }
}

#[derive(Debug)]
struct Configured {
    settings: Settings,
    tokens: Tokens,
    rate_limiter: RateLimiter,
    known: KnownJobs,
}

impl Connector {
    /// Creates a connector with its own retry policy, so that tests can show that a faulty policy
    /// is detected.
    pub fn with_retry_policy(policy: RetryPolicy) -> Self {
        Self { configured: None, policy }
    }

    /// Checks settings and secrets and applies them. Sends nothing. On failure the previous
    /// configuration stays active.
    ///
    /// # Errors
    ///
    /// `invalid-config` with every problem.
    pub fn configure(&mut self, config: &str, secrets: &str) -> Result<&Settings, Error> {
        let settings = Settings::parse(config, secrets)?;
        // The service counts calls per application, so the counts survive a change of other
        // settings.
        let same = |before: &Configured| {
            (&before.settings.tenant_id, &before.settings.client_id)
                == (&settings.tenant_id, &settings.client_id)
        };
        let kept =
            self.configured.take().filter(same).map(|before| (before.rate_limiter, before.known));
        let (rate_limiter, known) = kept.unwrap_or_default();
        Ok(&self
            .configured
            .insert(Configured { settings, tokens: Tokens::default(), rate_limiter, known })
            .settings)
    }

    /// Checks that the settings work. Changes nothing at the service.
    ///
    /// # Errors
    ///
    /// `not-configured`.
    pub fn test(&mut self, transport: &dyn Transport, clock: &dyn Clock) -> Result<Report, Error> {
        let policy = self.policy;
        let Configured { settings, tokens, rate_limiter, known } = self.configured()?;
        Ok(report::run_checks(&mut Client::new(
            settings,
            tokens,
            rate_limiter,
            known,
            policy,
            transport,
            clock,
        )))
    }

    /// Runs one action to its end.
    ///
    /// # Errors
    ///
    /// Any kind except `invalid-config`.
    pub fn execute(
        &mut self,
        action: &str,
        params: &str,
        transport: &dyn Transport,
        clock: &dyn Clock,
    ) -> Result<(Outcome, Usage), Error> {
        let policy = self.policy;
        let Configured { settings, tokens, rate_limiter, known } = self.configured()?;
        let action = actions::find(action)?;
        let params = actions::read_params(action, params)?;
        let mut client =
            Client::new(settings, tokens, rate_limiter, known, policy, transport, clock);
        match dispatch::execute(&mut client, action, &params) {
            Ok(outcome) => Ok((outcome, client.usage)),
            Err(error) => Err(error.with_usage(client.usage)),
        }
    }

    /// Plans an operation: finds the targets, and which of them are done already. Sends nothing
    /// that changes anything.
    ///
    /// # Errors
    ///
    /// The same as [`Self::execute`] returns before it sends anything.
    pub fn plan(
        &mut self,
        action: &str,
        params: &str,
        transport: &dyn Transport,
        clock: &dyn Clock,
    ) -> Result<Progress, Error> {
        let policy = self.policy;
        let Configured { settings, tokens, rate_limiter, known } = self.configured()?;
        let action = actions::find(action)?;
        let params = actions::read_params(action, params)?;
        let mut client =
            Client::new(settings, tokens, rate_limiter, known, policy, transport, clock);
        operation::plan(&mut client, action, &params)
    }

    /// Takes one step of each operation: any number whose next step is a look, or exactly one whose
    /// next step is a send.
    ///
    /// An error means that the checkpoint was not used and nothing was sent for it.
    pub fn advance(
        &mut self,
        checkpoints: &[String],
        transport: &dyn Transport,
        clock: &dyn Clock,
    ) -> Vec<Result<Progress, Error>> {
        let policy = self.policy;
        match self.configured() {
            Ok(Configured { settings, tokens, rate_limiter, known }) => {
                let mut client =
                    Client::new(settings, tokens, rate_limiter, known, policy, transport, clock);
                operation::advance(&mut client, checkpoints)
            }
            Err(error) => checkpoints.iter().map(|_| Err(error.clone())).collect(),
        }
    }

    /// Continues from a checkpoint that may or may not have been advanced already. Never resends a
    /// request that may have been sent.
    ///
    /// # Errors
    ///
    /// The same as [`Self::advance`].
    pub fn recover(
        &mut self,
        checkpoint: &str,
        transport: &dyn Transport,
        clock: &dyn Clock,
    ) -> Result<Progress, Error> {
        let policy = self.policy;
        let Configured { settings, tokens, rate_limiter, known } = self.configured()?;
        operation::recover(
            &mut Client::new(settings, tokens, rate_limiter, known, policy, transport, clock),
            checkpoint,
        )
    }

    /// Opens the file that an action yields.
    ///
    /// # Errors
    ///
    /// The same as [`Self::execute`], and `unknown-action` if the action yields no file.
    pub fn open(
        &mut self,
        action: &str,
        params: &str,
        transport: &dyn Transport,
        clock: &dyn Clock,
    ) -> Result<Download, Error> {
        let policy = self.policy;
        let Configured { settings, tokens, rate_limiter, known } = self.configured()?;
        let action = actions::find(action)?;
        let params = actions::read_params(action, params)?;
        let mut client =
            Client::new(settings, tokens, rate_limiter, known, policy, transport, clock);
        download::open(&mut client, action, &params).map_err(|error| error.with_usage(client.usage))
    }

    /// Returns the state worth keeping between instances, or `None` if there is nothing to keep.
    /// Contains secrets.
    pub fn save(&self) -> Option<String> {
        let Configured { settings, tokens, rate_limiter, known } = self.configured.as_ref()?;
        session::save(settings, tokens, rate_limiter, known)
    }

    /// Merges a saved state into the current one. Keeps the token that lives longer, and the
    /// requests that this instance counted itself.
    ///
    /// # Errors
    ///
    /// `not-configured`; `invalid-params` if the text is not a saved state, or was saved under
    /// other settings.
    pub fn restore(&mut self, snapshot: &str) -> Result<(), Error> {
        let Configured { settings, tokens, rate_limiter, known } = self.configured()?;
        let restored = session::restore(settings, snapshot).map_err(|problem| {
            Error::new(
                Kind::InvalidParams,
                format!(
                    "The session snapshot {problem}: continue without it; the next call signs in."
                ),
            )
        })?;
        tokens.add(restored.tokens);
        rate_limiter.merge(restored.rate_limiter);
        restored.known.ids().iter().for_each(|id| known.add(id));
        Ok(())
    }

    fn configured(&mut self) -> Result<&mut Configured, Error> {
        self.configured.as_mut().ok_or_else(Error::not_configured)
    }
}

#[cfg(test)]
mod tests;

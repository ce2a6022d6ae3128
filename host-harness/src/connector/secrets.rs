//! Secrets that are asked for again when they have run out or were refused.

use std::sync::atomic::Ordering;
use std::time::Duration;

use zeroize::Zeroizing;

use super::Connector;
use crate::common::Settings;
use crate::secrets::Source;
use crate::turn::Turn;
use crate::{CallError, Configured, ErrorKind, PluginError, Secrets};

/// A source of secrets that are in force, and the settings that belong to them.
pub(super) struct Fresh {
    config: String,
    source: Source,
    /// The settings that it gave last, by their number.
    number: u64,
    json: Zeroizing<String>,
    /// When to ask again, since 1970.
    due: Option<Duration>,
}

impl Connector {
    /// Puts settings in force with secrets that `ask` gives, now and whenever those it gave have run out: before the next call that needs
    /// them it is asked again, and the component configured with what it gives. It is asked again too after a call that ended with
    /// [`ErrorKind::Unauthenticated`]: what was refused will be refused again.
    ///
    /// For an assertion that a key signs for ten minutes, an access token of a managed identity, a secret of a vault. [`Secrets`] says when
    /// they run out. Calls that find them run out at the same time ask once; a source has the time of a call,
    /// [`Limits::call_time`](crate::Limits::call_time). [`Connector::configure`] puts an end to it.
    ///
    /// ```no_run
    /// # async fn example(connector: host_harness::Connector, config: &str) -> Result<(), Box<dyn std::error::Error>> {
    /// let ask = || async {
    ///     let token = tokio::fs::read_to_string("/var/run/secrets/azure/tokens/azure-identity-token").await?;
    ///     Ok::<_, std::io::Error>(serde_json::json!({ "clientAssertion": token.trim() }).to_string())
    /// };
    /// connector.configure_with(config, ask).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`CallError::Secrets`] if they could not be had, with the source's own error; else as [`Connector::configure`]. What was in force
    /// stays so. A later call that needs new secrets and cannot have them fails in the same way, before anything is sent.
    pub async fn configure_with<F, A, S, E>(&self, config: &str, ask: F) -> Result<Configured, CallError>
    where
        F: Fn() -> A + Send + Sync + 'static,
        A: Future<Output = Result<S, E>> + Send + 'static,
        S: Into<Secrets>,
        E: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        let mut fresh = self.shared.fresh.lock().await;
        let source = Source::new(ask);
        let secrets = self.ask(&source).await?;
        let configured = self.put_in_force(Settings::new(config, secrets.json())).await?;
        *fresh = Some(self.given(config.to_owned(), source, &secrets));
        Ok(configured)
    }

    /// Sees to it that the secrets in force have not run out.
    pub(super) async fn refresh(&self) -> Result<(), CallError> {
        let mut fresh = self.shared.fresh.lock().await;
        let Some(Fresh { config, source, number, json, due }) = &mut *fresh else { return Ok(()) };
        let refused = self.shared.refused.load(Ordering::Relaxed) == *number;
        if !refused && due.is_none_or(|due| self.host().time().unix() < due) {
            return Ok(());
        }
        let secrets = self.ask(source).await?;
        // The same again, from a source that keeps them itself: the component has them.
        if **json != *secrets.json() {
            self.put_in_force(Settings::new(config, secrets.json())).await?;
            *number = self.shared.common.settings().0;
            *json = Zeroizing::new(secrets.json().to_owned());
        }
        *due = secrets.due(self.host().time().unix());
        Ok(())
    }

    /// Ends the turn of a call that came back with an error.
    pub(super) async fn end_refused(&self, turn: Turn<'_>, refusal: impl Into<PluginError>) -> PluginError {
        let error = refusal.into();
        self.note_refusal(turn.settings(), &error);
        turn.end_with_session().await;
        error
    }

    /// Notes that the service took none of the secrets that a call had.
    pub(super) fn note_refusal(&self, settings: u64, error: &PluginError) {
        if error.kind == ErrorKind::Unauthenticated {
            self.shared.refused.store(settings, Ordering::Relaxed);
        }
    }

    /// Takes over the settings that another connector of the same component has taken, and the source of their secrets.
    pub(super) async fn take_over(&self, other: &Self) {
        if let Some(settings) = other.shared.common.settings().1 {
            self.shared.common.configure(Settings::new(&settings.config, &settings.secrets));
        }
        let mut fresh = other.shared.fresh.lock().await.take();
        if let Some(fresh) = &mut fresh {
            fresh.number = self.shared.common.settings().0;
        }
        *self.shared.fresh.lock().await = fresh;
    }

    async fn ask(&self, source: &Source) -> Result<Secrets, CallError> {
        source.ask(self.host().limits().call_time).await.map_err(CallError::Secrets)
    }

    fn given(&self, config: String, source: Source, secrets: &Secrets) -> Fresh {
        let (number, due) = (self.shared.common.settings().0, secrets.due(self.host().time().unix()));
        Fresh { config, source, number, json: secrets.json().to_owned().into(), due }
    }
}

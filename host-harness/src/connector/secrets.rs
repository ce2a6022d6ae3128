//! Fetches secrets again when they have expired or were rejected.

use std::sync::atomic::Ordering;
use std::time::Duration;

use zeroize::Zeroizing;

use super::Connector;
use crate::common::Settings;
use crate::secrets::Source;
use crate::turn::Turn;
use crate::{CallError, Configured, ErrorKind, PluginError, Secrets};

/// A secret source in use, and the config that its secrets belong to.
pub(super) struct Fresh {
    config: String,
    source: Source,
    /// Revision of the config that was applied with the latest secrets.
    number: u64,
    json: Zeroizing<String>,
    /// When to fetch new secrets, as time since 1970.
    due: Option<Duration>,
}

impl Connector {
    /// Configures the connector with secrets from `ask`. Once they have expired, `ask` is called
    /// again before the next call that needs them, and the component is reconfigured. It is also
    /// called again after a call that failed with [`ErrorKind::Unauthenticated`]: the rejected
    /// secrets would be rejected again.
    ///
    /// Use this for an assertion signed for ten minutes, an access token of a managed identity, or
    /// a secret from a vault. [`Secrets`] defines when they expire. Concurrent calls that find them
    /// expired share one `ask`, which may take as long as a call,
    /// [`Limits::call_time`](crate::Limits::call_time). [`Connector::configure`] removes the
    /// source.
    ///
    /// ```no_run
    /// # use std::{error::Error, io};
    /// # use host_harness::Connector;
    /// # async fn example(connector: Connector, config: &str) -> Result<(), Box<dyn Error>> {
    /// const TOKEN: &str = "/var/run/secrets/azure/tokens/azure-identity-token";
    /// let ask = || async {
    ///     let token = std::fs::read_to_string(TOKEN)?;
    ///     let secrets = serde_json::json!({ "clientAssertion": token.trim() });
    ///     Ok::<_, io::Error>(secrets.to_string())
    /// };
    /// connector.configure_with(config, ask).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`CallError::Secrets`] if the source failed, with its own error; otherwise as
    /// [`Connector::configure`]. The previous config stays active. A later call that needs new
    /// secrets and cannot get them fails the same way, before anything is sent.
    pub async fn configure_with<F, A, S, E>(
        &self,
        config: &str,
        ask: F,
    ) -> Result<Configured, CallError>
    where
        F: Fn() -> A + Send + Sync + 'static,
        A: Future<Output = Result<S, E>> + Send + 'static,
        S: Into<Secrets>,
        E: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        let mut fresh = self.shared.fresh.lock().await;
        let source = Source::new(ask);
        let secrets = self.ask(&source).await?;
        let configured = self.put_in_force(Settings::new(config, secrets.json()), false).await?;
        *fresh = Some(self.given(config.to_owned(), source, &secrets));
        Ok(configured)
    }

    /// Refreshes the active secrets if they have expired.
    pub(super) async fn refresh(&self) -> Result<(), CallError> {
        let mut fresh = self.shared.fresh.lock().await;
        let Some(Fresh { config, source, number, json, due }) = &mut *fresh else { return Ok(()) };
        let refused = self.shared.refused.load(Ordering::Relaxed) == *number;
        if !refused && due.is_none_or(|due| self.host().time().unix() < due) {
            return Ok(());
        }
        let secrets = self.ask(source).await?;
        // A caching source may return the same secrets, which the component already has.
        if **json != *secrets.json() {
            self.put_in_force(Settings::new(config, secrets.json()), true).await?;
            *number = self.shared.common.settings().0;
            *json = Zeroizing::new(secrets.json().to_owned());
        }
        *due = secrets.due(self.host().time().unix());
        Ok(())
    }

    /// Releases the instance after a call that returned an error.
    pub(super) async fn end_refused(
        &self,
        mut turn: Turn<'_>,
        refusal: impl Into<PluginError>,
    ) -> PluginError {
        let error = self.amended(refusal.into(), turn.take_report());
        self.note_refusal(turn.settings(), &error);
        turn.end_with_session().await;
        error
    }

    /// Records that the service rejected all secrets that a call had.
    pub(super) fn note_refusal(&self, settings: u64, error: &PluginError) {
        if error.kind == ErrorKind::Unauthenticated {
            self.shared.refused.store(settings, Ordering::Relaxed);
        }
    }

    /// Takes over the config and the secret source of another connector of the same component.
    pub(super) async fn take_over(&self, other: &Self) {
        if let Some(settings) = other.shared.common.settings().1 {
            self.signs_in_at(&settings.sign_in);
            let copy = Settings::new(&settings.config, &settings.secrets);
            self.shared.common.configure(Settings { sign_in: settings.sign_in.clone(), ..copy });
        }
        if let (Some(own), Some(others)) = (&self.shared.credentials, &other.shared.credentials) {
            own.take_over(others);
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
        let (number, due) =
            (self.shared.common.settings().0, secrets.due(self.host().time().unix()));
        Fresh { config, source, number, json: secrets.json().to_owned().into(), due }
    }
}

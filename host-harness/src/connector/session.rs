//! Saves and restores the session, for hosts that keep no instances.

use super::Connector;
use crate::deadline::within;
use crate::injection::Snapshot;
use crate::instance::Instance;
use crate::{CallError, HostError};

impl Connector {
    /// Returns the connector's access token, if it has one, as opaque text. It is a secret. Also
    /// `None` if the component does not support sessions.
    ///
    /// # Errors
    ///
    /// A [`HostError`] if an instance could not be created or was terminated.
    pub async fn save(&self) -> Result<Option<String>, CallError> {
        let mut turn = self.turn().await?;
        let snapshot = turn.save().await?;
        turn.end_with(snapshot.clone());
        let Some(credentials) = &self.shared.credentials else { return Ok(snapshot) };
        let now = self.host().time().unix();
        Ok(snapshot.map(|session| Snapshot::new(session, credentials, now).text()))
    }

    /// Restores a snapshot from [`Connector::save`], after `configure` with the same config.
    ///
    /// # Errors
    ///
    /// The connector's own, and `NotExported` if it does not support sessions.
    pub async fn restore(&self, snapshot: &str) -> Result<(), CallError> {
        let mut turn = self.turn().await?;
        let Instance { store, session, .. } = &mut turn.instance;
        let Some(session) = session else {
            turn.end();
            return Err(HostError::NotExported { interface: "session" }.into());
        };
        // A snapshot of the other kind may hold a token: the component gets an empty one to refuse.
        let kept = self.shared.credentials.as_ref().map(|credentials| {
            let kept = Snapshot::parse(snapshot);
            kept.map(|kept| kept.add_to(credentials, self.host().time().unix())).unwrap_or_default()
        });
        let snapshot = kept.as_deref().unwrap_or(snapshot);
        let called = within(self.shared.host.limits(), session.call_restore(store, snapshot)).await;
        let answer = turn.judge("restore", called)?;
        turn.end_with(answer.is_ok().then(|| snapshot.to_owned()));
        Ok(answer?)
    }
}

//! The session, for hosts that keep no instances.

use super::Connector;
use crate::deadline::within;
use crate::instance::Instance;
use crate::{CallError, HostError};

impl Connector {
    /// The access token that the connector has, if it has one, as opaque text. It is a secret. `None` too if the
    /// component does not offer sessions.
    ///
    /// # Errors
    ///
    /// A [`HostError`] if an instance could not be made or was ended.
    pub async fn save(&self) -> Result<Option<String>, CallError> {
        let mut turn = self.turn().await?;
        let snapshot = turn.save().await?;
        turn.end_with(snapshot.clone());
        Ok(snapshot)
    }

    /// Gives back what [`Connector::save`] gave, after `configure` with the same settings.
    ///
    /// # Errors
    ///
    /// The connector's own, and `NotExported` if it does not offer sessions.
    pub async fn restore(&self, snapshot: &str) -> Result<(), CallError> {
        let mut turn = self.turn().await?;
        let Instance { store, session, .. } = &mut turn.instance;
        let Some(session) = session else {
            turn.end();
            return Err(HostError::NotExported { interface: "session" }.into());
        };
        let called = within(self.shared.host.limits(), session.call_restore(store, snapshot)).await;
        let answer = turn.judge("restore", called)?;
        turn.end_with(answer.is_ok().then(|| snapshot.to_owned()));
        Ok(answer?)
    }
}

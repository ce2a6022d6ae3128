//! Executes actions: in one call, or opened as a file.

use super::download::{Download, Opened};
use super::{Connector, reports};
use crate::deadline::within;
use crate::described::Call;
use crate::instance::Instance;
use crate::{CallError, HostError, Outcome};

impl Connector {
    /// Executes an action. `params` is JSON and may be empty.
    ///
    /// # Errors
    ///
    /// The connector's own ([`CallError::Plugin`]): its `kind` says what to do about it. `Secrets`
    /// if there is a secret source and it failed. A [`HostError`] if an instance could not be
    /// created or was terminated. [`CallError::may_have_been_carried_out`] says whether to check
    /// before you retry.
    pub async fn execute(&self, action: &str, params: &str) -> Result<Outcome, CallError> {
        let mut turn = self.fresh_turn(Call::Action { action, params }).await?;
        let Instance { store, connector, .. } = &mut turn.instance;
        let params = params.to_owned();
        let call = connector.call_execute(store, action, &params);
        let called = within(self.shared.host.limits(), call).await;
        let answer = turn.judge("execute", called)?;
        match answer {
            Ok(outcome) => {
                let report = turn.take_report();
                turn.end_after(outcome.usage.requests).await;
                Ok(Outcome::from(outcome).with_refusals(&reports::refusals(report)))
            }
            Err(refusal) => Err(self.end_refused(turn, refusal).await.into()),
        }
    }

    /// Opens the file that an action produces.
    ///
    /// # Errors
    ///
    /// Like [`Connector::execute`], and `NotExported` if the component does not support files.
    pub async fn open(&self, action: &str, params: &str) -> Result<Download, CallError> {
        let mut turn = self.fresh_turn(Call::Action { action, params }).await?;
        let Instance { store, downloads, .. } = &mut turn.instance;
        let Some(downloads) = downloads else {
            turn.end();
            return Err(HostError::NotExported { interface: "downloads" }.into());
        };
        let params = params.to_owned();
        let called =
            within(self.shared.host.limits(), downloads.call_open(store, action, &params)).await;
        let answer = turn.judge("open", called)?;
        let file = match answer {
            Ok(file) => Opened { slot: turn.place, generation: turn.slot.generation, file },
            Err(refusal) => return Err(self.end_refused(turn, refusal).await.into()),
        };
        turn.end_with_session().await;
        Ok(Download::new(self.clone(), file))
    }
}

//! Operations, step by step.

use super::Connector;
use crate::deadline::within;
use crate::instance::Instance;
use crate::operation::Progress;
use crate::turn::Turn;
use crate::{CallError, HostError, PluginError};

impl Connector {
    /// Plans an operation: checks the parameters, finds the targets. Sends nothing that changes anything.
    ///
    /// [`Operation`](crate::Operation) drives one to its end; this and the two functions below are for hosts that do so themselves.
    ///
    /// # Errors
    ///
    /// Like [`Connector::execute`] before anything is sent, and `NotExported` if the component does not offer operations.
    pub async fn plan(&self, action: &str, params: &str) -> Result<Progress, CallError> {
        let mut turn = self.fresh_turn().await?;
        let params = params.to_owned();
        let Instance { store, operations, .. } = &mut turn.instance;
        let Some(operations) = operations else {
            turn.end();
            return Err(HostError::NotExported { interface: "operations" }.into());
        };
        let called = within(self.shared.host.limits(), operations.call_plan(store, action, &params)).await;
        match turn.judge("plan", called)? {
            Ok(operation) => Ok(self.end_step(turn, operation).await),
            Err(refusal) => Err(self.end_refused(turn, refusal).await.into()),
        }
    }

    /// Takes one step with each of these checkpoints: any number of which the next step is a look, or exactly one of which it is a
    /// send. An error in the list means that this checkpoint was not used.
    ///
    /// # Errors
    ///
    /// `NotExported` if the component does not offer operations. After any other [`HostError`] it is not known whether a checkpoint was
    /// used: call [`Connector::recover`], never `advance` again.
    pub async fn advance(&self, checkpoints: &[String]) -> Result<Vec<Result<Progress, Box<PluginError>>>, CallError> {
        let mut turn = self.fresh_turn().await?;
        let Instance { store, operations, .. } = &mut turn.instance;
        let Some(operations) = operations else {
            turn.end();
            return Err(HostError::NotExported { interface: "operations" }.into());
        };
        let called = within(self.shared.host.limits(), operations.call_advance(store, checkpoints)).await;
        let answers = turn.judge("advance", called)?;
        let settings = turn.settings();
        turn.end_with_session().await;
        let step = |answer| match answer {
            Ok(operation) => {
                let progress = Progress::from(operation);
                self.note_refusals(settings, &progress);
                Ok(progress)
            }
            Err(refusal) => Err(Box::new(PluginError::from(refusal))),
        };
        Ok(answers.into_iter().map(step).collect())
    }

    /// Goes on from a checkpoint of which it is not known whether it was advanced. Never sends what may have been sent.
    ///
    /// # Errors
    ///
    /// The connector's own if it cannot use the checkpoint, and `NotExported` if the component does not offer operations.
    pub async fn recover(&self, checkpoint: &str) -> Result<Progress, CallError> {
        let mut turn = self.fresh_turn().await?;
        let Instance { store, operations, .. } = &mut turn.instance;
        let Some(operations) = operations else {
            turn.end();
            return Err(HostError::NotExported { interface: "operations" }.into());
        };
        let called = within(self.shared.host.limits(), operations.call_recover(store, checkpoint)).await;
        match turn.judge("recover", called)? {
            Ok(operation) => Ok(self.end_step(turn, operation).await),
            Err(refusal) => Err(self.end_refused(turn, refusal).await.into()),
        }
    }

    async fn end_step(&self, turn: Turn<'_>, operation: impl Into<Progress>) -> Progress {
        let progress = operation.into();
        self.note_refusals(turn.settings(), &progress);
        turn.end_with_session().await;
        progress
    }

    /// A look or a target that the service refused is no error of the step's.
    fn note_refusals(&self, settings: u64, progress: &Progress) {
        let of_targets = progress.targets.iter().filter_map(|target| target.error.as_ref());
        for error in progress.trouble.iter().chain(of_targets) {
            self.note_refusal(settings, error);
        }
    }
}

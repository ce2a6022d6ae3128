//! Plans, advances and recovers operations step by step.

use super::Connector;
use crate::contract::{NextStep, Progress};
use crate::deadline::within;
use crate::described::Call;
use crate::instance::Instance;
use crate::turn::Turn;
use crate::{CallError, HostError, PluginError};

impl Connector {
    /// Plans an operation: validates the parameters and resolves the targets. Sends nothing that
    /// changes anything.
    ///
    /// [`Operation`](crate::Operation) drives one to completion; this and the two functions below
    /// are for hosts that do so themselves.
    ///
    /// # Errors
    ///
    /// Like [`Connector::execute`] before anything is sent, and `NotExported` if the component does
    /// not support operations.
    pub async fn plan(&self, action: &str, params: &str) -> Result<Progress, CallError> {
        let mut turn = self.fresh_turn(Call::Reading).await?;
        let params = params.to_owned();
        let Instance { store, operations, .. } = &mut turn.instance;
        let Some(operations) = operations else {
            turn.end();
            return Err(HostError::NotExported { interface: "operations" }.into());
        };
        let called =
            within(self.shared.host.limits(), operations.call_plan(store, action, &params)).await;
        match turn.judge("plan", called)? {
            Ok(operation) => Ok(self.end_step(turn, operation).await),
            Err(refusal) => Err(self.end_refused(turn, refusal).await.into()),
        }
    }

    /// Advances each of these checkpoints by one step: any number whose next step is `Look`, or
    /// exactly one whose next step is `Send`, as `next` says. Unless it is `Send`, the step may
    /// only read: pass `Look` if the action only [reads](crate::Action::only_reads), whatever the
    /// component says. An error in the list means that this checkpoint was not used.
    ///
    /// # Errors
    ///
    /// `NotExported` if the component does not support operations. After any other [`HostError`] it
    /// is unknown whether a checkpoint was used: call [`Connector::recover`], never `advance`
    /// again.
    pub async fn advance(
        &self,
        checkpoints: &[String],
        next: NextStep,
    ) -> Result<Vec<Result<Progress, Box<PluginError>>>, CallError> {
        let mut turn = self.fresh_turn(Call::Step(next)).await?;
        let Instance { store, operations, .. } = &mut turn.instance;
        let Some(operations) = operations else {
            turn.end();
            return Err(HostError::NotExported { interface: "operations" }.into());
        };
        let called =
            within(self.shared.host.limits(), operations.call_advance(store, checkpoints)).await;
        let answers = turn.judge("advance", called)?;
        let (settings, report) = (turn.settings(), turn.take_report());
        turn.end_with_session().await;
        let step = |answer| match answer {
            Ok(operation) => {
                let progress = Progress::from(operation).with(self.facts(report.clone()));
                self.note_refusals(settings, &progress);
                Ok(progress)
            }
            Err(refusal) => Err(Box::new(self.amended(PluginError::from(refusal), report.clone()))),
        };
        Ok(answers.into_iter().map(step).collect())
    }

    /// Continues from a checkpoint that may or may not have been advanced. Never resends a request
    /// that may have been sent.
    ///
    /// # Errors
    ///
    /// The connector's own if it cannot use the checkpoint, and `NotExported` if the component does
    /// not support operations.
    pub async fn recover(&self, checkpoint: &str) -> Result<Progress, CallError> {
        let mut turn = self.fresh_turn(Call::Reading).await?;
        let Instance { store, operations, .. } = &mut turn.instance;
        let Some(operations) = operations else {
            turn.end();
            return Err(HostError::NotExported { interface: "operations" }.into());
        };
        let called =
            within(self.shared.host.limits(), operations.call_recover(store, checkpoint)).await;
        match turn.judge("recover", called)? {
            Ok(operation) => Ok(self.end_step(turn, operation).await),
            Err(refusal) => Err(self.end_refused(turn, refusal).await.into()),
        }
    }

    /// Whether a call of an action only reads.
    pub(crate) async fn only_reads(&self, action: &str, params: &str) -> Result<bool, CallError> {
        Ok(self.described().await?.only_reads(action, params))
    }

    async fn end_step(&self, mut turn: Turn<'_>, operation: impl Into<Progress>) -> Progress {
        let progress = operation.into().with(self.facts(turn.take_report()));
        self.note_refusals(turn.settings(), &progress);
        turn.end_with_session().await;
        progress
    }

    /// Records rejected secrets: a poll or a target that the service rejected does not make the
    /// step itself fail.
    fn note_refusals(&self, settings: u64, progress: &Progress) {
        let of_targets = progress.targets.iter().filter_map(|target| target.error.as_ref());
        for error in progress.trouble.iter().chain(of_targets) {
            self.note_refusal(settings, error);
        }
    }
}

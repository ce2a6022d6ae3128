//! Operations: an action carried out one step at a time, with its state in a journal.
//!
//! ```text
//! plan ──▶ checkpoint ──before(n)──▶ advance ──after(n)──▶ checkpoint … ──▶ outcome
//!                            │
//!                            └── crash, trap, time-out ──▶ recover ──after(n)──▶ checkpoint …
//! ```
//!
//! A checkpoint whose next step sends is advanced at most once: [`Operation`] notes in its [`Journal`] that it is about to, and where it
//! does not know whether it did, it recovers. `docs/operations.md` in the repository explains it all to the author of a host, and
//! `examples/durable.rs` is one.

mod file;
mod journal;
mod progress;

use std::time::Duration;

use crate::{CallError, Cause, Connector, HostError, Outcome, PluginError, Usage};

pub use file::FileJournal;
pub use journal::{Entry, Journal, NoJournal};
pub use progress::{NextStep, Progress, Target, TargetState};

/// How often in a row an instance may end in a step before the failure is handed on.
const ATTEMPTS: u32 = 3;

/// Longest wait before a step: an early one is allowed, and a plugin's word for "never" must not be taken.
const MAX_WAIT: Duration = Duration::from_secs(3600);

/// Drives an action to its end, step by step.
///
/// Dropping it, or a future of [`Operation::step`], leaves the operation where its journal says it is: [`Operation::resume`] goes on.
#[derive(Debug)]
pub struct Operation<J> {
    connector: Connector,
    journal: J,
    entry: Entry,
    /// Whether the journal has this entry. Until it has, no further step is taken: resumed from an older one, it would be taken again.
    is_kept: bool,
}

/// Why an operation could not go on. Its journal has where it is.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OperationError {
    /// The connector refused the plan or the checkpoint. Nothing was sent.
    #[error(transparent)]
    Plugin(Box<PluginError>),
    /// The host's source of secrets failed. The step was not taken.
    #[error("the secrets could not be had: {0}")]
    Secrets(#[source] Cause),
    /// Instances of the connector ended several times in a row.
    #[error(transparent)]
    Host(#[from] HostError),
    /// The journal could not be written or read. Where a step may have been taken, it says so: recovery is safe.
    #[error("the operation's journal could not be used: {0}")]
    Journal(#[from] std::io::Error),
}

impl From<CallError> for OperationError {
    fn from(error: CallError) -> Self {
        match error {
            CallError::Plugin(error) => Self::Plugin(error),
            CallError::Secrets(cause) => Self::Secrets(cause),
            CallError::Host(error) => Self::Host(error),
        }
    }
}

impl<J: Journal> Operation<J> {
    /// Plans an action; `params` is JSON and may be empty. Nothing that changes anything is sent yet.
    ///
    /// # Errors
    ///
    /// The connector refused it, an instance ended, or the journal could not be written.
    pub async fn start(
        connector: Connector,
        action: &str,
        params: &str,
        mut journal: J,
    ) -> Result<Self, OperationError> {
        let progress = connector.plan(action, params).await?;
        let usage = progress.usage.clone();
        let entry = Entry { step: 0, is_sending: false, progress, usage };
        journal.after(&entry).await?;
        Ok(Self { connector, journal, entry, is_kept: true })
    }

    /// Goes on with the operation of a journal. The connector must have the tenant, application and addresses it had; it may be
    /// another one, in another process or on another machine.
    ///
    /// # Errors
    ///
    /// The journal could not be read, or holds no operation (`NotFound`).
    pub async fn resume(connector: Connector, mut journal: J) -> Result<Self, OperationError> {
        let entry = journal.load().await?;
        Ok(Self { connector, journal, entry, is_kept: true })
    }

    /// Where the operation is.
    pub fn progress(&self) -> &Progress {
        &self.entry.progress
    }

    /// Whether it is not known if the next request was sent: the next step finds out.
    pub fn is_interrupted(&self) -> bool {
        self.entry.is_sending
    }

    /// What all steps have cost so far, with the time between them: what [`Connector::execute`] would have said.
    pub fn usage(&self) -> Usage {
        self.entry.usage.clone()
    }

    /// The journal.
    pub fn journal(&self) -> &J {
        &self.journal
    }

    /// Waits as long as the operation wants, and takes the next step. Does nothing once it has ended.
    ///
    /// # Errors
    ///
    /// See [`OperationError`]. Calling it again is always safe.
    pub async fn step(&mut self) -> Result<&Progress, OperationError> {
        if self.is_kept {
            self.wait().await;
        }
        self.take_step().await
    }

    /// Waits as long as the operation wants. It may be dropped at any time.
    pub async fn wait(&mut self) {
        let Progress { next, wait, .. } = self.entry.progress;
        let wait = wait.min(MAX_WAIT);
        if next != NextStep::None && !wait.is_zero() {
            tokio::time::sleep(wait).await;
            self.entry.usage.waited = self.entry.usage.waited.saturating_add(wait);
        }
    }

    /// Takes the next step at once. Does nothing once the operation has ended. A step that was taken and could not be kept is kept first,
    /// in place of the next one.
    ///
    /// # Errors
    ///
    /// As [`Operation::step`].
    pub async fn take_step(&mut self) -> Result<&Progress, OperationError> {
        if !self.is_kept {
            return self.keep().await;
        }
        if self.entry.progress.next == NextStep::None {
            return Ok(&self.entry.progress);
        }
        let mut attempt = 1;
        let progress = loop {
            match self.try_step().await {
                Err(OperationError::Host(error)) if error.is_plugin_fault() && attempt < ATTEMPTS => {
                    tracing::warn!(%error, "an instance ended in a step");
                    attempt += 1;
                }
                taken => break taken?,
            }
        };
        let usage = sum(&self.entry.usage, &progress.usage);
        self.entry = Entry { step: self.entry.step + 1, is_sending: false, progress, usage };
        self.is_kept = false;
        self.keep().await
    }

    async fn keep(&mut self) -> Result<&Progress, OperationError> {
        self.journal.after(&self.entry).await?;
        self.is_kept = true;
        Ok(&self.entry.progress)
    }

    async fn try_step(&mut self) -> Result<Progress, OperationError> {
        let checkpoint = &self.entry.progress.checkpoint;
        if self.entry.is_sending {
            return Ok(self.connector.recover(checkpoint).await?);
        }
        if self.entry.progress.next == NextStep::Send {
            self.journal.before(self.entry.step).await?;
            self.entry.is_sending = true;
        }
        let advanced = self.connector.advance(std::slice::from_ref(checkpoint)).await;
        if let Err(CallError::Secrets(_)) = &advanced {
            // It was not used.
            self.entry.is_sending = false;
        }
        match advanced?.pop() {
            Some(Ok(progress)) => Ok(progress),
            Some(Err(refusal)) => {
                // It was not used.
                self.entry.is_sending = false;
                Err(OperationError::Plugin(refusal))
            }
            None => Err(HostError::NotAPlugin("`advance` gave no result for a checkpoint".into()).into()),
        }
    }

    /// Takes every step that is left. The outcome's `usage` is that of all steps.
    ///
    /// # Errors
    ///
    /// See [`OperationError`]; the operation's own failure is [`OperationError::Plugin`].
    pub async fn finish(mut self) -> Result<Outcome, OperationError> {
        while !self.is_kept || self.entry.progress.next != NextStep::None {
            self.step().await?;
        }
        match self.entry.progress.outcome {
            Some(Ok(outcome)) => Ok(Outcome { usage: self.entry.usage, ..outcome }),
            Some(Err(error)) => Err(OperationError::Plugin(Box::new(error))),
            None => Err(HostError::NotAPlugin("an operation ended without an outcome".into()).into()),
        }
    }

    /// The progress after each step that is left, as a stream.
    pub fn into_stream(self) -> impl futures_util::Stream<Item = Result<Progress, OperationError>> {
        futures_util::stream::unfold(Some(self), async |operation| {
            let mut operation = operation?;
            if operation.is_kept && operation.entry.progress.next == NextStep::None {
                return None;
            }
            match operation.step().await {
                Ok(progress) => Some((Ok(progress.clone()), Some(operation))),
                Err(error) => Some((Err(error), None)),
            }
        })
    }
}

/// The sum of what steps have cost, under the name that the first of them had.
fn sum(one: &Usage, other: &Usage) -> Usage {
    Usage {
        call_id: one.call_id.clone(),
        requests: one.requests.saturating_add(other.requests),
        retries: one.retries.saturating_add(other.retries),
        request_bytes: one.request_bytes.saturating_add(other.request_bytes),
        response_bytes: one.response_bytes.saturating_add(other.response_bytes),
        waited: one.waited.saturating_add(other.waited),
    }
}

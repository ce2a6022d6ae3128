//! Runs an action one step at a time, with its state in a journal.
//!
//! ```text
//! plan ──▶ checkpoint ──before(n)──▶ advance ──after(n)──▶ checkpoint … ──▶ outcome
//!                            │
//!                            └── crash, trap, time-out ──▶ recover ──after(n)──▶ checkpoint …
//! ```
//!
//! A checkpoint whose next step sends is advanced at most once: [`Operation`] first records the
//! step in its [`Journal`], and recovers if it does not know whether the step ran.
//! `docs/operations.md` in the repository explains the details for host authors, and
//! `examples/durable.rs` is a working host.

mod file;
mod journal;

use std::time::Duration;

use crate::{CallError, Cause, Connector, HostError, Outcome, PluginError, Usage};

pub use crate::contract::{Facts, NextStep, Progress, Target, TargetState};
pub use file::FileJournal;
pub use journal::{Entry, Journal, NoJournal};

/// How often in a row an instance may be terminated in a step before the failure is returned.
const ATTEMPTS: u32 = 3;

/// Maximum wait before a step. Running a step early is allowed, and a plugin must not be able to
/// postpone it forever.
const MAX_WAIT: Duration = Duration::from_secs(3600);

/// Drives an action to completion, step by step.
///
/// If this value or a future of [`Operation::step`] is dropped, the journal still holds the
/// operation's state; [`Operation::resume`] continues it.
#[derive(Debug)]
pub struct Operation<J> {
    connector: Connector,
    journal: J,
    entry: Entry,
    /// Whether the journal has this entry. Until it does, no further step is taken: resuming from
    /// an older entry would repeat it.
    is_kept: bool,
}

/// Why an operation could not continue. Its journal holds the current state.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OperationError {
    /// The connector rejected the plan or the checkpoint. Nothing was sent.
    #[error(transparent)]
    Plugin(Box<PluginError>),
    /// The host's secret source failed. The step was not taken.
    #[error("the secrets could not be had: {0}")]
    Secrets(#[source] Cause),
    /// Several instances in a row were terminated.
    #[error(transparent)]
    Host(#[from] HostError),
    /// The journal could not be written or read. If a step may have run, the journal records that,
    /// so recovery is safe.
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
    /// Plans an action. `params` is JSON and may be empty. Sends nothing yet that changes anything.
    ///
    /// # Errors
    ///
    /// The connector rejected it, an instance was terminated, or the journal could not be written.
    pub async fn start(
        connector: Connector,
        action: &str,
        params: &str,
        mut journal: J,
    ) -> Result<Self, OperationError> {
        let progress = connector.plan(action, params).await?;
        let only_reads = connector.only_reads(action, params).await?;
        let usage = progress.usage.clone();
        let entry = Entry { step: 0, is_sending: false, only_reads, progress, usage };
        journal.after(&entry).await?;
        Ok(Self { connector, journal, entry, is_kept: true })
    }

    /// Continues the operation in a journal. The connector must have the same tenant, application
    /// and addresses as before; it may be a different one, in another process or on another
    /// machine.
    ///
    /// # Errors
    ///
    /// The journal could not be read, or does not contain an operation (`NotFound`).
    pub async fn resume(connector: Connector, mut journal: J) -> Result<Self, OperationError> {
        let entry = journal.load().await?;
        Ok(Self { connector, journal, entry, is_kept: true })
    }

    /// Returns the current state of the operation. Its `facts` are those of all steps so far.
    pub fn progress(&self) -> &Progress {
        &self.entry.progress
    }

    /// Whether it is unknown if the next request was sent; the next step finds out.
    pub fn is_interrupted(&self) -> bool {
        self.entry.is_sending
    }

    /// Returns the cost of all steps so far, including the time between them, as
    /// [`Connector::execute`] would report it.
    pub fn usage(&self) -> Usage {
        self.entry.usage.clone()
    }

    /// Returns the journal.
    pub fn journal(&self) -> &J {
        &self.journal
    }

    /// Waits as long as the operation requests, then takes the next step. Does nothing once the
    /// operation has finished.
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

    /// Waits as long as the operation requests. The future may be dropped at any time.
    pub async fn wait(&mut self) {
        let Progress { next, wait, .. } = self.entry.progress;
        let wait = wait.min(MAX_WAIT);
        if next != NextStep::None && !wait.is_zero() {
            tokio::time::sleep(wait).await;
            self.entry.usage.waited = self.entry.usage.waited.saturating_add(wait);
        }
    }

    /// Takes the next step immediately. Does nothing once the operation has finished. If the
    /// previous step ran but could not be stored, stores it instead of taking another.
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
                Err(OperationError::Host(error))
                    if error.is_plugin_fault() && attempt < ATTEMPTS =>
                {
                    tracing::warn!(%error, "an instance ended in a step");
                    attempt += 1;
                }
                taken => break taken?,
            }
        };
        let usage = sum(&self.entry.usage, &progress.usage);
        let facts = progress.facts.clone().after(&self.entry.progress.facts);
        let progress = progress.with(facts);
        let (step, only_reads) = (self.entry.step + 1, self.entry.only_reads);
        self.entry = Entry { step, is_sending: false, only_reads, progress, usage };
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
        let next = match self.entry.only_reads {
            true => NextStep::Look,
            false => self.entry.progress.next,
        };
        let advanced = self.connector.advance(std::slice::from_ref(checkpoint), next).await;
        if let Err(CallError::Secrets(_)) = &advanced {
            // The checkpoint was not used.
            self.entry.is_sending = false;
        }
        match advanced?.pop() {
            Some(Ok(progress)) => Ok(progress),
            Some(Err(refusal)) => {
                // The checkpoint was not used.
                self.entry.is_sending = false;
                Err(OperationError::Plugin(refusal))
            }
            None => {
                Err(HostError::NotAPlugin("`advance` gave no result for a checkpoint".into())
                    .into())
            }
        }
    }

    /// Takes all remaining steps. The outcome's `usage` covers all of them.
    ///
    /// # Errors
    ///
    /// See [`OperationError`]; a failure of the operation itself is [`OperationError::Plugin`].
    pub async fn finish(mut self) -> Result<Outcome, OperationError> {
        while !self.is_kept || self.entry.progress.next != NextStep::None {
            self.step().await?;
        }
        match self.entry.progress.outcome {
            Some(Ok(outcome)) => Ok(Outcome { usage: self.entry.usage, ..outcome }),
            Some(Err(error)) => Err(OperationError::Plugin(Box::new(error))),
            None => {
                Err(HostError::NotAPlugin("an operation ended without an outcome".into()).into())
            }
        }
    }

    /// Returns a stream of the progress after each remaining step.
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

/// Adds up the cost of two steps, keeping the first one's call ID.
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

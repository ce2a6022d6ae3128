//! Persists the state of an operation between steps.

use std::io;

use serde::{Deserialize, Serialize};

use super::Progress;
use crate::Usage;

/// The state of an operation as a journal keeps it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Entry {
    /// Number of steps taken.
    pub step: u64,
    /// Whether the next step, which sends, was about to run: it may have run.
    pub is_sending: bool,
    /// Whether the action only [reads](crate::Action::only_reads): no step of it sends anything
    /// else, whatever the component says.
    #[serde(default)]
    pub only_reads: bool,
    /// The result of the last step.
    pub progress: Progress,
    /// The cost of all steps, including the time between them.
    pub usage: Usage,
}

/// Persists the state of an operation: in a file, a database or a log.
///
/// An operation has one owner at a time. The journal enforces this with a lock, a lease or
/// compare-and-swap.
pub trait Journal: Send {
    /// Records that the next step is about to run and will send. The record must be durable
    /// (`fsync`, commit) when this returns.
    ///
    /// # Errors
    ///
    /// The record could not be written; the step is not taken.
    fn before(&mut self, step: u64) -> impl Future<Output = io::Result<()>> + Send;

    /// Stores the result of a step, replacing the previous entry. A target's data is returned only
    /// once: store it too.
    ///
    /// # Errors
    ///
    /// The entry could not be stored. The record written by `before` stays in place.
    fn after(&mut self, entry: &Entry) -> impl Future<Output = io::Result<()>> + Send;

    /// Loads the last stored entry, with `is_sending` as recorded by `before`.
    ///
    /// # Errors
    ///
    /// There is no entry ([`io::ErrorKind::NotFound`]), or it cannot be read.
    fn load(&mut self) -> impl Future<Output = io::Result<Entry>> + Send;
}

/// Stores nothing: for operations that need not survive the process.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoJournal;

impl Journal for NoJournal {
    async fn before(&mut self, _: u64) -> io::Result<()> {
        Ok(())
    }

    async fn after(&mut self, _: &Entry) -> io::Result<()> {
        Ok(())
    }

    async fn load(&mut self) -> io::Result<Entry> {
        Err(io::Error::new(io::ErrorKind::NotFound, "nothing was kept of this operation"))
    }
}

//! Where the state of an operation is kept between its steps.

use std::io;

use serde::{Deserialize, Serialize};

use super::Progress;
use crate::Usage;

/// The state of an operation as a journal keeps it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Entry {
    /// How many steps were taken.
    pub step: u64,
    /// Whether the next step, which sends, was about to be taken: it may have been.
    pub is_sending: bool,
    /// What the last step gave.
    pub progress: Progress,
    /// What all steps have cost, with the time between them.
    pub usage: Usage,
}

/// Where the state of an operation is kept: a file, a database, a log.
///
/// An operation has one owner at a time. A journal sees to that with a lock, a lease, or by comparing and swapping.
pub trait Journal: Send {
    /// Notes that the step after this one is about to be taken, and will send. The note must last (`fsync`, commit) when this returns.
    ///
    /// # Errors
    ///
    /// It could not be kept: the step is not taken.
    fn before(&mut self, step: u64) -> impl Future<Output = io::Result<()>> + Send;

    /// Keeps what a step gave, in place of what is there. A target's data is given once: keep it, too.
    ///
    /// # Errors
    ///
    /// It could not be kept. The note of `before` then still stands.
    fn after(&mut self, entry: &Entry) -> impl Future<Output = io::Result<()>> + Send;

    /// What was kept last, with `is_sending` as `before` noted it.
    ///
    /// # Errors
    ///
    /// There is nothing ([`io::ErrorKind::NotFound`]), or it cannot be read.
    fn load(&mut self) -> impl Future<Output = io::Result<Entry>> + Send;
}

/// Keeps nothing: for operations that need not survive the process.
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

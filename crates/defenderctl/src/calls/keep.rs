//! The journal of a call: a folder if it changes something, nothing if it only reads.

use std::collections::BTreeMap;
use std::io;

use host_harness::operation::{Entry, FileJournal, Journal, NoJournal};

/// Where the state of a call is kept.
#[derive(Debug)]
pub(crate) enum Keep {
    Folder(FileJournal),
    Nothing(NoJournal),
}

impl Keep {
    /// For a call that changes nothing.
    pub(crate) fn nothing() -> Self {
        Self::Nothing(NoJournal)
    }

    /// What targets have yielded so far, by their places.
    ///
    /// # Errors
    ///
    /// It cannot be read.
    pub(crate) fn results(&self) -> io::Result<BTreeMap<usize, String>> {
        match self {
            Self::Folder(journal) => Ok(journal.results()?.into_iter().collect()),
            Self::Nothing(_) => Ok(BTreeMap::new()),
        }
    }
}

impl Journal for Keep {
    async fn before(&mut self, step: u64) -> io::Result<()> {
        match self {
            Self::Folder(journal) => journal.before(step).await,
            Self::Nothing(journal) => journal.before(step).await,
        }
    }

    async fn after(&mut self, entry: &Entry) -> io::Result<()> {
        match self {
            Self::Folder(journal) => journal.after(entry).await,
            Self::Nothing(journal) => journal.after(entry).await,
        }
    }

    async fn load(&mut self) -> io::Result<Entry> {
        match self {
            Self::Folder(journal) => journal.load().await,
            Self::Nothing(journal) => journal.load().await,
        }
    }
}

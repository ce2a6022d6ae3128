//! Stores an operation's state as hosts must: with one owner at a time and a note before each step.

use defender_connector::operation::Next;

/// The stored state of one operation. It outlives processes.
#[derive(Debug)]
pub(super) struct Journal {
    pub(super) checkpoint: String,
    pub(super) next: Next,
    /// Whether a step is about to start, or started and its result was not stored.
    pub(super) is_noted: bool,
    /// The process that holds the lock.
    owner: Option<u32>,
    has_lock: bool,
}

impl Journal {
    pub(super) fn new(checkpoint: String, next: Next, owner: u32, has_lock: bool) -> Self {
        Self { checkpoint, next, is_noted: false, owner: Some(owner), has_lock }
    }

    /// Tries to take the lock; returns whether it succeeded.
    pub(super) fn own(&mut self, process: u32) -> bool {
        let is_free = !self.has_lock || self.owner.is_none_or(|owner| owner == process);
        if is_free {
            self.owner = Some(process);
        }
        is_free
    }

    /// Releases the lock when its process ends.
    pub(super) fn release(&mut self, process: u32) {
        if self.owner == Some(process) {
            self.owner = None;
        }
    }

    /// Notes that a step is about to start.
    pub(super) fn before(&mut self, process: u32) -> Result<(), String> {
        self.is_noted = true;
        self.owned_by(process)
    }

    /// Stores the step's result.
    pub(super) fn after(
        &mut self,
        process: u32,
        checkpoint: &str,
        next: Next,
    ) -> Result<(), String> {
        (self.checkpoint, self.next, self.is_noted) = (checkpoint.to_owned(), next, false);
        self.owned_by(process)
    }

    fn owned_by(&self, process: u32) -> Result<(), String> {
        match self.owner == Some(process) || !self.has_lock {
            true => Ok(()),
            false => Err(format!("process {process} writes to a journal of {:?}", self.owner)),
        }
    }
}

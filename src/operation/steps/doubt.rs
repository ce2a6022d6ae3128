//! Doubt: a request may have been sent. The service's own records decide; nothing is ever sent
//! again from here.
//!
//! An operation of a host's knows its jobs by the mark in their comments. What is carried out in
//! one call has none: a record counts as its own only if it is what was asked for in every respect,
//! comment included, was made after the request went out, by the service's own clock, and is not
//! known to be of another requestor. That none is there (yet) proves nothing, because new records
//! take up to two minutes to show.

use std::time::Duration;

use super::Operation;
use super::poll::told;
use super::search::{Found, search};
use super::send::fail;
use crate::client::Client;
use crate::error::{Error, Kind, Retry};
use crate::operation::unfinished::GRACE;

/// How long a call that does everything searches, in seconds: its caller waits for it.
const IN_ONE_CALL: u64 = 20;

/// A request that may have been sent.
#[derive(Clone, Debug)]
pub(crate) struct Doubt {
    /// Since when it is searched for: Unix time in seconds.
    pub(super) since: u64,
    /// When the request went out, on the clock that never jumps back; known in the call that sent
    /// it.
    pub(super) sent: Option<Duration>,
    /// What the target fails with if nothing is found.
    pub(super) error: Error,
}

impl Doubt {
    /// A request whose response was lost, or says nothing for sure.
    pub(super) fn new(since: u64, sent: Option<Duration>, error: Error) -> Self {
        Self { since, sent, error }
    }

    /// A request of which it is not known whether it was sent at all.
    pub(super) fn interrupted(since: u64, action: &str) -> Self {
        let message = format!(
            "The host was interrupted while `{action}` was being sent, and the service's records do not show it: it may or may not have been carried out."
        );
        Self::new(since, None, Error::new(Kind::Unreachable, message).with_retry(Retry::Unknown))
    }

    /// Whether the service has refused the request. It does so too if it was sent twice on the way.
    pub(super) fn is_refused(&self) -> bool {
        self.error.kind() == Kind::Conflict || self.error.retry() == Retry::Never
    }

    /// How long to wait before the next look, in seconds, if the search takes so many.
    pub(super) fn wait(&self, now: u64, most: u64) -> u64 {
        let age = now.saturating_sub(self.since);
        let wait = match age {
            0 => 1,
            1..4 => 3,
            4..10 => 6,
            _ => 10,
        };
        wait.min(most.saturating_sub(age)).max(1)
    }
}

/// Looks once for what each target in doubt may have started.
pub(super) fn look_for_doubted(client: &mut Client<'_>, operation: &mut Operation) {
    for n in 0..operation.tasks.len() {
        look_for(client, operation, n);
    }
}

/// Looks once for what a target may have started, if it is in doubt.
pub(super) fn look_for(client: &mut Client<'_>, operation: &mut Operation, n: usize) {
    let Some(doubt) = operation.tasks[n].doubt.clone() else { return };
    let found = search(client, operation, n, &doubt);
    let is_over = client.now().as_secs().saturating_sub(doubt.since) >= operation.doubts_for();
    operation.has_looked |= found.is_ok();
    let unknown = doubt.error.with_retry(Retry::Unknown);
    let task = &mut operation.tasks[n];
    let error = match found {
        Ok(Found::Job(record)) => {
            client.remember(&record.id);
            task.adopt(record);
            task.doubt = None;
            return;
        }
        Ok(Found::Changed(outcome)) => {
            task.take(outcome);
            task.doubt = None;
            return;
        }
        Ok(Found::Not(error)) => error,
        Ok(Found::Nothing | Found::Unmarked(_)) if !is_over => return,
        Err(error) if !is_over => {
            operation.pause = operation.pause.max(told(&error));
            operation.trouble = Some(error);
            return;
        }
        Ok(Found::Unmarked(record)) => {
            unknown.with_detail("machineAction", record.shown(&client.sanitizer()))
        }
        Ok(Found::Nothing) => unknown,
        Err(cause) => unknown.with_detail("cause", cause.to_json()),
    };
    task.doubt = None;
    fail(client, operation, n, error);
}

impl Operation {
    /// For how long it is searched for what may have been sent, in seconds.
    pub(super) fn doubts_for(&self) -> u64 {
        if self.is_in_one_call() { IN_ONE_CALL } else { GRACE }
    }
}

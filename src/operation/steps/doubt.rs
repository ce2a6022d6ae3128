//! Doubt: a request may have been sent. The service's records decide; nothing is ever sent again
//! from here.
//!
//! A host's operation recognises its jobs by the mark in their comments. Within one call there is
//! no mark: a record counts as its own only if it matches the request in every respect including
//! the comment, was created after the request was sent by the service's own clock, and does not
//! certainly belong to another requestor. A missing record proves nothing, because new records take
//! up to two minutes to appear.

use super::Operation;
use super::poll::retry_delay_ms;
use super::search::{SearchResult, search};
use super::send::fail;
use crate::client::Client;
use crate::error::{Kind, Retry};
use crate::operation::unfinished::GRACE;

/// How long an operation within one call searches, in seconds: its caller is waiting.
const IN_ONE_CALL: u64 = 20;

/// Searches once for each target in doubt.
pub(super) fn search_all(client: &mut Client<'_>, operation: &mut Operation) {
    for n in 0..operation.tasks.len() {
        search_task(client, operation, n);
    }
}

/// Searches once for what a target in doubt may have started.
pub(super) fn search_task(client: &mut Client<'_>, operation: &mut Operation, n: usize) {
    let Some(doubt) = operation.tasks[n].doubt.clone() else { return };
    let found = search(client, operation, n, &doubt);
    let is_over = client.now().as_secs().saturating_sub(doubt.since) >= operation.search_seconds();
    operation.has_looked |= found.is_ok();
    let unknown = doubt.error.with_retry(Retry::Unknown);
    let task = &mut operation.tasks[n];
    let error = match found {
        Ok(SearchResult::Job(record)) => {
            client.remember(&record.id);
            task.adopt(record);
            task.doubt = None;
            return;
        }
        Ok(SearchResult::Changed(outcome)) => {
            task.take(outcome);
            task.doubt = None;
            return;
        }
        Ok(SearchResult::Failed(error)) => error,
        Ok(SearchResult::Nothing | SearchResult::Unmarked(_)) if !is_over => return,
        // Without the permission to read, no later search shows more.
        Err(error) if !is_over && error.kind() != Kind::Forbidden => {
            operation.pause = operation.pause.max(retry_delay_ms(&error));
            operation.trouble = Some(error);
            return;
        }
        Ok(SearchResult::Unmarked(record)) => {
            unknown.with_detail("machineAction", record.summary_json(&client.sanitizer()))
        }
        Ok(SearchResult::Nothing) => unknown,
        Err(cause) => unknown.with_detail("cause", cause.to_json()),
    };
    task.doubt = None;
    fail(client, operation, n, error);
}

impl Operation {
    /// How long to search, in seconds.
    pub(super) fn search_seconds(&self) -> u64 {
        if self.is_in_one_call() { IN_ONE_CALL } else { GRACE }
    }
}

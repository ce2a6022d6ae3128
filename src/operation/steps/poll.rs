//! The steps that read: one request for up to a hundred jobs of any number of operations.

use std::time::Duration;

use super::{Operation, Work, doubt, settle};
use crate::actions;
use crate::client::Client;
use crate::error::{Error, Retry};
use crate::operation::machine_actions::list_machine_actions_page;
use crate::operation::unfinished::{GRACE, unknown_job};
use crate::outcome::Usage;
use crate::request::quoted_ids;

/// Machine actions per request.
const ACTIONS: usize = 100;

/// Time for the last poll, after the waiting time is over.
const LAST_POLL: Duration = Duration::from_secs(10);

/// Polls once for all operations. Returns the cost of each; shared requests count for the first.
pub(super) fn poll(client: &mut Client<'_>, operations: &mut [&mut Operation]) -> Vec<Usage> {
    for operation in operations.iter_mut() {
        (operation.pause, operation.trouble) = (0, None);
    }
    let (parts, shared) = client.metered(|client| {
        let now = client.now().as_secs();
        let remaining = operations.iter().map(|operation| operation.remaining_seconds(now)).max();
        let end = client.elapsed() + Duration::from_secs(remaining.unwrap_or_default()) + LAST_POLL;
        client.with_deadline(end, |client| poll_jobs(client, operations))
    });
    let mut usages = Vec::with_capacity(operations.len());
    for (n, operation) in operations.iter_mut().enumerate() {
        client.set_action(operation.action);
        let (_, mut usage) = client.metered(|client| {
            match operation.work() {
                Work::Read => read(client, operation),
                _ => doubt::search_all(client, operation),
            }
            if !parts.contains(&n) {
                give_up_unknown(client, operation);
            }
            let is_over = operation.remaining_seconds(client.now().as_secs()) == 0;
            settle::settle(client, operation, is_over);
        });
        if n == 0 {
            usage.add(&shared);
        }
        usages.push(usage);
    }
    usages
}

/// Polls every running job. Returns the operations that may have been shown incompletely.
fn poll_jobs(client: &mut Client<'_>, operations: &mut [&mut Operation]) -> Vec<usize> {
    let mut ids: Vec<(String, usize)> = Vec::new();
    for (n, operation) in operations.iter().enumerate() {
        ids.extend(
            operation
                .tasks
                .iter()
                .filter(|task| operation.is_followed(task))
                .map(|task| (task.job_id().to_owned(), n)),
        );
    }
    let mut parts = Vec::new();
    for chunk in ids.chunks(ACTIONS) {
        let filter = format!("id in ({})", quoted_ids(chunk.iter().map(|(id, _)| id.as_str())));
        if let Some((_, n)) = chunk.first() {
            client.set_action(operations[*n].action);
        }
        let looked = list_machine_actions_page(client, &filter, ACTIONS);
        let clean = client.sanitizer();
        for (id, n) in chunk {
            let operation = &mut *operations[*n];
            match &looked {
                Ok((records, is_part)) => {
                    operation.has_looked = true;
                    if *is_part {
                        parts.push(*n);
                    }
                    for task in operation
                        .tasks
                        .iter_mut()
                        .filter(|task| task.job_id().eq_ignore_ascii_case(id))
                    {
                        if let Some(record) =
                            records.iter().find(|record| record.id.eq_ignore_ascii_case(id))
                        {
                            task.observe(record.clone(), &clean);
                        }
                    }
                }
                Err(error) => {
                    parts.push(*n);
                    operation.pause = operation.pause.max(retry_delay_ms(error));
                    operation.trouble = Some(error.clone());
                    // The list of machine actions may not be available at all until the service has
                    // shown one.
                    if !operation.has_looked && matches!(error.status(), Some(404 | 410)) {
                        for task in operation
                            .tasks
                            .iter_mut()
                            .filter(|task| task.record.is_none() && task.job_id() == id)
                        {
                            task.error = Some(error.clone());
                        }
                    }
                }
            }
        }
    }
    parts
}

/// Fails jobs that still do not appear after the time that new ones need.
fn give_up_unknown(client: &Client<'_>, operation: &mut Operation) {
    // By the service's clock: two hosts' clocks may differ by more than a new job needs to appear.
    let now = match operation.is_in_one_call() {
        true => Some(client.now().as_secs()),
        false => client.earliest_service_time(client.elapsed()),
    };
    let Some(now) = now else { return };
    let first = *operation.looked_at.get_or_insert(now);
    if matches!(operation.work(), Work::Wait) && now.saturating_sub(first) >= GRACE {
        for task in operation.tasks.iter_mut().filter(|task| task.is_open()) {
            task.error = Some(unknown_job(task));
        }
    }
}

/// Runs a read. It waits between its requests only once the service has answered one.
fn read(client: &mut Client<'_>, operation: &mut Operation) {
    let Some(task) = operation.tasks.first() else { return };
    let (read, has_begun) = client.with_read_waits(|client| {
        let read = actions::execute(client, operation.action, &task.params);
        (read, client.is_answered())
    });
    // A truncated read starts over each time: retried as often as the service asks, it might never
    // end.
    let max = client.settings.limits.max_retries;
    let may_restart = |error: &Error| match has_begun {
        true => operation.attempts < max,
        false => operation.may_repeat(client, error),
    };
    match read {
        Ok(outcome) => operation.tasks[0].take(outcome),
        Err(error) if matches!(error.retry(), Retry::After(_)) && may_restart(&error) => {
            operation.attempts += 1;
            operation.pause = retry_delay_ms(&error).max(500 << operation.attempts.min(7));
            operation.trouble = Some(error);
        }
        Err(error) => operation.tasks[0].error = Some(error),
    }
}

/// How long the service asks to wait, in milliseconds.
pub(super) fn retry_delay_ms(error: &Error) -> u64 {
    match error.retry() {
        Retry::After(milliseconds) => milliseconds,
        Retry::Never | Retry::Unknown => 0,
    }
}

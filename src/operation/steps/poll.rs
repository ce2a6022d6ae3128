//! The steps that read: one request for up to a hundred jobs of any number of operations.

use std::time::Duration;

use super::{Operation, Work, doubt, settle};
use crate::actions;
use crate::client::Client;
use crate::error::{Error, Retry};
use crate::operation::machine_actions::look_for_all;
use crate::operation::unfinished::{GRACE, unknown};
use crate::outcome::Usage;
use crate::request::quoted_list;

/// Machine actions in one request.
const ACTIONS: usize = 100;

/// Time for the last look, after that for which is waited.
const LAST_LOOK: Duration = Duration::from_secs(10);

/// Looks once for all of these operations; gives what each of them has cost. What they share is
/// counted in the first.
pub(super) fn look(client: &mut Client<'_>, operations: &mut [&mut Operation]) -> Vec<Usage> {
    for operation in operations.iter_mut() {
        (operation.pause, operation.trouble) = (0, None);
    }
    let (parts, shared) = client.metered(|client| look_at_jobs(client, operations));
    let mut usages = Vec::with_capacity(operations.len());
    for (n, operation) in operations.iter_mut().enumerate() {
        client.begin(operation.action);
        let (_, mut usage) = client.metered(|client| {
            match operation.work() {
                Work::Read => read(client, operation),
                _ => doubt::look_for_doubted(client, operation),
            }
            if !parts.contains(&n) {
                give_up_unknown(client, operation);
            }
            let is_over = operation.time_left(client.now().as_secs()) == 0;
            settle::settle(client, operation, is_over);
        });
        if n == 0 {
            usage.add(&shared);
        }
        usages.push(usage);
    }
    usages
}

/// Looks at every job that goes on; gives the operations of which not all may have been shown.
fn look_at_jobs(client: &mut Client<'_>, operations: &mut [&mut Operation]) -> Vec<usize> {
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
    let now = client.now().as_secs();
    let left =
        operations.iter().map(|operation| operation.time_left(now)).max().unwrap_or_default();
    let whole = client.shorten(client.elapsed() + Duration::from_secs(left) + LAST_LOOK);
    for chunk in ids.chunks(ACTIONS) {
        let filter = format!("id in ({})", quoted_list(chunk.iter().map(|(id, _)| id.as_str())));
        if let Some((_, n)) = chunk.first() {
            client.begin(operations[*n].action);
        }
        let looked = look_for_all(client, &filter, ACTIONS);
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
                            task.see(record.clone(), &clean);
                        }
                    }
                }
                Err(error) => {
                    parts.push(*n);
                    operation.pause = operation.pause.max(told(error));
                    operation.trouble = Some(error.clone());
                    // Until the service has shown one of them, no list of machine actions may be to
                    // be had at all.
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
    client.lengthen(whole);
    parts
}

/// A job that reads do not show after the time that new ones need for it does not exist.
fn give_up_unknown(client: &Client<'_>, operation: &mut Operation) {
    // By the service's clock: those of two hosts may differ by more than a new job takes to show.
    let now = match operation.is_in_one_call() {
        true => Some(client.now().as_secs()),
        false => client.earliest_service_time(client.elapsed()),
    };
    let Some(now) = now else { return };
    let first = *operation.looked_at.get_or_insert(now);
    if matches!(operation.work(), Work::Wait) && now.saturating_sub(first) >= GRACE {
        for task in operation.tasks.iter_mut().filter(|task| task.is_open()) {
            task.error = Some(unknown(task));
        }
    }
}

/// Carries a read out. It waits between its requests only once the service has answered one.
fn read(client: &mut Client<'_>, operation: &mut Operation) {
    let Some(task) = operation.tasks.first() else { return };
    let (read, has_begun) = client.reading(|client| {
        let read = actions::execute(client, operation.action, &task.params);
        (read, client.is_answered())
    });
    // What was cut off on the way begins anew each time: asked for as often as the service wants,
    // it might never end.
    let most = client.settings.limits.max_retries;
    let may_begin_again = |error: &Error| match has_begun {
        true => operation.attempts < most,
        false => operation.may_repeat(client, error),
    };
    match read {
        Ok(outcome) => operation.tasks[0].take(outcome),
        Err(error) if matches!(error.retry(), Retry::After(_)) && may_begin_again(&error) => {
            operation.attempts += 1;
            operation.pause = told(&error).max(500 << operation.attempts.min(7));
            operation.trouble = Some(error);
        }
        Err(error) => operation.tasks[0].error = Some(error),
    }
}

/// How long a server wants to be left alone, in milliseconds.
pub(super) fn told(error: &Error) -> u64 {
    match error.retry() {
        Retry::After(milliseconds) => milliseconds,
        Retry::Never | Retry::Unknown => 0,
    }
}

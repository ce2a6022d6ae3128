//! Following machine actions to their end: one request a poll, for up to a hundred of them.

use std::time::Duration;

use serde_json::Value;

use super::look::look_for_all;
use super::{Task, quoted_list};
use crate::client::Client;
use crate::error::{Error, Kind, Retry};
use crate::json::object;
use crate::shape::Input;

/// Machine actions in one request.
pub(super) const ACTIONS: usize = 100;

/// How long a new machine action may be missing from reads.
pub(super) const GRACE: Duration = Duration::from_secs(120);

/// Time for the last look.
const LAST_LOOK: Duration = Duration::from_secs(10);

/// Looks until every task's machine action has ended or the time is over. What has not ended then has failed as `unfinished`.
pub(crate) fn follow(client: &mut Client<'_>, tasks: &mut [Task], wait: &Input) {
    let seconds = |name: &str, default| Duration::from_secs(wait.integer(name).unwrap_or(default));
    let (began, poll) = (client.elapsed(), seconds("pollSeconds", 5));
    let end = began + seconds("timeoutSeconds", 300);
    let whole = client.shorten(end + LAST_LOOK);
    let end = end.min(client.deadline().saturating_sub(Duration::from_secs(1)));
    let mut trouble = None;
    let mut pause = poll;
    // Until the service has shown one of the machine actions, no list of them may be to be had at all.
    let mut is_answered = tasks.iter().any(|task| task.record.is_some());
    // What is known by its identifier alone may have ended long ago.
    if tasks.iter().any(Task::is_open) {
        pause = Duration::ZERO;
    }
    while tasks.iter().any(goes_on) {
        let now = client.elapsed();
        if now >= end {
            break;
        }
        client.pause(pause.min(end - now));
        pause = poll;
        let looked = look_at_all(client, tasks);
        is_answered |= looked.is_ok();
        let is_part = looked.as_ref().is_ok_and(|is_part| *is_part);
        trouble = looked.err();
        if let Some(error) = &trouble {
            if !is_answered && matches!(error.status(), Some(404 | 410)) {
                tasks.iter_mut().filter(|task| task.is_open()).for_each(|task| task.error = Some(error.clone()));
                break;
            }
            // What the service has said about when to ask again is obeyed.
            pause = poll.max(told(error));
            if is_lasting(error) || client.elapsed() + told(error) > end {
                break;
            }
        }
        // A partial list proves nothing about what is not in it.
        if trouble.is_none() && !is_part && client.elapsed() >= began + GRACE {
            tasks.iter_mut().filter(|task| task.is_open()).for_each(|task| task.error = Some(unknown(task)));
        }
    }
    client.lengthen(whole);
    for task in tasks.iter_mut().filter(|task| goes_on(task)) {
        task.error = Some(unfinished(client, task, trouble.as_ref()));
    }
}

/// Looks once. Gives back whether one of the lists was, or may have been, cut off.
fn look_at_all(client: &mut Client<'_>, tasks: &mut [Task]) -> Result<bool, Error> {
    let mut is_part = false;
    let clean = client.sanitizer();
    let mut open: Vec<&mut Task> = tasks.iter_mut().filter(|task| goes_on(task)).collect();
    for tasks in open.chunks_mut(ACTIONS) {
        let filter = format!("id in ({})", quoted_list(tasks.iter().map(|task| job_id(task))));
        let (records, is_cut) = look_for_all(client, &filter, ACTIONS)?;
        is_part |= is_cut;
        for record in records {
            for task in tasks.iter_mut().filter(|task| record.id.eq_ignore_ascii_case(job_id(task))) {
                task.see(record.clone(), &clean);
            }
        }
    }
    Ok(is_part)
}

/// The machine action's identifier. A task that only waits has it for its own.
pub(super) fn job_id(task: &Task) -> &str {
    task.record.as_ref().map_or(task.machine(), |record| &record.id)
}

pub(super) fn goes_on(task: &Task) -> bool {
    let has_not_ended = |task: &Task| task.record.as_ref().is_some_and(|record| !record.state.is_final());
    task.is_open() || (task.error.is_none() && task.data.is_none() && has_not_ended(task))
}

/// Whether looking again will not help.
pub(super) fn is_lasting(error: &Error) -> bool {
    !matches!(error.kind(), Kind::Throttled | Kind::Unavailable | Kind::Unreachable | Kind::TimedOut)
        && !matches!(error.kind(), Kind::NotFound | Kind::MalformedResponse)
}

/// How long the service wants to be left alone.
fn told(error: &Error) -> Duration {
    match (error.kind(), error.retry()) {
        (Kind::Throttled, Retry::After(milliseconds)) => Duration::from_millis(milliseconds),
        _ => Duration::ZERO,
    }
}

pub(super) fn unknown(task: &Task) -> Error {
    let message = format!("There is no machine action {:?}: check the identifier.", job_id(task));
    Error::new(Kind::NotFound, message)
}

pub(super) fn unfinished(client: &Client<'_>, task: &Task, trouble: Option<&Error>) -> Error {
    let clean = client.sanitizer();
    let id = clean.text(job_id(task));
    let mut message = match &task.record {
        Some(record) => {
            let status = clean.text(&record.text("status"));
            format!(
                "Machine action {id} had not ended in time (status {status:?}) and goes on: follow it with `waitForAction`, or cancel it."
            )
        }
        None => format!(
            "Machine action {id} did not show in time, and a new one may take {} s to do so: wait for it again, or check the identifier.",
            GRACE.as_secs()
        ),
    };
    if let Some(trouble) = trouble {
        message += &format!(" It could not be looked at: {}", trouble.message());
    }
    let shown = match &task.record {
        Some(record) => record.shown(&clean),
        None => object(&mut [("id", Value::from(id.as_str()))]),
    };
    let error = Error::new(Kind::Unfinished, message).with_retry(Retry::Unknown).with_detail("machineAction", shown);
    match trouble {
        Some(trouble) => error
            .with_status(trouble.status())
            .with_code(trouble.code().map(str::to_owned))
            .with_request_id(trouble.request_id().map(str::to_owned))
            .with_detail("cause", trouble.to_json()),
        None => error,
    }
}

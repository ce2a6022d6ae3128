//! What came of an operation: one answer for one machine, a record each for many.

use serde_json::Value;

use super::Task;
use crate::error::{Error, Kind, Retry};
use crate::json::to_text;
use crate::outcome::{Job, Outcome, Warning};
use crate::response::lenient_value;
use crate::text::join;

/// What came of the only task.
///
/// # Errors
///
/// It failed.
pub(crate) fn one(mut tasks: Vec<Task>) -> Result<Outcome, Error> {
    let task = tasks.pop().ok_or_else(|| Error::internal("an operation has no task"))?;
    if let Some(error) = task.error {
        return Err(error);
    }
    let job = job(&task);
    let data = task.data.or(task.record.map(|record| record.text));
    let data = data.ok_or_else(|| Error::internal("a task has no result"))?;
    Ok(Outcome { data, job, warnings: task.warnings })
}

/// What came of each task, in the order in which they were named.
///
/// # Errors
///
/// `action-failed` with the same `results` in its details, if any task failed.
pub(crate) fn many(tasks: Vec<Task>) -> Result<Outcome, Error> {
    let failed: Vec<&Error> =
        tasks.iter().filter_map(|task| done(&tasks, task).error.as_ref()).collect();
    if failed.is_empty() {
        let rows: Vec<String> = tasks
            .iter()
            .map(|task| row(task, done(&tasks, task), &data(done(&tasks, task))))
            .collect();
        let text = format!("{{\"results\":[{}]}}", join(&rows, ","));
        return Ok(Outcome { warnings: warnings(tasks), ..Outcome::of(text) });
    }
    let message = format!("{} of {} failed.", failed.len(), tasks.len());
    let retry = retry(&failed, tasks.len());
    let results = tasks.iter().map(|task| readable(task, done(&tasks, task))).collect();
    Err(Error::new(Kind::ActionFailed, message).with_retry(retry).with_detail("results", results))
}

/// The result of one machine as JSON text; `data` goes into it as it came.
fn row(task: &Task, done: &Task, data: &str) -> String {
    let target = to_text(&task.target);
    match &done.error {
        Some(error) => {
            format!(
                "{{\"target\":{target},\"status\":\"error\",\"error\":{}}}",
                to_text(&error.to_json())
            )
        }
        None => {
            let job = job(done).map_or(Value::Null, |job| job.to_json());
            let warnings: Vec<Value> = done.warnings.iter().map(Warning::to_json).collect();
            let (job, warnings) = (to_text(&job), to_text(&warnings));
            format!(
                "{{\"target\":{target},\"status\":\"ok\",\"data\":{data},\"job\":{job},\"warnings\":{warnings}}}"
            )
        }
    }
}

/// The same as a value. Data that cannot be a value (nested too deep) is given as its text.
fn readable(task: &Task, done: &Task) -> Value {
    let data = data(done);
    let whole = lenient_value(&row(task, done, &data));
    whole.or_else(|| lenient_value(&row(task, done, &to_text(&data)))).unwrap_or_default()
}

/// The warnings of every task, each with the `target` that it is about.
fn warnings(tasks: Vec<Task>) -> Vec<Warning> {
    let mut all = Vec::new();
    for task in tasks {
        for warning in task.warnings {
            all.push(warning.with_detail("target", task.target.clone()));
        }
    }
    all
}

pub(super) fn job(task: &Task) -> Option<Job> {
    let record = task.record.as_ref()?;
    Some(Job { id: record.id.clone(), state: record.state, adopted: task.adopted })
}

/// The task that did the work of another one, or its own.
pub(super) fn done<'t>(tasks: &'t [Task], task: &'t Task) -> &'t Task {
    task.same_as.and_then(|n| tasks.get(n)).unwrap_or(task)
}

pub(super) fn data(task: &Task) -> String {
    let record = || task.record.as_ref().map(|record| record.text.clone());
    task.data.clone().or_else(record).unwrap_or_else(|| "null".to_owned())
}

/// Repeating is safe only if nothing at all was done.
fn retry(failed: &[&Error], of: usize) -> Retry {
    let mut retry = if failed.len() == of { Retry::After(0) } else { Retry::Never };
    for error in failed {
        retry = match (retry, error.retry()) {
            (Retry::Unknown, _) | (_, Retry::Unknown) => Retry::Unknown,
            (Retry::After(longest), Retry::After(milliseconds)) => {
                Retry::After(longest.max(milliseconds))
            }
            _ => Retry::Never,
        };
    }
    retry
}

//! Results of an operation: one outcome for one machine, a record each for several.

use serde_json::Value;

use super::Task;
use crate::error::{Error, Kind, Retry};
use crate::json::to_text;
use crate::outcome::{Job, Outcome, Warning};
use crate::response::lenient_value;
use crate::text::join;

/// Returns the outcome of the only task.
///
/// # Errors
///
/// The task failed.
pub(crate) fn single_outcome(mut tasks: Vec<Task>) -> Result<Outcome, Error> {
    let task = tasks.pop().ok_or_else(|| Error::internal("an operation has no task"))?;
    if let Some(error) = task.error {
        return Err(error);
    }
    let job = job(&task);
    let data = task.data.or(task.record.map(|record| record.text));
    let data = data.ok_or_else(|| Error::internal("a task has no result"))?;
    Ok(Outcome { data, job, warnings: task.warnings })
}

/// Returns the outcome of all tasks, in the order in which the targets were named.
///
/// # Errors
///
/// `action-failed` with the same `results` in its details, if any task failed.
pub(crate) fn batch_outcome(tasks: Vec<Task>) -> Result<Outcome, Error> {
    let failed: Vec<&Error> =
        tasks.iter().filter_map(|task| worker(&tasks, task).error.as_ref()).collect();
    if failed.is_empty() {
        let rows: Vec<String> = tasks
            .iter()
            .map(|task| row(task, worker(&tasks, task), &data(worker(&tasks, task))))
            .collect();
        let text = format!("{{\"results\":[{}]}}", join(&rows, ","));
        return Ok(Outcome { warnings: warnings(tasks), ..Outcome::new(text) });
    }
    let message = format!("{} of {} failed.", failed.len(), tasks.len());
    let retry = retry(&failed, tasks.len());
    let results = tasks.iter().map(|task| readable(task, worker(&tasks, task))).collect();
    Err(Error::new(Kind::ActionFailed, message).with_retry(retry).with_detail("results", results))
}

/// Writes the result of one machine as JSON text; `data` is inserted unchanged.
fn row(task: &Task, worker: &Task, data: &str) -> String {
    let target = to_text(&task.target);
    match &worker.error {
        Some(error) => {
            format!(
                "{{\"target\":{target},\"status\":\"error\",\"error\":{}}}",
                to_text(&error.to_json())
            )
        }
        None => {
            let job = job(worker).map_or(Value::Null, |job| job.to_json());
            let warnings: Vec<Value> = worker.warnings.iter().map(Warning::to_json).collect();
            let (job, warnings) = (to_text(&job), to_text(&warnings));
            format!(
                "{{\"target\":{target},\"status\":\"ok\",\"data\":{data},\"job\":{job},\"warnings\":{warnings}}}"
            )
        }
    }
}

/// The same as a value. Data that is nested too deep is inserted as text.
fn readable(task: &Task, worker: &Task) -> Value {
    let data = data(worker);
    let whole = lenient_value(&row(task, worker, &data));
    whole.or_else(|| lenient_value(&row(task, worker, &to_text(&data)))).unwrap_or_default()
}

/// Collects the warnings of all tasks, each with its `target`.
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

/// Returns the task that does the work: itself, or the first one for the same machine.
pub(super) fn worker<'t>(tasks: &'t [Task], task: &'t Task) -> &'t Task {
    task.same_as.and_then(|n| tasks.get(n)).unwrap_or(task)
}

pub(super) fn data(task: &Task) -> String {
    let record = || task.record.as_ref().map(|record| record.text.clone());
    task.data.clone().or_else(record).unwrap_or_else(|| "null".to_owned())
}

/// A retry is safe only if nothing at all was done.
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

//! Errors for machine actions that have not ended in time, or do not exist.

use serde_json::Value;

use super::Task;
use crate::client::Client;
use crate::error::{Error, Kind, Retry};
use crate::json::object;

/// How long a new machine action may be missing from lists, in seconds.
pub(super) const GRACE: u64 = 120;

pub(super) fn unknown_job(task: &Task) -> Error {
    let message = format!("There is no machine action {:?}: check the ID.", task.job_id());
    Error::new(Kind::NotFound, message)
}

pub(super) fn unfinished_error(client: &Client<'_>, task: &Task, trouble: Option<&Error>) -> Error {
    let clean = client.sanitizer();
    let id = clean.text(task.job_id());
    let mut message = match &task.record {
        Some(record) => {
            let status = clean.text(&record.text("status"));
            format!(
                "Machine action {id} has not ended in time (status {status:?}) and continues: follow it with `waitForAction`, or cancel it."
            )
        }
        None => format!(
            "Machine action {id} did not appear in time; a new one may take {} s: wait for it again, or check the ID.",
            GRACE
        ),
    };
    if let Some(trouble) = trouble {
        message += &format!(" Its state could not be read: {}", trouble.message());
    }
    let summary = match &task.record {
        Some(record) => record.summary_json(&clean),
        None => object(&mut [("id", Value::from(id.as_str()))]),
    };
    let error = Error::new(Kind::Unfinished, message)
        .with_retry(Retry::Unknown)
        .with_detail("machineAction", summary);
    match trouble {
        Some(trouble) => error
            .with_status(trouble.status())
            .with_code(trouble.code().map(str::to_owned))
            .with_request_id(trouble.request_id().map(str::to_owned))
            .with_detail("cause", trouble.to_json()),
        None => error,
    }
}

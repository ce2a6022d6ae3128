//! The connector's test as an action, for hosts that only run actions.

use serde_json::Value;

use super::report::{self, Status};
use crate::client::Client;
use crate::error::Error;
use crate::json::{object, to_text};
use crate::outcome::Outcome;

pub(super) fn test_connector(client: &mut Client<'_>) -> Result<Outcome, Error> {
    let report = report::run_checks(client);
    let failed = report.steps.iter().find(|step| step.status == Status::Failed);
    if let Some(step) = failed {
        let error = step
            .error
            .clone()
            .unwrap_or_else(|| Error::internal("a check failed without an error"));
        return Err(error.with_detail("report", report.to_json()));
    }
    let passed = report.steps.iter().filter(|step| step.status == Status::Passed);
    let results: Vec<&str> = passed.map(|step| step.detail.as_str()).collect();
    Ok(Outcome::new(to_text(&object(&mut [
        ("results", Value::from(results)),
        ("report", report.to_json()),
    ]))))
}

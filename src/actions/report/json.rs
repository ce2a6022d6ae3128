//! The report as JSON.

use serde_json::Value;

use super::{Permission, Report, Status, Step};
use crate::json::object;

impl Report {
    /// Returns the report as JSON, with the contract's member names in camelCase.
    pub fn to_json(&self) -> Value {
        let status = |status| match status {
            Status::Passed => "passed",
            Status::Failed => "failed",
            Status::Skipped => "skipped",
        };
        let step = |step: &Step| {
            object(&mut [
                ("name", Value::from(step.name)),
                ("status", Value::from(status(step.status))),
                ("detail", Value::from(step.detail.as_str())),
                ("durationMs", Value::from(step.duration_ms)),
                ("code", Value::from(step.code.clone())),
                ("help", Value::from(step.help.clone())),
            ])
        };
        let permission = |row: &Permission| {
            object(&mut [
                ("action", Value::from(row.action)),
                ("granted", Value::from(row.granted)),
                ("missing", Value::from(row.missing.as_slice())),
            ])
        };
        object(&mut [
            ("passed", Value::from(self.passed())),
            ("steps", self.steps.iter().map(step).collect()),
            ("permissions", self.permissions.iter().map(permission).collect()),
            ("identity", self.identity.clone()),
        ])
    }
}

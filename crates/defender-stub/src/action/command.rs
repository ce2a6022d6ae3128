//! A command of a live response: its record, and its state at a given time.

use serde_json::{Value, json};
use time::OffsetDateTime;

use super::plan::Plan;
use super::results::Artifact;
use crate::clock::api_timestamp;
use crate::scenario::Ending;

/// A command of a live response.
#[derive(Debug)]
pub(crate) struct Command {
    /// `PutFile`, `RunScript` or `GetFile`.
    pub(crate) kind: String,
    /// Keys and values.
    pub(crate) params: Vec<(String, String)>,
    /// The reason for the failure, if any.
    pub(crate) error: Option<String>,
    /// The file it produces for download.
    pub(crate) artifact: Option<Artifact>,
    pub(crate) starts: Option<OffsetDateTime>,
    pub(crate) ends: Option<OffsetDateTime>,
}

impl Command {
    /// Spreads the commands over the action's running time. The first failure ends the action;
    /// later commands never start.
    pub(crate) fn schedule(commands: &mut [Self], plan: &mut Plan) {
        let (Some(starts), Some(ends), Ok(count)) =
            (plan.starts, plan.ends, i32::try_from(commands.len()))
        else {
            return;
        };
        if count == 0 || plan.ending == Ending::TimeOut {
            return;
        }
        let share = (ends - starts) / count;
        let mut at = starts;
        for (index, command) in commands.iter_mut().enumerate() {
            command.starts = Some(at);
            at += share;
            command.ends = Some(at);
            if plan.failing_command == Some(index) {
                command.error.get_or_insert_with(|| "The command failed".to_owned());
                plan.ends = Some(at);
                return;
            }
            if plan.result_is_lost {
                command.artifact = None;
            }
            // Commands that the scenario does not fail succeed.
            command.error = None;
        }
        plan.ends = Some(at);
    }

    /// Whether it has completed.
    pub(crate) fn is_over(&self, now: OffsetDateTime) -> bool {
        self.ends.is_some_and(|at| at <= now)
    }

    /// The commands as the API writes them.
    pub(crate) fn entities(commands: &[Self], now: OffsetDateTime) -> Vec<Value> {
        commands.iter().enumerate().map(|(index, command)| command.entity(index, now)).collect()
    }

    fn entity(&self, index: usize, now: OffsetDateTime) -> Value {
        let over = self.is_over(now);
        let status = match (&self.error, over) {
            (_, false) => "Created",
            (None, true) => "Completed",
            (Some(_), true) => "Failed",
        };
        let reached = |at: Option<OffsetDateTime>| at.filter(|at| *at <= now).map(api_timestamp);
        let params: Vec<Value> =
            self.params.iter().map(|(key, value)| json!({ "key": key, "value": value })).collect();
        json!({
            "index": index,
            "startTime": reached(self.starts),
            "endTime": reached(self.ends),
            "commandStatus": status,
            "errors": if over { self.error.iter().collect() } else { Vec::new() },
            "command": { "type": self.kind, "params": params },
        })
    }
}

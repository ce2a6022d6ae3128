//! The last line about a call that went well: what holds now, and the next command if something
//! goes on.

use std::time::Duration;

use host_harness::{JobState, Outcome};
use serde_json::Value;

use super::Watch;
use super::command_line::is_identifier;
use super::view::span;
use crate::blocking;
use crate::failure::Failure;
use crate::json;
use crate::known_actions;
use crate::style::clean_short;

impl Watch<'_> {
    /// What is so once the action has succeeded on a machine.
    fn done(&self, machine: &str, data: &Value) -> String {
        let action = &self.plan.action;
        let done = known_actions::row(action).map(|row| row.done).filter(|done| !done.is_empty());
        match done {
            Some(done) if data["scope"] == "Selective" => {
                format!("{machine} {done}, but for Outlook, Teams and Skype")
            }
            Some(done) => format!("{machine} {done}"),
            None => format!("{action}: succeeded on {machine}"),
        }
    }

    /// The outcome of a call that has changed something, if anything is to be said of it.
    fn changed<'o>(&self, ended: &'o Result<Outcome, Failure>) -> Option<&'o Outcome> {
        let is_silent = self.output.is_json() || self.watch.is_quiet();
        ended.as_ref().ok().filter(|_| self.plan.changes && !is_silent)
    }

    /// What is blocked or unblocked once a call has changed indicators.
    pub(crate) fn blocked(
        &self,
        ended: &Result<Outcome, Failure>,
        params: &str,
        unblocked: &[String],
    ) -> Option<String> {
        let outcome = self.changed(ended)?;
        blocking::closing(&self.plan.action, params, &outcome.data, unblocked)
    }

    /// How a call ended that has changed something, in a sentence; nothing for a read.
    pub(crate) fn closing(
        &self,
        ended: &Result<Outcome, Failure>,
        took: Option<Duration>,
    ) -> Option<String> {
        let outcome = self.changed(ended)?;
        let data = json::parse(&outcome.data).unwrap_or_default();
        if self.plan.is_many {
            let results = json::results_of(&data)?;
            let (all, has_jobs) = (results.len(), results.iter().any(|row| !row["job"].is_null()));
            let named = all + self.left_out;
            let is_earlier = |row: &Value| {
                row["job"]["adopted"] == true && !is_marked(&row["data"], &outcome.usage.call_id)
            };
            let is_started = |row: &&Value| {
                let state = &row["job"]["state"];
                !is_earlier(row) && (state == "pending" || state == "in-progress")
            };
            let started = results.iter().filter(is_started).count();
            let end = match started {
                0 if has_jobs && results.iter().all(is_earlier) => {
                    format!("{all} of {all}: earlier jobs do or did it; nothing was sent")
                }
                0 => format!("{all} of {named} succeeded"),
                _ => format!("{started} of {named} started; how they end was not waited for"),
            };
            return Some(format!("{}: {end}", self.plan.action));
        }
        let job = outcome.job.as_ref()?;
        let name = data["computerDnsName"].as_str().or(data["machineId"].as_str());
        let machine = clean_short(name.filter(|name| !name.is_empty()).unwrap_or("the machine"));
        Some(match job.state {
            JobState::Cancelled => format!("cancelled: job {} of {machine}", job.id),
            state if self.plan.cancels => {
                let state = json::job_state(state);
                format!("{machine}: the service accepted the cancellation; the job is {state}")
            }
            JobState::Succeeded if job.adopted && is_marked(&data, &outcome.usage.call_id) => {
                let done = self.done(&machine, &data);
                format!("{done}; the response was lost, and its job was found by its mark")
            }
            JobState::Succeeded if job.adopted => {
                format!("{}; an earlier job did it", self.done(&machine, &data))
            }
            JobState::Succeeded => {
                let took = took.map(|took| format!(" ({})", span(took))).unwrap_or_default();
                format!("{}{took}", self.done(&machine, &data))
            }
            state @ (JobState::Pending | JobState::InProgress) => {
                let state = json::job_state(state);
                let goes_on = format!("{}: {machine} is {state}; it goes on", self.plan.action);
                let id = Some(job.id.as_str()).filter(|id| is_identifier(id));
                match id.and_then(|id| self.command_line.wait(&[id], &self.plan)) {
                    Some(command) => format!("{goes_on}. To wait:\n  {command}"),
                    None => goes_on,
                }
            }
            state => format!("{}: {machine} is {}", self.plan.action, json::job_state(state)),
        })
    }
}

/// Whether a job is the call's own: its comment begins with the call's mark. The service may have
/// changed the brackets around it.
fn is_marked(job: &Value, call_id: &str) -> bool {
    let mark = call_id.get(..8).map(|id| format!("op:{id}"));
    let comment = job["requestorComment"].as_str().unwrap_or_default();
    mark.is_some_and(|mark| comment.contains(&mark))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_job_is_the_call_s_own_by_its_mark_alone() {
        let is_own = |comment: &str| {
            is_marked(
                &json!({ "requestorComment": comment }),
                "1a2b3c4d-0000-4000-8000-000000000000",
            )
        };
        assert!(is_own("[op:1a2b3c4d] c") && is_own("[op:1a2b3c4d/2] c"));
        assert!(is_own("&#91;op:1a2b3c4d&#93; c"));
        assert!(!is_own("[op:1a2b3c4e] c") && !is_own("c") && !is_own(""));
        assert!(!is_marked(&json!({ "requestorComment": "[op:] c" }), ""));
    }
}

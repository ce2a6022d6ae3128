//! The last line about a call that went well: what holds now, and the next command if something
//! goes on.

use std::time::Duration;

use host_harness::{JobState, Outcome};

use super::Watch;
use super::command_line::is_identifier;
use super::view::span;
use crate::failure::Failure;
use crate::json;
use crate::sentences;
use crate::style::clean_short;

impl Watch<'_> {
    /// How a call ended that has changed something, in a sentence; nothing for a read.
    pub(crate) fn closing(
        &self,
        ended: &Result<Outcome, Failure>,
        took: Duration,
    ) -> Option<String> {
        let outcome = ended.as_ref().ok().filter(|_| self.plan.changes)?;
        if self.output.is_json() || self.watch.is_quiet() {
            return None;
        }
        let data = json::parse(&outcome.data).unwrap_or_default();
        if self.plan.is_many {
            let results = json::results_of(&data)?;
            let (all, has_jobs) = (results.len(), results.iter().any(|row| !row["job"].is_null()));
            let end = if has_jobs && !self.plan.waits {
                "started; how they end was not waited for"
            } else {
                "succeeded"
            };
            return Some(format!("{}: {all} of {all} {end}", self.plan.action));
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
            JobState::Succeeded if job.adopted => {
                format!("{machine} {}; an earlier job did it", sentences::done(&self.plan.action))
            }
            JobState::Succeeded => {
                format!("{machine} {} ({})", sentences::done(&self.plan.action), span(took))
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

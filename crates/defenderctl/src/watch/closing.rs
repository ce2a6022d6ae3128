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
            let all = json::results_of(&data)?.len();
            let waited = if self.plan.waits { "succeeded" } else { "were sent" };
            return Some(format!("{}: {all} of {all} {waited}", self.plan.action));
        }
        let job = outcome.job.as_ref()?;
        let name = data["computerDnsName"].as_str().or(data["machineId"].as_str());
        let machine = clean_short(name.filter(|name| !name.is_empty()).unwrap_or("the machine"));
        Some(match job.state {
            JobState::Succeeded if job.adopted => {
                format!("{machine} {}; an earlier job did it", sentences::done(&self.plan.action))
            }
            JobState::Succeeded => {
                format!("{machine} {} ({})", sentences::done(&self.plan.action), span(took))
            }
            JobState::Cancelled => format!("cancelled: job {} of {machine}", job.id),
            state => {
                let state = json::job_state(state);
                let goes_on = format!("{}: {machine} is {state}; it goes on", self.plan.action);
                let id = Some(job.id.as_str()).filter(|id| is_identifier(id));
                match id.and_then(|id| self.command_line.wait(&[id], &self.plan)) {
                    Some(command) => format!("{goes_on}. To wait:\n  {command}"),
                    None => goes_on,
                }
            }
        })
    }
}

//! Concludes targets after a step, and the operation once all have ended.

use super::{Next, Operation, Work};
use crate::actions::{Action, JobType, Route};
use crate::client::Client;
use crate::error::Error;
use crate::operation::unfinished::unfinished_error;
use crate::operation::{Task, cancel, conclude, results, reversal};
use crate::outcome::Outcome;
use crate::request;
use crate::response::RequestedJob;

/// Minimum seconds between two polls, after five minutes and after an hour.
const POLLS: [(u64, u64); 2] = [(300, 60), (3600, 300)];

/// Concludes the targets that have just ended, and ends the operation if nothing is left to do.
/// With `is_over`, unfinished jobs fail.
pub(super) fn settle(client: &mut Client<'_>, operation: &mut Operation, is_over: bool) {
    for n in (0..operation.tasks.len()).filter(|_| is_over) {
        if operation.is_followed(&operation.tasks[n]) {
            let error = unfinished_error(client, &operation.tasks[n], operation.trouble.as_ref());
            operation.tasks[n].error = Some(error);
        }
    }
    let (action, work, follows) = (operation.action, operation.work(), operation.follows());
    let (finishes, is_in_one_call) = (follows && operation.finishes, operation.is_in_one_call());
    for task in &mut operation.tasks {
        task.ended_now = !task.is_settled && has_ended(task, follows);
        task.is_settled |= task.ended_now;
        let made = match work {
            _ if !task.ended_now => continue,
            Work::Jobs(route, job_type) => {
                verify(client, action, route, task, job_type);
                let finish = job_type.finish.filter(|_| finishes);
                conclude::conclude(client, task, finish, is_over || is_in_one_call)
            }
            Work::Wait => {
                task.adopted = true;
                conclude::conclude(client, task, None, true)
            }
            Work::Cancellation(_) => {
                cancel::conclude(client, task);
                continue;
            }
            Work::Records(_) | Work::Change | Work::Read => continue,
        };
        if let Err(error) = made {
            // The output could not be read now: the next poll tries again.
            (task.ended_now, task.is_settled) = (false, false);
            operation.pause = operation.pause.max(super::poll::retry_delay_ms(&error));
            operation.trouble = Some(error);
        }
    }
    operation.has_ended =
        operation.tasks.iter().all(|task| task.is_settled || task.same_as.is_some());
    if let Work::Jobs(_, job_type) = work {
        // Within one call, all targets are checked together.
        let is_due = operation.has_ended || !is_in_one_call;
        let news =
            operation.tasks.iter_mut().filter(|task| is_due && (task.ended_now || is_in_one_call));
        reversal::warn_of_reversal(client, news, job_type);
    }
}

/// Compares the machine action with the request; its latest record counts.
fn verify(
    client: &Client<'_>,
    action: &'static Action,
    route: &Route,
    task: &mut Task,
    job_type: &JobType,
) {
    match request::build(action, route, &task.params) {
        Ok(request) => {
            let machine = task.machine().to_owned();
            let wanted =
                RequestedJob { kind: job_type.kind, machine: &machine, body: &request.json };
            task.verify(&wanted, &client.sanitizer());
        }
        Err(error) => task.error = task.error.take().or(Some(error)),
    }
}

/// Whether there is nothing left to do for it.
fn has_ended(task: &Task, follows: bool) -> bool {
    let job_has_ended = |task: &Task| {
        task.record.as_ref().is_some_and(|record| record.state.is_final() || !follows)
    };
    task.same_as.is_none()
        && task.doubt.is_none()
        && (task.error.is_some() || task.data.is_some() || job_has_ended(task))
}

impl Operation {
    /// Returns the outcome. If the host saw each of several targets end, the results contain
    /// targets, states, jobs and errors only: the data was returned by the step in which each
    /// ended.
    pub(super) fn conclude(&mut self) -> Result<Outcome, Error> {
        let mut tasks = std::mem::take(&mut self.tasks);
        if !self.is_many {
            return results::single_outcome(tasks);
        }
        for task in tasks.iter_mut().filter(|_| !self.is_in_one_call()) {
            task.data = Some("null".to_owned());
        }
        results::batch_outcome(tasks)
    }

    /// Seconds until unfinished jobs fail.
    pub(super) fn remaining_seconds(&self, now: u64) -> u64 {
        let timeout = self
            .params
            .object("wait")
            .and_then(|wait| wait.integer("timeoutSeconds"))
            .unwrap_or(300);
        (self.sent_at + timeout).saturating_sub(now)
    }

    /// How long to wait before the next step, in milliseconds.
    pub(super) fn wait_ms(&self, now: u64) -> u64 {
        let seconds = match self.next() {
            Next::None | Next::Send => 0,
            Next::Look => {
                let doubts = self
                    .tasks
                    .iter()
                    .filter_map(|task| Some(task.doubt.as_ref()?.wait(now, self.search_seconds())));
                let poll = (self.follows() && self.tasks.iter().any(|task| self.is_followed(task)))
                    .then(|| self.poll(now));
                doubts.chain(poll).min().unwrap_or_default()
            }
        };
        self.pause.max(seconds * 1000)
    }

    fn poll(&self, now: u64) -> u64 {
        // A job that is only known by its ID may have ended long ago.
        if matches!(self.work(), Work::Wait) && !self.has_looked && self.trouble.is_none() {
            return 0;
        }
        let poll =
            self.params.object("wait").and_then(|wait| wait.integer("pollSeconds")).unwrap_or(5);
        let age = now.saturating_sub(self.sent_at);
        let least = POLLS
            .iter()
            .filter(|(after, _)| age >= *after)
            .map(|(_, poll)| *poll)
            .max()
            .unwrap_or_default();
        poll.max(least).min(self.remaining_seconds(now).max(1))
    }
}

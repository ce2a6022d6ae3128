//! What the targets have come to after a step, and whether the operation has ended.

use super::{Next, Operation, Work};
use crate::client::Client;
use crate::error::Error;
use crate::operation::end::end_in_step;
use crate::operation::follow::unfinished;
use crate::operation::{Task, cancel, end, many, one, undone, verify};
use crate::outcome::Outcome;

/// Shortest time between two looks after five minutes, and after an hour, in seconds.
const POLLS: [(u64, u64); 2] = [(300, 60), (3600, 300)];

/// Says what has newly ended, and ends the operation if nothing is left to do.
pub(super) fn settle(client: &mut Client<'_>, operation: &mut Operation, has_looked: bool) {
    let is_over = has_looked && operation.time_left(client.now().as_secs()) == 0;
    if let Work::Jobs(route, started) = operation.work()
        && let Err(error) = verify(client, operation.action, route, &mut operation.tasks, started)
    {
        operation.trouble = Some(error);
    }
    for n in (0..operation.tasks.len()).filter(|_| is_over) {
        if operation.is_followed(&operation.tasks[n]) {
            let error = unfinished(client, &operation.tasks[n], operation.trouble.as_ref());
            operation.tasks[n].error = Some(error);
        }
    }
    let follows = operation.follows();
    for task in &mut operation.tasks {
        task.is_news = !task.is_settled && has_ended(task, follows);
        task.is_settled |= task.is_news;
    }
    match operation.work() {
        Work::Jobs(_, started) => {
            undone::warn(client, &mut operation.tasks, started);
            let finish = started.finish.filter(|_| follows);
            for task in operation.tasks.iter_mut().filter(|task| task.is_news) {
                if let Err(error) = end_in_step(client, task, finish, is_over) {
                    // What it left could not be read now: the next look tries again.
                    (task.is_news, task.is_settled) = (false, false);
                    operation.pause = operation.pause.max(super::look::told(&error));
                    operation.trouble = Some(error);
                }
            }
        }
        Work::Wait => {
            for task in operation.tasks.iter_mut().filter(|task| task.is_news) {
                task.adopted = true;
                end(client, task, None);
            }
        }
        Work::Cancellation(_) => {
            operation.tasks.iter_mut().filter(|task| task.is_news).for_each(|task| cancel::end(client, task));
        }
        Work::Records(_) | Work::Change | Work::Read => {}
    }
    operation.digest();
    if operation.tasks.iter().all(|task| task.is_settled || task.same_as.is_some()) {
        operation.has_ended = true;
        operation.outcome = Some(operation.conclude());
    }
}

/// Whether nothing more is to be done for it.
fn has_ended(task: &Task, follows: bool) -> bool {
    let job_has_ended = |task: &Task| task.record.as_ref().is_some_and(|record| record.state.is_final() || !follows);
    task.same_as.is_none()
        && task.doubt.is_none()
        && (task.error.is_some() || task.data.is_some() || job_has_ended(task))
}

impl Operation {
    /// How it ended. Of many targets the results name targets, states, jobs and errors: each one's data was given by the step in which it ended.
    fn conclude(&self) -> Result<Outcome, Error> {
        let mut tasks: Vec<Task> = self.tasks.clone();
        if !self.is_many {
            return one(tasks);
        }
        for task in &mut tasks {
            task.data = Some("null".to_owned());
        }
        many(tasks)
    }

    /// Seconds until what is followed counts as unfinished.
    fn time_left(&self, now: u64) -> u64 {
        let timeout = self.params.object("wait").and_then(|wait| wait.integer("timeoutSeconds")).unwrap_or(300);
        (self.sent_at + timeout).saturating_sub(now)
    }

    /// How long to wait before the next step, in milliseconds.
    pub(super) fn wait_ms(&self, now: u64) -> u64 {
        let seconds = match self.next() {
            Next::None | Next::Send => 0,
            Next::Look => {
                let doubts = self.tasks.iter().filter_map(|task| Some(task.doubt.as_ref()?.wait(now)));
                let poll =
                    (self.follows() && self.tasks.iter().any(|task| self.is_followed(task))).then(|| self.poll(now));
                doubts.chain(poll).min().unwrap_or_default()
            }
        };
        self.pause.max(seconds * 1000)
    }

    fn poll(&self, now: u64) -> u64 {
        // What is known by its identifier alone may have ended long ago.
        if matches!(self.work(), Work::Wait) && !self.has_looked && self.trouble.is_none() {
            return 0;
        }
        let poll = self.params.object("wait").and_then(|wait| wait.integer("pollSeconds")).unwrap_or(5);
        let age = now.saturating_sub(self.sent_at);
        let least = POLLS.iter().filter(|(after, _)| age >= *after).map(|(_, poll)| *poll).max().unwrap_or_default();
        poll.max(least).min(self.time_left(now).max(1))
    }
}

//! What the targets have come to after a step, and whether the operation has ended.

use super::{Next, Operation, Work};
use crate::actions::{Action, Route, Started};
use crate::client::Client;
use crate::error::Error;
use crate::operation::unfinished::unfinished;
use crate::operation::{Task, cancel, conclude, results, reversal};
use crate::outcome::Outcome;
use crate::request;
use crate::response::Wanted;

/// Shortest time between two looks after five minutes, and after an hour, in seconds.
const POLLS: [(u64, u64); 2] = [(300, 60), (3600, 300)];

/// Says what has newly ended, and ends the operation if nothing is left to do. What is followed
/// ends anyway if its time is over.
pub(super) fn settle(client: &mut Client<'_>, operation: &mut Operation, is_over: bool) {
    for n in (0..operation.tasks.len()).filter(|_| is_over) {
        if operation.is_followed(&operation.tasks[n]) {
            let error = unfinished(client, &operation.tasks[n], operation.trouble.as_ref());
            operation.tasks[n].error = Some(error);
        }
    }
    let (action, work, follows) = (operation.action, operation.work(), operation.follows());
    let (finishes, is_in_one_call) = (follows && operation.finishes, operation.is_in_one_call());
    for task in &mut operation.tasks {
        task.is_news = !task.is_settled && has_ended(task, follows);
        task.is_settled |= task.is_news;
        let made = match work {
            _ if !task.is_news => continue,
            Work::Jobs(route, started) => {
                verify(client, action, route, task, started);
                let finish = started.finish.filter(|_| finishes);
                conclude::end(client, task, finish, is_over || is_in_one_call)
            }
            Work::Wait => {
                task.adopted = true;
                conclude::end(client, task, None, true)
            }
            Work::Cancellation(_) => {
                cancel::end(client, task);
                continue;
            }
            Work::Records(_) | Work::Change | Work::Read => continue,
        };
        if let Err(error) = made {
            // What it left could not be read now: the next look tries again.
            (task.is_news, task.is_settled) = (false, false);
            operation.pause = operation.pause.max(super::poll::told(&error));
            operation.trouble = Some(error);
        }
    }
    operation.has_ended =
        operation.tasks.iter().all(|task| task.is_settled || task.same_as.is_some());
    if let Work::Jobs(_, started) = work {
        // Within one call everything is looked at together.
        let is_due = operation.has_ended || !is_in_one_call;
        let news =
            operation.tasks.iter_mut().filter(|task| is_due && (task.is_news || is_in_one_call));
        reversal::warn(client, news, started);
    }
}

/// Compares the machine action with what was asked for: what counts is the record that is there
/// now.
fn verify(
    client: &Client<'_>,
    action: &'static Action,
    route: &Route,
    task: &mut Task,
    started: &Started,
) {
    match request::build(action, route, &task.params) {
        Ok(request) => {
            let machine = task.machine().to_owned();
            let wanted = Wanted { kind: started.kind, machine: &machine, body: &request.json };
            task.verify(&wanted, &client.sanitizer());
        }
        Err(error) => task.error = task.error.take().or(Some(error)),
    }
}

/// Whether nothing more is to be done for it.
fn has_ended(task: &Task, follows: bool) -> bool {
    let job_has_ended = |task: &Task| {
        task.record.as_ref().is_some_and(|record| record.state.is_final() || !follows)
    };
    task.same_as.is_none()
        && task.doubt.is_none()
        && (task.error.is_some() || task.data.is_some() || job_has_ended(task))
}

impl Operation {
    /// How it ended. Of many targets of which the host was shown each the results name targets,
    /// states, jobs and errors: each one's data was given by the step in which it ended.
    pub(super) fn conclude(&mut self) -> Result<Outcome, Error> {
        let mut tasks = std::mem::take(&mut self.tasks);
        if !self.is_many {
            return results::one(tasks);
        }
        for task in tasks.iter_mut().filter(|_| !self.is_in_one_call()) {
            task.data = Some("null".to_owned());
        }
        results::many(tasks)
    }

    /// Seconds until what is followed counts as unfinished.
    pub(super) fn time_left(&self, now: u64) -> u64 {
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
                    .filter_map(|task| Some(task.doubt.as_ref()?.wait(now, self.doubts_for())));
                let poll = (self.follows() && self.tasks.iter().any(|task| self.is_followed(task)))
                    .then(|| self.poll(now));
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
        let poll =
            self.params.object("wait").and_then(|wait| wait.integer("pollSeconds")).unwrap_or(5);
        let age = now.saturating_sub(self.sent_at);
        let least = POLLS
            .iter()
            .filter(|(after, _)| age >= *after)
            .map(|(_, poll)| *poll)
            .max()
            .unwrap_or_default();
        poll.max(least).min(self.time_left(now).max(1))
    }
}

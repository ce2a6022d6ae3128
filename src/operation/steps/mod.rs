//! Operations step by step: the host owns the state (the contract's interface `operations`).
//!
//! [`plan`] creates the first checkpoint. `send` takes the step that changes something, `poll` the
//! steps that read, for many operations at once; `doubt` searches for requests that may have been
//! sent; `settle` concludes targets and operation. `checkpoint` writes and reads the state, and
//! [`Progress`] is what the host gets to see.
//!
//! A step never sleeps: waiting times are returned as `wait_ms`.

mod plan;
mod run;

mod poll;
mod send;

mod doubt;
mod search;

mod checkpoint;
mod progress;
mod settle;

use super::doubt::Doubt;
use super::reference::with_operation_mark;
use super::{Task, is_global};
use crate::actions::{Action, JobType, ResponseBody, Route, Run};
use crate::client::Client;
use crate::error::{Error, Kind};
use crate::schema::Params;

pub(crate) use plan::plan;
pub use progress::{Next, Progress, Target, TargetState};
pub(crate) use run::execute;

/// An operation between two steps.
#[derive(Debug)]
pub(crate) struct Operation {
    /// Eight hexadecimal digits, in the comment of each job that it starts; empty if it runs within
    /// one call.
    id: String,
    /// The call that planned it: steps of this operation alone carry its ID.
    call_id: Option<[u8; 16]>,
    action: &'static Action,
    /// The parameters without the targets.
    params: Params,
    tasks: Vec<Task>,
    /// Whether the outcome is a list, whatever its length.
    is_many: bool,
    /// When the last request that changes something was sent, or else when the operation was
    /// planned: Unix time in seconds.
    sent_at: u64,
    /// The service's clock when the checkpoint was written, if known: Unix time in seconds.
    service_time: Option<u64>,
    /// When a poll first succeeded, by the service's clock: Unix time in seconds.
    looked_at: Option<u64>,
    /// How long the service or our rate limiter asks to wait before the next request, in
    /// milliseconds.
    pause: u64,
    /// How often in a row the next request was not carried out.
    attempts: u32,
    /// Whether a poll has succeeded.
    has_looked: bool,
    /// Why the last step brought no news.
    trouble: Option<Error>,
    /// Whether script arguments have been replaced by their digests.
    is_digested: bool,
    /// Whether to fetch the output of jobs.
    finishes: bool,
    /// Whether it has ended.
    has_ended: bool,
}

/// What an operation consists of.
enum Work {
    /// A job on each machine.
    Jobs(&'static Route, &'static JobType),
    /// A change of each machine's record.
    Records(&'static Route),
    /// The cancellation of a job.
    Cancellation(&'static Route),
    /// Waiting for existing jobs.
    Wait,
    /// One call of the action, which changes something.
    Change,
    /// One call of the action, which reads.
    Read,
}

impl Operation {
    /// Creates an operation that has not been planned.
    fn new(client: &Client<'_>, action: &'static Action, params: &Params) -> Self {
        Self {
            id: String::new(),
            call_id: Some(client.usage.call_id),
            action,
            params: params.clone(),
            tasks: Vec::new(),
            is_many: false,
            sent_at: client.now().as_secs(),
            service_time: None,
            looked_at: None,
            pause: 0,
            attempts: 0,
            has_looked: false,
            trouble: None,
            is_digested: false,
            finishes: true,
            has_ended: false,
        }
    }

    /// Whether it runs within one call, which waits by itself and shows no intermediate results.
    fn is_in_one_call(&self) -> bool {
        self.id.is_empty()
    }

    /// The parameters of a target's request: its machine, and its mark in the comment if a host
    /// drives the steps.
    fn for_target(&self, params: &Params, target: usize, machine: &str) -> Params {
        let params = params.with("id", machine);
        match params.text("comment") {
            Some(comment) if !self.is_in_one_call() => {
                let comment = with_operation_mark(comment, &self.id, target);
                params.with("comment", comment)
            }
            _ => params,
        }
    }

    fn work(&self) -> Work {
        match &self.action.run {
            Run::Operation(route) => match &route.response {
                ResponseBody::Job(job_type) => Work::Jobs(route, job_type),
                ResponseBody::CancelledJob => Work::Cancellation(route),
                _ => Work::Records(route),
            },
            Run::Wait => Work::Wait,
            Run::Route(_) | Run::Custom(_)
                if self.action.effect == crate::actions::Effect::Read =>
            {
                Work::Read
            }
            Run::Route(_) | Run::Custom(_) => Work::Change,
        }
    }

    /// What the next step does.
    fn next(&self) -> Next {
        // A failure that would affect the next target too holds it back.
        let is_blocking =
            |task: &Task| task.doubt.as_ref().is_some_and(|doubt| is_global(&doubt.error));
        match self.work() {
            _ if self.has_ended => Next::None,
            _ if self.tasks.iter().any(is_blocking) => Next::Look,
            Work::Jobs(..) | Work::Records(_) | Work::Cancellation(_) | Work::Change
                if self.tasks.iter().any(Task::is_open) =>
            {
                Next::Send
            }
            _ => Next::Look,
        }
    }

    /// Whether this target's job is followed and has not ended.
    fn is_followed(&self, task: &Task) -> bool {
        let may_go_on = match &task.record {
            Some(record) => !record.state.is_final(),
            None => matches!(self.work(), Work::Wait),
        };
        self.follows()
            && may_go_on
            && task.same_as.is_none()
            && task.doubt.is_none()
            && !task.is_settled
            && task.error.is_none()
    }

    /// Whether jobs are followed to their end.
    fn follows(&self) -> bool {
        matches!(self.work(), Work::Wait) || self.params.value("wait").is_some()
    }
}

/// Takes one step of each operation: any number whose next step is a look, or exactly one whose
/// next step is a send.
///
/// An error means that the checkpoint was not used and nothing was sent.
pub(crate) fn advance(
    client: &mut Client<'_>,
    checkpoints: &[String],
) -> Vec<Result<Progress, Error>> {
    client.never_wait();
    let mut read: Vec<Result<Operation, Error>> =
        checkpoints.iter().map(|text| read_checkpoint(client, text)).collect();
    let sends = read.iter().flatten().filter(|operation| operation.next() == Next::Send).count();
    let is_twice = (1..checkpoints.len()).any(|n| checkpoints[..n].contains(&checkpoints[n]));
    if is_twice || (sends > 0 && checkpoints.len() > 1) {
        let problem = match is_twice {
            true => "the list contains a checkpoint twice",
            false => "a checkpoint whose next step is a send must be advanced alone",
        };
        return checkpoints.iter().map(|_| Err(refuse(problem))).collect();
    }
    if let [Ok(Operation { call_id: Some(call_id), .. })] = &read[..] {
        client.continue_call(*call_id);
    }
    let mut operations: Vec<&mut Operation> = read.iter_mut().flatten().collect();
    let mut usages = match &mut operations[..] {
        [operation] if operation.next() == Next::Send => {
            vec![client.metered(|client| send::send(client, operation)).1]
        }
        looks => poll::poll(client, looks),
    }
    .into_iter();
    read.into_iter()
        .map(|read| {
            read.map(|operation| operation.into_progress(client, usages.next().unwrap_or_default()))
        })
        .collect()
}

/// Continues from a checkpoint that may or may not have been advanced already.
///
/// # Errors
///
/// The same as [`advance`].
pub(crate) fn recover(client: &mut Client<'_>, checkpoint: &str) -> Result<Progress, Error> {
    client.never_wait();
    let mut operation = read_checkpoint(client, checkpoint)?;
    operation.call_id.into_iter().for_each(|call_id| client.continue_call(call_id));
    if operation.next() != Next::Send {
        let usage = poll::poll(client, &mut [&mut operation]).pop().unwrap_or_default();
        return Ok(operation.into_progress(client, usage));
    }
    let now = client.now().as_secs();
    if let Some(task) = operation.tasks.iter_mut().find(|task| task.is_open()) {
        task.doubt = Some(Doubt::interrupted(now, operation.action.name));
    }
    (operation.pause, operation.trouble) = (0, None);
    settle::settle(client, &mut operation, false);
    Ok(operation.into_progress(client, Default::default()))
}

/// Reads the operation from a checkpoint.
///
/// The host that wrote it may have had a clock ahead of this one's: times in the future are
/// replaced by now, or the operation would be followed for as long as the clocks differ.
fn read_checkpoint(client: &Client<'_>, text: &str) -> Result<Operation, Error> {
    let now = client.now().as_secs();
    let mut operation = checkpoint::read(client.settings, text)?;
    operation.sent_at = operation.sent_at.min(now);
    for doubt in operation.tasks.iter_mut().filter_map(|task| task.doubt.as_mut()) {
        doubt.since = doubt.since.min(now);
    }
    Ok(operation)
}

/// Error for a checkpoint, or a list of them, that cannot be used.
fn refuse(problem: &str) -> Error {
    Error::new(Kind::InvalidParams, format!("Nothing was sent: {problem}."))
}

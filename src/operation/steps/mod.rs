//! Operations step by step: the state of one is a value that the host owns (the contract's
//! interface `operations`).
//!
//! [`plan`] makes the first checkpoint. `send` takes the step that changes something, `look` the
//! steps that read, for many operations at once; `doubt` searches for what may have been sent;
//! `settle` says what a target has come to and whether all have. `checkpoint` writes the state down
//! and reads it back, [`Progress`] is what the host is shown of it.
//!
//! A step never sleeps: what would have to be waited for comes back as `wait_ms`.

mod checkpoint;
mod doubt;
mod plan;
mod poll;
mod progress;
mod run;
mod search;
mod send;
mod settle;

use super::{Task, is_general};
use crate::actions::{Action, Answer, Route, Run, Started};
use crate::client::Client;
use crate::error::{Error, Kind};
use crate::schema::Input;

pub(crate) use doubt::Doubt;
pub(crate) use plan::plan;
pub use progress::{Next, Progress, Target, TargetState};
pub(crate) use run::execute;

/// An operation between two steps.
#[derive(Debug)]
pub(crate) struct Operation {
    /// Eight hexadecimal digits, in the comment of each job that it starts; empty if all of it is
    /// done in one call.
    id: String,
    /// The call that planned it: steps that are about this operation alone carry its ID.
    call_id: Option<[u8; 16]>,
    action: &'static Action,
    /// The parameters, but for what names the targets.
    params: Input,
    tasks: Vec<Task>,
    /// Whether the outcome is a list, whatever its length.
    is_many: bool,
    /// When the last request that changes something went out, or else when the operation was
    /// planned: Unix time in seconds.
    sent_at: u64,
    /// The service's clock when the checkpoint was made, if a response gave it: Unix time in
    /// seconds.
    service_time: Option<u64>,
    /// When a look first told something of the jobs of others, by the service's clock: Unix time in
    /// seconds.
    looked_at: Option<u64>,
    /// How long to wait before the next request, as the service or our own budget wants it, in
    /// milliseconds.
    pause: u64,
    /// How often in a row the next request was not carried out.
    attempts: u32,
    /// Whether a look has told something.
    has_looked: bool,
    /// Why the last step told nothing.
    trouble: Option<Error>,
    /// Whether the arguments of scripts have been replaced by their digests.
    is_digested: bool,
    /// Whether what a job left is brought back.
    finishes: bool,
    /// Whether it has ended.
    has_ended: bool,
}

/// What an operation consists of.
enum Work {
    /// A job on each machine.
    Jobs(&'static Route, &'static Started),
    /// A change of each machine's record.
    Records(&'static Route),
    /// The cancellation of a job.
    Cancellation(&'static Route),
    /// Following jobs that are there already.
    Wait,
    /// One call of the action, which changes something.
    Change,
    /// One call of the action, which reads.
    Read,
}

impl Operation {
    /// One that was not planned yet.
    fn new(client: &Client<'_>, action: &'static Action, params: &Input) -> Self {
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

    /// Whether all of it is done in one call, which waits by itself and has no host that is shown
    /// what each step yields.
    fn is_in_one_call(&self) -> bool {
        self.id.is_empty()
    }

    fn work(&self) -> Work {
        match &self.action.run {
            Run::Operation(route) => match &route.answer {
                Answer::Started(started) => Work::Jobs(route, started),
                Answer::Cancelled => Work::Cancellation(route),
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
        // A failure that will meet the next target too holds it back.
        let holds_back =
            |task: &Task| task.doubt.as_ref().is_some_and(|doubt| is_general(&doubt.error));
        match self.work() {
            _ if self.has_ended => Next::None,
            _ if self.tasks.iter().any(holds_back) => Next::Look,
            Work::Jobs(..) | Work::Records(_) | Work::Cancellation(_) | Work::Change
                if self.tasks.iter().any(Task::is_open) =>
            {
                Next::Send
            }
            _ => Next::Look,
        }
    }

    /// Whether a job of this target is followed and has not ended.
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

/// Takes one step with each: any number of which the next one is a look, or exactly one of which it
/// is a send.
///
/// An error means that this checkpoint was not used, and that nothing was sent.
pub(crate) fn advance(
    client: &mut Client<'_>,
    checkpoints: &[String],
) -> Vec<Result<Progress, Error>> {
    client.go_stepwise();
    let mut read: Vec<Result<Operation, Error>> =
        checkpoints.iter().map(|text| read(client, text)).collect();
    let sends = read.iter().flatten().filter(|operation| operation.next() == Next::Send).count();
    let is_twice = (1..checkpoints.len()).any(|n| checkpoints[..n].contains(&checkpoints[n]));
    if is_twice || (sends > 0 && checkpoints.len() > 1) {
        let problem = match is_twice {
            true => "the list has a checkpoint twice",
            false => {
                "a checkpoint whose next step is a send is advanced alone, and the list has others"
            }
        };
        return checkpoints.iter().map(|_| Err(refused(problem))).collect();
    }
    if let [Ok(Operation { call_id: Some(call_id), .. })] = &read[..] {
        client.continue_call(*call_id);
    }
    let mut operations: Vec<&mut Operation> = read.iter_mut().flatten().collect();
    let mut usages = match &mut operations[..] {
        [operation] if operation.next() == Next::Send => {
            vec![client.metered(|client| send::send(client, operation)).1]
        }
        looks => poll::look(client, looks),
    }
    .into_iter();
    read.into_iter()
        .map(|read| {
            read.map(|operation| operation.into_progress(client, usages.next().unwrap_or_default()))
        })
        .collect()
}

/// Goes on from a checkpoint of which it is not known whether it was advanced.
///
/// # Errors
///
/// As [`advance`] gives them.
pub(crate) fn recover(client: &mut Client<'_>, checkpoint: &str) -> Result<Progress, Error> {
    client.go_stepwise();
    let mut operation = read(client, checkpoint)?;
    operation.call_id.into_iter().for_each(|call_id| client.continue_call(call_id));
    if operation.next() != Next::Send {
        let usage = poll::look(client, &mut [&mut operation]).pop().unwrap_or_default();
        return Ok(operation.into_progress(client, usage));
    }
    let now = client.now().as_secs();
    if let Some(task) = operation.tasks.iter_mut().find(|task| task.is_open()) {
        task.doubt = Some(doubt::Doubt::interrupted(now, operation.action.name));
    }
    (operation.pause, operation.trouble) = (0, None);
    settle::settle(client, &mut operation, false);
    Ok(operation.into_progress(client, Default::default()))
}

/// The operation of a checkpoint.
///
/// The wall clock of the host that wrote it may have been ahead of this one's: what is said to
/// begin later begins now, or it would be followed for as long as the clocks differ.
fn read(client: &Client<'_>, text: &str) -> Result<Operation, Error> {
    let now = client.now().as_secs();
    let mut operation = checkpoint::read(client.settings, text)?;
    operation.sent_at = operation.sent_at.min(now);
    for doubt in operation.tasks.iter_mut().filter_map(|task| task.doubt.as_mut()) {
        doubt.since = doubt.since.min(now);
    }
    Ok(operation)
}

/// The error for a checkpoint, or a list of them, that cannot be used.
fn refused(problem: &str) -> Error {
    Error::new(Kind::InvalidParams, format!("Nothing was sent: {problem}."))
}

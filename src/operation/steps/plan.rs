//! Planning: finds the targets, and where the action is done already. Sends nothing that changes
//! anything.

use serde_json::Value;

use super::{Operation, Progress, Work, settle};
use crate::actions::digests::with_sha1;
use crate::actions::machine_actions::find_machine_actions;
use crate::actions::{self, Action, GET_ACTIONS};
use crate::client::Client;
use crate::error::Error;
use crate::operation::{Task, cancel, dry_run, ensure, targets, wait_for, with_comment};
use crate::schema::Params;

/// Checks the parameters and plans the operation.
///
/// # Errors
///
/// The same as [`actions::execute`] returns before it sends anything that changes something.
pub(crate) fn plan(
    client: &mut Client<'_>,
    action: &'static Action,
    params: &Params,
) -> Result<Progress, Error> {
    client.set_action(action);
    actions::check(client, action, params)?;
    let mut operation = Operation::new(client, action, params);
    operation.id = client.operation_id();
    prepare(client, &mut operation)?;
    let usage = client.usage;
    Ok(operation.into_progress(client, usage))
}

/// Finds the targets, and where the action is done already.
///
/// # Errors
///
/// The whole operation failed; nothing that changes something was sent.
pub(super) fn prepare(client: &mut Client<'_>, operation: &mut Operation) -> Result<(), Error> {
    let action = operation.action;
    if matches!(operation.work(), Work::Jobs(..)) {
        operation.params = with_sha1(client, action, &operation.params)?;
    }
    let params = &operation.params.clone();
    let is_planned = match operation.work() {
        Work::Jobs(route, job_type) => {
            machines(client, operation)?;
            if params.is("ensure") {
                ensure::look(client, action, route, &mut operation.tasks, job_type)?;
            }
            if params.is("dryRun") {
                dry_run::preview(client, action, route, &mut operation.tasks)?;
            }
            true
        }
        Work::Records(route) => {
            machines(client, operation)?;
            if params.is("dryRun") {
                dry_run::preview(client, action, route, &mut operation.tasks)?;
            }
            true
        }
        Work::Cancellation(route) => {
            cancellation(client, operation)?;
            if params.is("dryRun") {
                dry_run::preview(client, action, route, &mut operation.tasks)?;
            }
            true
        }
        Work::Wait => {
            (operation.tasks, operation.is_many) = wait_for::tasks_to_follow(params);
            operation.params.take("id");
            operation.params.take("ids");
            false
        }
        Work::Change | Work::Read => {
            operation.tasks.push(Task::new(Value::Null, params.clone()));
            false
        }
    };
    if is_planned {
        settle::settle(client, operation, false);
    }
    Ok(())
}

/// Creates a task for each machine.
fn machines(client: &mut Client<'_>, operation: &mut Operation) -> Result<(), Error> {
    let (action, params) = (operation.action, &operation.params);
    if params.value("wait").is_some() || params.is("ensure") {
        client.require(&GET_ACTIONS)?;
    }
    operation.is_many = params.value("ids").or(params.value("hosts")).is_some();
    let params = with_comment(client, action, params);
    let (base, mut tasks) = targets::resolve_targets(client, action, &params)?;
    for (n, task) in tasks.iter_mut().enumerate().filter(|(_, task)| task.error.is_none()) {
        task.params = operation.for_target(&base, n, task.machine());
    }
    operation.params = base;
    // With a single machine, its failure is the call's.
    if !operation.is_many
        && let [Task { error: Some(error), .. }] = tasks.as_slice()
    {
        return Err(error.clone());
    }
    operation.tasks = tasks;
    Ok(())
}

/// A task for each job that is named.
fn cancellation(client: &mut Client<'_>, operation: &mut Operation) -> Result<(), Error> {
    let params = &mut operation.params;
    let (ids, is_many) = match (params.take("actionId"), params.take("ids")) {
        (None, Some(Value::Array(ids))) => (ids, true),
        (id, _) => (id.into_iter().collect(), false),
    };
    operation.is_many = is_many;
    let params = &operation.params;
    if params.is("ensure") || params.value("wait").is_some() {
        client.require(&GET_ACTIONS)?;
    }
    let mut tasks: Vec<Task> = ids.into_iter().map(|id| job(params, id)).collect();
    targets::merge(&mut tasks);
    if params.is("ensure") {
        let mut open: Vec<&mut Task> = tasks.iter_mut().filter(|task| task.is_open()).collect();
        let ids: Vec<&str> = open.iter().map(|task| task.machine()).collect();
        let records = find_machine_actions(client, &ids)?;
        for (task, record) in open.iter_mut().zip(records) {
            if let Some(record) = record.filter(|record| record.state.is_final()) {
                task.adopt(record);
                // A preview says what the call would say: that it comes too late.
                if params.is("dryRun") {
                    cancel::conclude(client, task);
                }
            }
        }
    }
    operation.tasks = tasks;
    Ok(())
}

/// The cancellation of a job.
pub(super) fn job(params: &Params, id: Value) -> Task {
    let target = crate::json::object(&mut [("id", id.clone())]);
    Task::new(target, params.with("actionId", id.clone()).with("id", id))
}

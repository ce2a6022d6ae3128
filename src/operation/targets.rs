//! Resolves the target machines: by ID, or by names that each match exactly one.

use serde_json::Value;

use super::reference::with_reference;
use super::resolve::{Onboarding, resolve};
use super::{Task, insert};
use crate::actions::{Action, ResponseBody};
use crate::client::Client;
use crate::error::Error;
use crate::json::object;
use crate::schema::{Params, Problem};

/// Returns the parameters that all machines share, and a task for each named machine, in that
/// order.
///
/// # Errors
///
/// `invalid-params` if there are more than `maxTargets`; or the names could not be looked up.
pub(super) fn resolve_targets(
    client: &mut Client<'_>,
    action: &'static Action,
    params: &Params,
) -> Result<(Params, Vec<Task>), Error> {
    let mut base = params.clone();
    let mut take = |single: &str, list: &str| match (base.take(single), base.take(list)) {
        (Some(single), _) => vec![single],
        (None, Some(Value::Array(list))) => list,
        (None, _) => Vec::new(),
    };
    let (ids, hosts) = (take("id", "ids"), take("host", "hosts"));
    let (count, max) = (ids.len() + hosts.len(), params.integer("maxTargets").unwrap_or(1));
    if count as u64 > max {
        let problem =
            format!("is {max}, but {count} machines are named; raise it if that is intended");
        return Err(Error::invalid_params(action.name, &[Problem::new("/maxTargets", problem)]));
    }
    // The reference is sent as part of the comment.
    if let (Some(comment), Some(reference)) = (params.text("comment"), params.text("reference")) {
        base = base.with("comment", with_reference(comment, reference));
    }
    let mut tasks: Vec<Task> = Vec::with_capacity(count);
    for id in ids {
        tasks.push(Task::new(object(&mut [("id", id.clone())]), base.with("id", id)));
    }
    if !hosts.is_empty() {
        for (found, mut target) in
            resolve(client, &hosts, onboarding(action, params))?.into_iter().zip(hosts)
        {
            tasks.push(match found {
                Ok(found) => {
                    insert(&mut target, "id", Value::from(found.id.as_str()));
                    insert(&mut target, "computerDnsName", Value::from(found.name));
                    Task::new(target, base.with("id", found.id))
                }
                Err(error) => Task { error: Some(error), ..Task::new(target, Params::default()) },
            });
        }
    }
    merge(&mut tasks);
    Ok((base, tasks))
}

/// A machine that is named twice is processed once.
pub(super) fn merge(tasks: &mut [Task]) {
    for n in 1..tasks.len() {
        let (before, task) = tasks.split_at_mut(n);
        if task[0].error.is_none() {
            task[0].same_as = before.iter().position(|other| {
                other.error.is_none() && other.machine().eq_ignore_ascii_case(task[0].machine())
            });
        }
    }
}

/// Whether the machines of an action must be onboarded. Others can only be contained and released
/// again.
fn onboarding(action: &Action, params: &Params) -> Onboarding {
    let job_type = action.route().map(|route| &route.response);
    match (job_type, params.text("isolationType")) {
        (_, Some("UnManagedDevice")) => Onboarding::Excluded,
        (Some(ResponseBody::Job(job_type)), _) if job_type.inverse == "Isolate" => {
            Onboarding::Preferred
        }
        _ => Onboarding::Required,
    }
}

//! Which machines: by ID, or by names that each mean exactly one.

use serde_json::Value;

use super::reference::in_front;
use super::resolve::{Onboarding, resolve};
use super::{Task, insert};
use crate::actions::{Action, Answer};
use crate::client::Client;
use crate::error::Error;
use crate::json::object;
use crate::shape::{Input, Problem};

/// The parameters that are the same for all machines, and a task for each machine that is named, in
/// that order.
///
/// # Errors
///
/// `invalid-params` if there are more than `maxTargets`; the names could not be looked up.
pub(super) fn of(
    client: &mut Client<'_>,
    action: &'static Action,
    params: &Input,
) -> Result<(Input, Vec<Task>), Error> {
    let mut base = params.clone();
    let mut take = |one: &str, many: &str| match (base.take(one), base.take(many)) {
        (Some(one), _) => vec![one],
        (None, Some(Value::Array(many))) => many,
        (None, _) => Vec::new(),
    };
    let (ids, hosts) = (take("id", "ids"), take("host", "hosts"));
    let (count, most) = (ids.len() + hosts.len(), params.integer("maxTargets").unwrap_or(1));
    if count as u64 > most {
        let problem = format!(
            "is {most}, and {count} machines are named; give a greater number if all of them are meant"
        );
        return Err(Error::invalid_params(action.name, &[Problem::new("/maxTargets", problem)]));
    }
    // The case and the reason go the same way.
    if let (Some(comment), Some(reference)) = (params.text("comment"), params.text("reference")) {
        base = base.with("comment", in_front(comment, reference));
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
                Err(error) => Task { error: Some(error), ..Task::new(target, Input::default()) },
            });
        }
    }
    merge(&mut tasks);
    Ok((base, tasks))
}

/// Named twice is done once.
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

/// Whether the machines of an action are onboarded. What is not can only be contained, and released
/// again.
fn onboarding(action: &Action, params: &Input) -> Onboarding {
    let started = action.route().map(|route| &route.answer);
    match (started, params.text("isolationType")) {
        (_, Some("UnManagedDevice")) => Onboarding::Excluded,
        (Some(Answer::Started(started)), _) if started.undo == "Isolate" => Onboarding::Preferred,
        _ => Onboarding::Required,
    }
}

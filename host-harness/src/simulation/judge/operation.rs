//! What must hold of an operation at its end, however often its host died.

use defender_connector::error::{Error, Kind};
use defender_connector::operation::TargetState;
use defender_connector::outcome::Outcome;
use serde_json::Value;

use super::traffic::{self, API};
use super::{Before, Case, Doing, Schedule, Step, equal, is_json, kept, lenient, must};
use crate::simulation::world::Network;
use crate::stub::Entry;

/// What a target has come to.
#[derive(Debug)]
pub(in crate::simulation) struct Seen {
    pub(in crate::simulation) state: TargetState,
    pub(in crate::simulation) job: Option<Value>,
    /// What it yielded, in whatever step.
    pub(in crate::simulation) data: Option<String>,
    pub(in crate::simulation) error: Option<Value>,
}

/// An operation that has ended.
pub(in crate::simulation) struct Told<'t> {
    pub(in crate::simulation) step: &'t Step,
    pub(in crate::simulation) before: &'t Before,
    /// What its requests carry in front of their comments.
    pub(in crate::simulation) mark: &'t str,
    /// Its requests, those of steps that were lost included.
    pub(in crate::simulation) sent: Vec<Entry>,
    pub(in crate::simulation) seen: &'t [Seen],
    /// Targets for which a process may have sent something when it died.
    pub(in crate::simulation) killed: &'t [usize],
    pub(in crate::simulation) outcome: &'t Result<Outcome, Error>,
    /// Whether its last step was its own, and got as far as a request: what failed in it is what the service said.
    pub(in crate::simulation) is_quoted: bool,
}

pub(in crate::simulation) fn operation(
    told: &Told<'_>,
    world: &Network,
    schedule: &Schedule,
    may_be_refused: bool,
) -> Result<(), String> {
    let Told { step, sent, seen, outcome, .. } = told;
    traffic::judge(sent, may_be_refused)?;
    let (ledger, actions) = (world.service.ledger(), world.service.machine_actions());
    let case = Case { mark: Some(told.mark), ..Case::new(step, told.before, schedule, world, &ledger, sent, &actions) };
    case.deeds()?;
    if seen.is_empty() {
        let Err(error) = outcome else { return Err("it ended without targets".to_owned()) };
        must!(!sent.iter().any(is_change), "the plan failed, and something was sent: {error:?}");
        let error = error.to_json();
        let machine = step.machines.first().filter(|_| step.machines.len() == 1);
        case.failure(&error, machine.map(String::as_str))?;
        return kept::single(&error, sent);
    }
    let is_many = step.params.get("ids").or(step.params.get("hosts")).is_some() && !step.machines.is_empty();
    equal!(seen.len(), step.machines.len().max(1), "targets");
    consistent(told, is_many)?;
    for (n, target) in seen.iter().enumerate() {
        let machine = step.machines.get(n).map(String::as_str);
        let data = lenient(target.data.as_deref().unwrap_or_default());
        match (target.state, &target.error) {
            (TargetState::Succeeded | TargetState::Running, None) => {
                must!(target.data.as_deref().is_some_and(is_json), "it yielded nothing: {:?}", target);
                proven(&case, told, n)?;
                case.success(machine.unwrap_or_default(), target.job.as_ref(), &data)?;
            }
            // A name that could not be resolved has none.
            (TargetState::Failed, Some(error)) if is_many && error["kind"] == Kind::NotFound.name() => {
                case.unresolved(error, machine.unwrap_or_default())?;
                case.failure(error, machine)?;
            }
            (TargetState::Failed, Some(error)) => {
                case.failure(error, machine)?;
                must!(target.data.is_none(), "it failed, and yielded {:?}", target.data);
                caused(&case, told, n)?;
                // What was said to a process that died was not heard.
                match is_many {
                    _ if told.is_killed(n) || !told.is_quoted => {}
                    true => kept::of_machine(error, sent, machine.unwrap_or_default())?,
                    false => kept::single(error, sent)?,
                }
            }
            _ => return Err(format!("no end of a target: {target:?}")),
        }
    }
    Ok(())
}

impl Told<'_> {
    /// Whether a process died that may have sent something for a target, or for the same machine under another name.
    fn is_killed(&self, n: usize) -> bool {
        let machine = |n: usize| self.step.machines.get(n).filter(|machine| !machine.is_empty());
        self.killed.iter().any(|killed| *killed == n || (machine(n).is_some() && machine(n) == machine(*killed)))
    }
}

/// What is said of the whole is what is said of its targets.
fn consistent(told: &Told<'_>, is_many: bool) -> Result<(), String> {
    let Told { seen, outcome, .. } = told;
    let failed = seen.iter().filter(|target| target.state == TargetState::Failed).count();
    equal!(outcome.is_err(), failed > 0, "the whole fails if a part does");
    if !is_many {
        let job = |outcome: &Outcome| outcome.job.as_ref().map(|job| job.to_json());
        match outcome {
            Ok(outcome) => {
                equal!(Some(&outcome.data), seen[0].data.as_ref(), "data");
                equal!(job(outcome), seen[0].job, "its job");
            }
            Err(error) => {
                equal!(Some(error.to_json()), seen[0].error, "its error");
            }
        }
        return Ok(());
    }
    let results = match outcome {
        Ok(outcome) => lenient(&outcome.data)["results"].clone(),
        Err(error) => {
            let retry = &error.to_json()["retry"];
            let is_done = seen.iter().any(|target| target.job.is_some());
            must!(!retry.is_object() || !is_done, "may be repeated, and something was done: {error:?}");
            error.details().cloned().unwrap_or_default()["results"].clone()
        }
    };
    let results = results.as_array().map(Vec::as_slice).unwrap_or_default();
    equal!(results.len(), seen.len(), "results");
    for (result, target) in results.iter().zip(*seen) {
        equal!(result["status"] == "error", target.state == TargetState::Failed, "a result");
        equal!(result["error"], *target.error.as_ref().unwrap_or(&Value::Null), "the error of a result");
        must!(result["data"].is_null(), "its data is given twice: {}", result);
        let job = target.job.as_ref().filter(|_| target.error.is_none());
        equal!(result["job"], *job.unwrap_or(&Value::Null), "the job of a result");
    }
    Ok(())
}

/// What a dying process may or may not have sent has succeeded only if the service got it, or shows what was asked for.
fn proven(case: &Case<'_>, told: &Told<'_>, n: usize) -> Result<(), String> {
    let step = told.step;
    let of = |entry: &&Entry| {
        let machine = step.machines.get(n).map(String::as_str).unwrap_or_default();
        is_change(entry) && entry.path.contains(machine)
    };
    let has_arrived = case.sent.iter().filter(of).any(|entry| entry.carried_out);
    let is_read_back = matches!(step.doing, Doing::Tag | Doing::Cancel);
    let is_killed = told.is_killed(n);
    must!(!is_killed || has_arrived || is_read_back, "never sent, and called done: {:?}", told.seen[n]);
    // Only what was so already is another's, and only if that was asked for.
    let (job, is_start) = (told.seen[n].job.as_ref(), matches!(step.doing, Doing::Start(_)));
    let Some(job) = job.filter(|_| is_start && step.params["dryRun"] != true) else { return Ok(()) };
    let is_made = case.made.iter().any(|made| job["id"] == made.id);
    must!(is_made || (step.params["ensure"] == true && !is_killed), "another's is taken for its own: {job}");
    Ok(())
}

/// What failed in doubt was sent, or may have been when its process died; and what may have been is in doubt.
fn caused(case: &Case<'_>, told: &Told<'_>, n: usize) -> Result<(), String> {
    let (Some(error), step) = (&told.seen[n].error, told.step) else { return Ok(()) };
    let is_unknown = error["retry"] == "unknown";
    if told.is_killed(n) {
        let has_job = error["details"]["machineAction"]["id"].is_string();
        must!(is_unknown || has_job, "it may have been sent, and is said not to have been: {error}");
        return Ok(());
    }
    let machine = step.machines.get(n).map(String::as_str).unwrap_or_default();
    let is_sent = case.sent.iter().any(|entry| is_change(entry) && entry.path.contains(machine));
    let has_job = error["details"]["machineAction"]["id"].is_string();
    let is_start = matches!(step.doing, Doing::Start(_));
    must!(!is_start || !is_unknown || is_sent || has_job, "in doubt without a reason: {error}");
    Ok(())
}

fn is_change(entry: &Entry) -> bool {
    entry.method != "GET" && entry.host == API
}

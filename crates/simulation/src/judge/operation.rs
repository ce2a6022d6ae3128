//! Checks an operation at its end, however often its host died.

use defender_connector::error::{Error, Kind};
use defender_connector::operation::TargetState;
use defender_connector::outcome::Outcome;
use serde_json::Value;

use super::traffic::{self, API};
use super::{Before, CallKind, Case, Schedule, Step, ensure, ensure_eq, is_json, kept, lenient};
use crate::network::Network;
use defender_stub::Entry;

/// The state of one target.
#[derive(Debug)]
pub(crate) struct Seen {
    pub(crate) state: TargetState,
    pub(crate) job: Option<Value>,
    /// The data it returned, in whichever step.
    pub(crate) data: Option<String>,
    pub(crate) error: Option<Value>,
}

/// An operation that has ended.
pub(crate) struct Report<'t> {
    pub(crate) step: &'t Step,
    pub(crate) before: &'t Before,
    /// The mark that its requests put before their comments.
    pub(crate) mark: &'t str,
    /// Its requests, including those of lost steps.
    pub(crate) sent: Vec<Entry>,
    pub(crate) seen: &'t [Seen],
    /// Targets whose request may have been sent by a process that then died.
    pub(crate) killed: &'t [usize],
    pub(crate) outcome: &'t Result<Outcome, Error>,
    /// Whether its last step was not shared and sent a request, so that a failure must quote the
    /// service.
    pub(crate) is_quoted: bool,
}

pub(crate) fn operation(
    report: &Report<'_>,
    world: &Network,
    schedule: &Schedule,
    may_be_refused: bool,
) -> Result<(), String> {
    let Report { step, sent, seen, outcome, .. } = report;
    traffic::judge(sent, may_be_refused)?;
    let (ledger, actions) = (world.service.ledger(), world.service.machine_actions());
    let case = Case {
        mark: Some(report.mark),
        ..Case::new(step, report.before, schedule, world, &ledger, sent, &actions)
    };
    case.deeds()?;
    if seen.is_empty() {
        let Err(error) = outcome else { return Err("it ended without targets".to_owned()) };
        ensure!(!sent.iter().any(is_change), "the plan failed, and something was sent: {error:?}");
        let error = error.to_json();
        let machine = step.machines.first().filter(|_| step.machines.len() == 1);
        case.failure(&error, machine.map(String::as_str))?;
        return kept::single(&error, sent);
    }
    let is_many =
        step.params.get("ids").or(step.params.get("hosts")).is_some() && !step.machines.is_empty();
    ensure_eq!(seen.len(), step.machines.len().max(1), "targets");
    consistent(report, is_many)?;
    for (n, target) in seen.iter().enumerate() {
        let machine = step.machines.get(n).map(String::as_str);
        let data = lenient(target.data.as_deref().unwrap_or_default());
        match (target.state, &target.error) {
            (TargetState::Succeeded | TargetState::Running, None) => {
                ensure!(
                    target.data.as_deref().is_some_and(is_json),
                    "it yielded nothing: {:?}",
                    target
                );
                proven(&case, report, n)?;
                case.success(machine.unwrap_or_default(), target.job.as_ref(), &data)?;
            }
            // An unresolved name has no machine ID.
            (TargetState::Failed, Some(error))
                if is_many && error["kind"] == Kind::NotFound.name() =>
            {
                case.unresolved(error, machine.unwrap_or_default())?;
                case.failure(error, machine)?;
            }
            (TargetState::Failed, Some(error)) => {
                case.failure(error, machine)?;
                ensure!(target.data.is_none(), "it failed, and yielded {:?}", target.data);
                caused(&case, report, n)?;
                // A response to a process that died was lost.
                match is_many {
                    _ if report.is_killed(n) || !report.is_quoted => {}
                    true => kept::of_machine(error, sent, machine.unwrap_or_default())?,
                    false => kept::single(error, sent)?,
                }
            }
            _ => return Err(format!("no end of a target: {target:?}")),
        }
    }
    Ok(())
}

impl Report<'_> {
    /// Whether a process died that may have sent a request for this target, or for the same machine
    /// under another name.
    fn is_killed(&self, n: usize) -> bool {
        let machine = |n: usize| self.step.machines.get(n).filter(|machine| !machine.is_empty());
        self.killed
            .iter()
            .any(|killed| *killed == n || (machine(n).is_some() && machine(n) == machine(*killed)))
    }
}

/// Checks that the overall outcome agrees with its targets.
fn consistent(report: &Report<'_>, is_many: bool) -> Result<(), String> {
    let Report { seen, outcome, .. } = report;
    let failed = seen.iter().filter(|target| target.state == TargetState::Failed).count();
    ensure_eq!(outcome.is_err(), failed > 0, "the whole fails if a part does");
    if !is_many {
        let job = |outcome: &Outcome| outcome.job.as_ref().map(|job| job.to_json());
        match outcome {
            Ok(outcome) => {
                ensure_eq!(Some(&outcome.data), seen[0].data.as_ref(), "data");
                ensure_eq!(job(outcome), seen[0].job, "its job");
            }
            Err(error) => {
                ensure_eq!(Some(error.to_json()), seen[0].error, "its error");
            }
        }
        return Ok(());
    }
    let results = match outcome {
        Ok(outcome) => lenient(&outcome.data)["results"].clone(),
        Err(error) => {
            let retry = &error.to_json()["retry"];
            let is_done = seen.iter().any(|target| target.job.is_some());
            ensure!(
                !retry.is_object() || !is_done,
                "may be repeated, and something was done: {error:?}"
            );
            error.details().cloned().unwrap_or_default()["results"].clone()
        }
    };
    let results = results.as_array().map(Vec::as_slice).unwrap_or_default();
    ensure_eq!(results.len(), seen.len(), "results");
    for (result, target) in results.iter().zip(*seen) {
        ensure_eq!(result["status"] == "error", target.state == TargetState::Failed, "a result");
        ensure_eq!(
            result["error"],
            *target.error.as_ref().unwrap_or(&Value::Null),
            "the error of a result"
        );
        ensure!(result["data"].is_null(), "its data is given twice: {}", result);
        let job = target.job.as_ref().filter(|_| target.error.is_none());
        ensure_eq!(result["job"], *job.unwrap_or(&Value::Null), "the job of a result");
    }
    Ok(())
}

/// A target whose process died while sending succeeded only if the request reached the service or
/// its record shows the requested state.
fn proven(case: &Case<'_>, report: &Report<'_>, n: usize) -> Result<(), String> {
    let step = report.step;
    let of = |entry: &&Entry| {
        let machine = step.machines.get(n).map(String::as_str).unwrap_or_default();
        is_change(entry) && entry.path.contains(machine)
    };
    let has_arrived = case.sent.iter().filter(of).any(|entry| entry.carried_out);
    let is_read_back = matches!(step.call_kind, CallKind::Tag | CallKind::Cancel);
    let is_killed = report.is_killed(n);
    ensure!(
        !is_killed || has_arrived || is_read_back,
        "never sent, and called done: {:?}",
        report.seen[n]
    );
    // Another caller's action counts only with `ensure`: the state already existed.
    let (job, is_start) =
        (report.seen[n].job.as_ref(), matches!(step.call_kind, CallKind::Start(_)));
    let Some(job) = job.filter(|_| is_start && step.params["dryRun"] != true) else {
        return Ok(());
    };
    let is_made = case.made.iter().any(|made| job["id"] == made.id);
    ensure!(
        is_made || (step.params["ensure"] == true && !is_killed),
        "another's is taken for its own: {job}"
    );
    Ok(())
}

/// A failure is in doubt only if its request was sent, or may have been when a process died; and a
/// request that may have been sent must be in doubt.
fn caused(case: &Case<'_>, report: &Report<'_>, n: usize) -> Result<(), String> {
    let (Some(error), step) = (&report.seen[n].error, report.step) else { return Ok(()) };
    let is_unknown = error["retry"] == "unknown";
    if report.is_killed(n) {
        let has_job = error["details"]["machineAction"]["id"].is_string();
        ensure!(
            is_unknown || has_job,
            "it may have been sent, and is said not to have been: {error}"
        );
        return Ok(());
    }
    let machine = step.machines.get(n).map(String::as_str).unwrap_or_default();
    let is_sent = case.sent.iter().any(|entry| is_change(entry) && entry.path.contains(machine));
    let has_job = error["details"]["machineAction"]["id"].is_string();
    let is_start = matches!(step.call_kind, CallKind::Start(_));
    ensure!(!is_start || !is_unknown || is_sent || has_job, "in doubt without a reason: {error}");
    Ok(())
}

fn is_change(entry: &Entry) -> bool {
    entry.method != "GET" && entry.host == API
}

//! What must hold of every call, whatever went wrong during it.
//!
//! `traffic` looks at what was sent, `success`, `session`, `record` and `failure` at what was answered and what really happened,
//! `kept` at what the service said of a failure. What really happened is what the service did, by its own ledger and records, and
//! not what it answered. Nothing here reads the words of a message.

mod failure;
mod kept;
mod operation;
mod record;
mod session;
mod step;
mod success;
mod traffic;

use std::time::Duration;

use defender_connector::clock::Clock;
use defender_connector::error::{Error, Kind};
use defender_connector::outcome::Outcome;
use serde_json::Value;
use serde_json::value::RawValue;

use super::schedule::{Doing, HALF, HUGE, Schedule, Step, deep};
use super::world::Network;
use crate::stub::{Entry, Service};

/// A rule: what it says if it is broken.
macro_rules! must {
    ($holds:expr, $($words:tt)+) => {
        if !$holds {
            return Err(format!($($words)+));
        }
    };
}

/// Two things that must be the same.
macro_rules! equal {
    ($found:expr, $wanted:expr, $($words:tt)+) => {
        let (found, wanted) = (&$found, &$wanted);
        must!(*found == *wanted, "{}: {found:?}, not {wanted:?}", format!($($words)+));
    };
}

pub(super) use operation::{Seen, Told, operation};
pub(super) use step::{Did, call, mark_of, progress};
pub(super) use traffic::budgets;
use {equal, must};

pub(super) const CALL_TIMEOUT: Duration = Duration::from_secs(120);

/// What a call may take longer: the last exchange of all.
const SLACK: Duration = Duration::from_secs(1);

/// The state of the world before a call.
pub(super) struct Before {
    pub(super) actions: Vec<Value>,
    /// Those of them that reads could see.
    pub(super) visible: Vec<Value>,
    pub(super) sent: usize,
    /// Where the requests begin of which the connector can know how long ago they were.
    pub(super) known: usize,
    pub(super) time: Duration,
}

/// A machine action that a request of the connector made.
struct Made<'c> {
    id: &'c str,
    /// The machine in the request's path, even if the record names another.
    machine: &'c str,
    /// The index of the request among all requests.
    by: usize,
}

/// A call, what it answered and what really happened.
struct Case<'c> {
    step: &'c Step,
    /// What its requests carry in front of their comments, if it is an operation.
    mark: Option<&'c str>,
    before: &'c Before,
    schedule: &'c Schedule,
    service: &'c Service,
    /// Whether the host's clock is so wrong that nothing can be concluded from the service's.
    clocks_differ: bool,
    /// All requests so far.
    ledger: &'c [Entry],
    /// Requests that it made.
    sent: &'c [Entry],
    /// Machine actions that it brought about.
    made: Vec<Made<'c>>,
    /// Those that it or an earlier call of the connector did.
    ours: Vec<&'c str>,
    /// All machine actions, as they are now.
    actions: &'c [Value],
}

pub(super) fn judge(
    step: &Step,
    answer: &Result<Outcome, Error>,
    before: &Before,
    world: &Network,
    schedule: &Schedule,
    may_be_refused: bool,
) -> Result<(), String> {
    let ledger = world.service.ledger();
    let sent = &ledger[before.sent..];
    must!(world.elapsed() - before.time <= CALL_TIMEOUT + SLACK, "took {:?}", world.elapsed() - before.time);
    traffic::judge(sent, may_be_refused)?;
    traffic::budgets(&ledger[before.known..], sent.len(), schedule.percent)?;
    let actions = world.service.machine_actions();
    let case = Case::new(step, before, schedule, world, &ledger, sent, &actions);
    case.deeds()?;
    if step.params.get("ids").or(step.params.get("hosts")).is_some() && !step.machines.is_empty() {
        return case.many(answer);
    }
    match answer {
        Ok(outcome) => {
            must!(is_json(&outcome.data), "data is not JSON: {}", outcome.data);
            let reported = outcome.job.as_ref().map(|action| action.to_json());
            let machine = step.machines.first().map(String::as_str);
            case.success(machine.unwrap_or_default(), reported.as_ref(), &lenient(&outcome.data))
        }
        Err(error) => {
            let error = error.to_json();
            case.failure(&error, step.machines.first().map(String::as_str))?;
            kept::single(&error, sent)
        }
    }
}

impl<'c> Case<'c> {
    fn new(
        step: &'c Step,
        before: &'c Before,
        schedule: &'c Schedule,
        world: &'c Network,
        ledger: &'c [Entry],
        sent: &'c [Entry],
        actions: &'c [Value],
    ) -> Self {
        let made = sent.iter().enumerate().flat_map(|(by, entry)| {
            let machine = entry.path.split('/').nth(3).unwrap_or_default();
            entry.made.iter().map(move |id| Made { id, machine, by })
        });
        let ours = ledger.iter().flat_map(|entry| entry.made.iter().map(String::as_str)).collect();
        let (service, clocks_differ) = (&world.service, world.clocks_differ.get());
        Self {
            step,
            mark: None,
            before,
            schedule,
            service,
            clocks_differ,
            ledger,
            sent,
            made: made.collect(),
            ours,
            actions,
        }
    }

    /// What was done was asked for, and once.
    fn deeds(&self) -> Result<(), String> {
        let Step { machines, doing, params, .. } = self.step;
        for (n, made) in self.made.iter().enumerate() {
            let Made { id, machine, by } = made;
            must!(machines.iter().any(|named| named == machine), "on a machine that nobody named: {id} on {machine}");
            let before = self.made[..n].iter().find(|other| other.machine == *machine && other.by != *by);
            must!(before.is_none(), "twice: {id} on {machine}");
            must!(!params["dryRun"].as_bool().unwrap_or_default(), "a dry run did something: {id}");
            must!(matches!(doing, Doing::Start(_)), "nobody asked for it: {id}");
        }
        Ok(())
    }

    /// Of many machines each has its own record, and the call succeeds only if all did.
    fn many(&self, answer: &Result<Outcome, Error>) -> Result<(), String> {
        let results = match answer {
            Ok(outcome) => lenient(&outcome.data)["results"].clone(),
            Err(error) if error.kind() == Kind::ActionFailed => {
                let retry = error.to_json()["retry"].clone();
                must!(!retry.is_object() || self.made.is_empty(), "may be repeated, and {} done", self.made.len());
                error.details().cloned().unwrap_or_default()["results"].clone()
            }
            // What fails before anything is sent.
            Err(error) => {
                must!(self.made.is_empty(), "it was done, and is not reported");
                must!(
                    !self.sent.iter().any(traffic::may_change),
                    "something was sent, and is not reported: {:?}",
                    error
                );
                return kept::single(&error.to_json(), self.sent);
            }
        };
        must!(results.is_array(), "results is no list: {}", results);
        let results = results.as_array().map(Vec::as_slice).unwrap_or_default();
        equal!(results.len(), self.step.machines.len(), "records");
        let failed = results.iter().filter(|result| result["status"] == "error").count();
        equal!(answer.is_err(), failed > 0, "the whole fails if a part does");
        for (result, machine) in results.iter().zip(&self.step.machines) {
            // A name that could not be resolved has none.
            let is_unresolved = result["target"]["id"].is_null() && result["status"] == "error";
            must!(is_unresolved || result["target"]["id"] == machine.as_str(), "another target: {}", result);
            match result["status"].as_str() {
                Some("ok") => self.success(machine, Some(&result["job"]), &result["data"])?,
                _ if is_unresolved => self.unresolved(&result["error"], machine)?,
                _ => {
                    self.failure(&result["error"], Some(machine))?;
                    kept::of_machine(&result["error"], self.sent, machine)?;
                }
            }
        }
        Ok(())
    }

    /// A machine action as the service has it.
    fn action(&self, id: &Value) -> &Value {
        self.actions.iter().find(|action| action["id"] == *id).unwrap_or(&Value::Null)
    }
}

/// Whether it is JSON by its grammar, which has room for more than readers take.
fn is_json(text: &str) -> bool {
    serde_json::from_str::<&RawValue>(text).is_ok()
}

/// JSON with what the schedules put into it that no reader takes.
fn lenient(text: &str) -> Value {
    // Identifiers may hold the same digits.
    let (huge, instead) = (format!(":{HUGE},"), format!(":\"{HUGE}\","));
    let text = text.replace(HALF, "\\ufffd").replace(&huge, &instead).replace(&deep(), "[]");
    serde_json::from_str(&text).unwrap_or_default()
}

/// Whether these faults struck and no others.
fn only(entry: &Entry, faults: &[&str]) -> bool {
    entry.faults.iter().all(|fault| faults.contains(fault))
}

fn is_open(action: &Value) -> bool {
    action["status"] == "Pending" || action["status"] == "InProgress"
}

#[cfg(test)]
mod tests;

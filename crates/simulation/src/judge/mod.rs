//! Rules that hold for every call, whatever went wrong during it.
//!
//! `traffic` checks the requests; `success`, `session`, `record` and `failure` compare the outcome
//! with what really happened; `kept` checks that a failure keeps the service's error data. "What
//! really happened" comes from the service's own ledger and records, not from its responses. No
//! rule reads the text of a message.

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

use super::network::Network;
use super::schedule::{CallKind, HALF, HUGE, Schedule, Step, deep};
use defender_stub::{Entry, Service};

/// Returns the given message as an error unless the rule holds.
macro_rules! ensure {
    ($holds:expr, $($words:tt)+) => {
        if !$holds {
            return Err(format!($($words)+));
        }
    };
}

/// Returns the given message as an error unless the two values are equal.
macro_rules! ensure_eq {
    ($found:expr, $wanted:expr, $($words:tt)+) => {
        let (found, wanted) = (&$found, &$wanted);
        ensure!(*found == *wanted, "{}: {found:?}, not {wanted:?}", format!($($words)+));
    };
}

pub(super) use operation::{Report, Seen, operation};
pub(super) use step::{Did, call, mark_of, progress};
pub(super) use traffic::budgets;
use {ensure, ensure_eq};

pub(super) const CALL_TIMEOUT: Duration = Duration::from_secs(120);

/// The time a call may exceed its limit by: the duration of its last exchange.
const SLACK: Duration = Duration::from_secs(1);

/// The state of the simulated world before a call.
pub(super) struct Before {
    pub(super) actions: Vec<Value>,
    /// The subset of `actions` that reads could see.
    pub(super) visible: Vec<Value>,
    pub(super) sent: usize,
    /// The index of the first request whose time the connector can know.
    pub(super) known: usize,
    pub(super) time: Duration,
}

/// A machine action that one of the connector's requests created.
struct Made<'c> {
    id: &'c str,
    /// The machine in the request's path, even if the record names another.
    machine: &'c str,
    /// The index of the request among all requests.
    by: usize,
}

/// A call, its outcome and what really happened.
struct Case<'c> {
    step: &'c Step,
    /// The mark that its requests put before their comments, if it is an operation.
    mark: Option<&'c str>,
    before: &'c Before,
    schedule: &'c Schedule,
    service: &'c Service,
    /// Whether the host's clock is too wrong to be compared with the service's.
    clocks_differ: bool,
    /// All requests so far.
    ledger: &'c [Entry],
    /// The requests of this call.
    sent: &'c [Entry],
    /// The machine actions that this call created.
    made: Vec<Made<'c>>,
    /// The IDs of the actions that this or an earlier call of the connector created.
    ours: Vec<&'c str>,
    /// All machine actions in their current state.
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
    ensure!(
        world.elapsed() - before.time <= CALL_TIMEOUT + SLACK,
        "took {:?}",
        world.elapsed() - before.time
    );
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
            ensure!(is_json(&outcome.data), "data is not JSON: {}", outcome.data);
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

    /// Checks that everything done was requested, and was done once.
    fn deeds(&self) -> Result<(), String> {
        let Step { machines, call_kind, params, .. } = self.step;
        for (n, made) in self.made.iter().enumerate() {
            let Made { id, machine, by } = made;
            ensure!(
                machines.iter().any(|named| named == machine),
                "on a machine that nobody named: {id} on {machine}"
            );
            let before =
                self.made[..n].iter().find(|other| other.machine == *machine && other.by != *by);
            ensure!(before.is_none(), "twice: {id} on {machine}");
            ensure!(
                !params["dryRun"].as_bool().unwrap_or_default(),
                "a dry run did something: {id}"
            );
            ensure!(matches!(call_kind, CallKind::Start(_)), "nobody asked for it: {id}");
        }
        Ok(())
    }

    /// With several machines, each has its own result, and the call succeeds only if all of them
    /// did.
    fn many(&self, answer: &Result<Outcome, Error>) -> Result<(), String> {
        let results = match answer {
            Ok(outcome) => lenient(&outcome.data)["results"].clone(),
            Err(error) if error.kind() == Kind::ActionFailed => {
                let retry = error.to_json()["retry"].clone();
                ensure!(
                    !retry.is_object() || self.made.is_empty(),
                    "may be repeated, and {} done",
                    self.made.len()
                );
                error.details().cloned().unwrap_or_default()["results"].clone()
            }
            // The call failed before it sent anything.
            Err(error) => {
                ensure!(self.made.is_empty(), "it was done, and is not reported");
                ensure!(
                    !self.sent.iter().any(traffic::may_change),
                    "something was sent, and is not reported: {:?}",
                    error
                );
                return kept::single(&error.to_json(), self.sent);
            }
        };
        ensure!(results.is_array(), "results is no list: {}", results);
        let results = results.as_array().map(Vec::as_slice).unwrap_or_default();
        ensure_eq!(results.len(), self.step.machines.len(), "records");
        let failed = results.iter().filter(|result| result["status"] == "error").count();
        ensure_eq!(answer.is_err(), failed > 0, "the whole fails if a part does");
        for (result, machine) in results.iter().zip(&self.step.machines) {
            // An unresolved name has no machine ID.
            let is_unresolved = result["target"]["id"].is_null() && result["status"] == "error";
            ensure!(
                is_unresolved || result["target"]["id"] == machine.as_str(),
                "another target: {}",
                result
            );
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

    /// A machine action as the service stores it.
    fn action(&self, id: &Value) -> &Value {
        self.actions.iter().find(|action| action["id"] == *id).unwrap_or(&Value::Null)
    }
}

/// Whether the text is valid JSON by grammar, which allows more than most readers accept.
fn is_json(text: &str) -> bool {
    serde_json::from_str::<&RawValue>(text).is_ok()
}

/// Parses JSON after replacing the values from the schedules that no reader accepts.
fn lenient(text: &str) -> Value {
    // Include the delimiters: identifiers may contain the same digits.
    let (huge, instead) = (format!(":{HUGE},"), format!(":\"{HUGE}\","));
    let text = text.replace(HALF, "\\ufffd").replace(&huge, &instead).replace(&deep(), "[]");
    serde_json::from_str(&text).unwrap_or_default()
}

/// Whether no faults other than these struck.
fn only(entry: &Entry, faults: &[&str]) -> bool {
    entry.faults.iter().all(|fault| faults.contains(fault))
}

fn is_open(action: &Value) -> bool {
    action["status"] == "Pending" || action["status"] == "InProgress"
}

#[cfg(test)]
mod tests;

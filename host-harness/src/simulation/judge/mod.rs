//! What must hold of every call, whatever went wrong during it.
//!
//! `traffic` looks at what was sent, `success` and `failure` at what was answered and what really happened, `kept` at what the
//! service said of a failure.

mod failure;
mod kept;
mod success;
mod traffic;

use std::time::Duration;

use defender_connector::clock::Clock;
use defender_connector::error::{Error, Kind};
use defender_connector::outcome::Outcome;
use serde_json::Value;

use super::schedule::{Doing, Step};
use super::world::Network;
use crate::stub::{Duplicate, Entry};

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

use {equal, must};

pub(super) const CALL_TIMEOUT: Duration = Duration::from_secs(120);

/// What a call may take longer.
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

/// A call, what it answered and what really happened.
struct Case<'c> {
    step: &'c Step,
    before: &'c Before,
    /// Requests that it made.
    sent: &'c [Entry],
    /// Machine actions that it brought about.
    carried_out: &'c [Value],
    /// All machine actions, as they are now.
    actions: &'c [Value],
    duplicate: Duplicate,
}

pub(super) fn judge(
    step: &Step,
    answer: &Result<Outcome, Error>,
    before: &Before,
    world: &Network,
    (duplicate, percent): (Duplicate, u32),
) -> Result<(), String> {
    let actions = world.service.machine_actions();
    // What the portal did is nobody's doing here.
    let carried_out: Vec<Value> =
        actions[before.actions.len()..].iter().filter(|action| !is_portal_s(action)).cloned().collect();
    let ledger = world.service.ledger();
    let sent = &ledger[before.sent..];
    must!(world.elapsed() - before.time <= CALL_TIMEOUT + SLACK, "took {:?}", world.elapsed() - before.time);
    traffic::judge(sent)?;
    traffic::budgets(&ledger[before.known..], sent.len(), percent)?;
    for (n, action) in carried_out.iter().enumerate() {
        let machine = &action["machineId"];
        must!(step.machines.iter().any(|id| machine == id), "on a machine that nobody named: {}", action);
        must!(!carried_out[..n].iter().any(|other| other["machineId"] == *machine), "twice: {:?}", answer);
        must!(!step.params["dryRun"].as_bool().unwrap_or_default(), "a dry run did something: {}", action);
        must!(matches!(step.doing, Doing::Start(_)), "nobody asked for it: {}", action);
    }
    let case = Case { step, before, sent, carried_out: &carried_out, actions: &actions, duplicate };
    if step.params.get("ids").or(step.params.get("hosts")).is_some() {
        return case.many(answer);
    }
    match answer {
        Ok(outcome) => {
            must!(serde_json::from_str::<Value>(&outcome.data).is_ok(), "data is not JSON: {}", outcome.data);
            let told = outcome.machine_action.as_ref().map(|action| action.to_json());
            case.success(step.machines.first().map(String::as_str).unwrap_or_default(), told.as_ref())
        }
        Err(error) => {
            let error = error.to_json();
            case.failure(&error, step.machines.first().map(String::as_str))?;
            kept::single(&error, sent)
        }
    }
}

impl Case<'_> {
    /// Of many machines each has its own record, and the call succeeds only if all did.
    fn many(&self, answer: &Result<Outcome, Error>) -> Result<(), String> {
        let results = match answer {
            Ok(outcome) => serde_json::from_str::<Value>(&outcome.data).unwrap_or_default()["results"].clone(),
            Err(error) if error.kind == Kind::ActionFailed => {
                error.details.clone().unwrap_or_default()["results"].clone()
            }
            // What fails before anything is sent.
            Err(error) => {
                must!(self.carried_out.is_empty(), "it was done, and is not told");
                must!(!self.sent.iter().any(traffic::may_change), "something was sent, and is not told: {:?}", error);
                return kept::single(&error.to_json(), self.sent);
            }
        };
        let results = results.as_array().map(Vec::as_slice).unwrap_or_default();
        equal!(results.len(), self.step.machines.len(), "records");
        let failed = results.iter().filter(|result| result["status"] == "error").count();
        equal!(answer.is_err(), failed > 0, "the whole fails if a part does");
        for (result, machine) in results.iter().zip(&self.step.machines) {
            // A name that could not be resolved has none.
            let is_unresolved = result["target"]["id"].is_null() && result["error"]["kind"] == Kind::NotFound.name();
            must!(is_unresolved || result["target"]["id"] == machine.as_str(), "another target: {}", result);
            match result["status"].as_str() {
                Some("ok") => self.success(machine, Some(&result["machineAction"]))?,
                _ if is_unresolved => {}
                _ => {
                    self.failure(&result["error"], Some(machine))?;
                    kept::of_machine(&result["error"], self.sent, machine)?;
                }
            }
        }
        Ok(())
    }
}

fn is_portal_s(action: &Value) -> bool {
    action["requestorComment"] == "from the portal"
}

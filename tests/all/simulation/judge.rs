//! What must hold of every call, whatever went wrong during it.

use std::time::Duration;

use defender_connector::clock::Clock;
use defender_connector::error::{Error, Kind, Retry};
use defender_connector::outcome::Outcome;
use host_harness::stub::{Duplicate, Entry};
use proptest::prelude::*;
use serde_json::Value;

use super::network::Simulated;
use super::schedule::Step;

pub(super) const CALL_TIMEOUT: Duration = Duration::from_secs(120);

/// What a call may take longer: it notices the deadline between two pieces of a body.
const SLACK: Duration = Duration::from_secs(31);

/// The state of the world before a call.
pub(super) struct Before {
    pub(super) actions: Vec<Value>,
    pub(super) sent: usize,
    pub(super) time: Duration,
}

/// A call, what it answered and what really happened.
struct Case<'c> {
    step: &'c Step,
    before: &'c Before,
    /// Machine actions that this call brought about.
    carried_out: &'c [Value],
    /// All machine actions, as they are now.
    actions: &'c [Value],
    duplicate: Duplicate,
}

pub(super) fn judge(
    step: &Step,
    answer: &Result<Outcome, Error>,
    before: &Before,
    world: &Simulated,
    duplicate: Duplicate,
) -> Result<(), TestCaseError> {
    let actions = world.service.machine_actions();
    let carried_out = &actions[before.actions.len()..];
    let ledger = world.service.ledger();
    let sent = &ledger[before.sent..];
    prop_assert!(world.elapsed() - before.time <= CALL_TIMEOUT + SLACK, "took {:?}", world.elapsed() - before.time);
    for entry in sent {
        prop_assert_eq!(entry.has_bearer, entry.host == "api.security.microsoft.com", "{:?}", entry);
    }
    for (n, action) in carried_out.iter().enumerate() {
        let machine = &action["machineId"];
        prop_assert!(step.machines.iter().any(|id| machine == id), "on a machine that nobody named: {}", action);
        prop_assert!(!carried_out[..n].iter().any(|other| other["machineId"] == *machine), "twice: {:?}", answer);
        prop_assert!(!step.params["dryRun"].as_bool().unwrap_or_default(), "a dry run did something: {}", action);
    }
    let case = Case { step, before, carried_out, actions: &actions, duplicate };
    if step.params.get("ids").is_some() {
        return case.many(answer);
    }
    match answer {
        Ok(outcome) => {
            let data: Value = serde_json::from_str(&outcome.data).unwrap();
            match &outcome.machine_action {
                Some(started) => case.success(&step.machines[0], &started.id, started.adopted),
                None => {
                    prop_assert!(carried_out.is_empty(), "it was done, and is not told: {}", data);
                    Ok(())
                }
            }
        }
        Err(error) => {
            case.failure(&error.to_json(), carried_out.first())?;
            kept(error, sent, step)
        }
    }
}

impl Case<'_> {
    /// A success is proven by the service's own record: of this call, or of one that is the same in every respect.
    fn success(&self, machine: &str, id: &str, adopted: bool) -> Result<(), TestCaseError> {
        let record = self.actions.iter().find(|action| action["id"] == id);
        prop_assert!(record.is_some(), "{} is no action of the service", id);
        let record = record.unwrap_or(&Value::Null);
        let ensure = self.step.params["ensure"] == true;
        prop_assert_eq!(&record["machineId"], machine);
        prop_assert_eq!(&record["type"], self.step.kind);
        prop_assert!(ensure || record["requestorComment"] == self.step.params["comment"], "not ours: {}", record);
        if self.step.params.get("wait").is_some() {
            prop_assert_eq!(&record["status"], "Succeeded", "a success that is none");
        }
        let ours = self.carried_out.iter().any(|action| action["id"] == id);
        if ours {
            return Ok(());
        }
        prop_assert!(!self.carried_out.iter().any(|action| action["machineId"] == machine), "another one is told");
        let was = self.before.actions.iter().find(|action| action["id"] == id).unwrap_or(&Value::Null);
        let open = was["status"] == "Pending" || was["status"] == "InProgress";
        if ensure {
            // It was so already: by an action that had succeeded and was not undone, or one that was under way.
            prop_assert!(adopted || open);
            prop_assert!(open || was["status"] == "Succeeded", "{}", was);
            return Ok(());
        }
        // The service gave what was under way already; or it was found, made within the last seconds: the same in every respect.
        prop_assert!(open && (adopted || self.duplicate == Duplicate::ReturnPending), "nothing was done: {}", was);
        Ok(())
    }

    /// A failure never says that nothing was done when something was.
    fn failure(&self, error: &Value, carried_out: Option<&Value>) -> Result<(), TestCaseError> {
        if let Some(action) = carried_out {
            let told = error["details"]["machineAction"]["id"] == action["id"];
            prop_assert!(told || error["retry"] == "unknown", "it was carried out: {}", error);
        }
        if error["kind"] == "action-failed" {
            let id = &error["details"]["machineAction"]["id"];
            let record = self.actions.iter().find(|action| action["id"] == *id).unwrap_or(&Value::Null);
            prop_assert!(
                ["Failed", "TimeOut", "Cancelled"].iter().any(|status| record["status"] == *status),
                "{}",
                error
            );
        }
        Ok(())
    }

    /// Of many machines each has its own record, and the call succeeds only if all did.
    fn many(&self, answer: &Result<Outcome, Error>) -> Result<(), TestCaseError> {
        let results = match answer {
            Ok(outcome) => serde_json::from_str::<Value>(&outcome.data).unwrap()["results"].clone(),
            Err(error) if error.kind == Kind::ActionFailed => error.details.clone().unwrap()["results"].clone(),
            // What fails before anything is sent.
            Err(_) => {
                prop_assert!(self.carried_out.is_empty());
                return Ok(());
            }
        };
        let results = results.as_array().unwrap();
        prop_assert_eq!(results.len(), self.step.machines.len());
        let failed = results.iter().filter(|result| result["status"] == "error").count();
        prop_assert_eq!(answer.is_err(), failed > 0);
        for (result, machine) in results.iter().zip(&self.step.machines) {
            prop_assert_eq!(&result["target"]["id"], machine);
            let done = self.carried_out.iter().find(|action| action["machineId"] == machine.as_str());
            match result["status"].as_str() {
                Some("ok") if self.step.params["dryRun"] == true => {}
                Some("ok") => {
                    let action = &result["machineAction"];
                    self.success(machine, action["id"].as_str().unwrap_or_default(), action["adopted"] == true)?;
                }
                _ => self.failure(&result["error"], done)?,
            }
        }
        Ok(())
    }
}

/// A failure keeps what the service said last.
fn kept(error: &Error, sent: &[Entry], step: &Step) -> Result<(), TestCaseError> {
    // Of something that was sent the failure tells, and not of the looks after that.
    let is_post = |entry: &&Entry| entry.method == "POST" && entry.host.starts_with("api.");
    let posted = sent.iter().any(|entry| is_post(&entry));
    let mut last = sent.iter().rev();
    let last = match error.retry {
        Retry::Unknown if posted => last.find(is_post),
        _ => last.find(|entry| !posted || entry.path != "/api/machineactions"),
    };
    let last = last.filter(|entry| entry.status >= 400 && delivered(entry));
    let told = [Kind::Conflict, Kind::TimedOut, Kind::Unfinished, Kind::ActionFailed].contains(&error.kind);
    if let Some(last) = last.filter(|_| !told && (error.retry != Retry::Never || step.params.get("ensure").is_none())) {
        prop_assert_eq!(error.status, Some(last.status), "{:?} after {:?}", error, last);
        prop_assert!(
            error.request_id.is_some()
                || last.faults.contains(&"status")
                || last.faults.contains(&"html")
                || last.faults.contains(&"empty"),
            "{:?}",
            error
        );
    }
    Ok(())
}

/// Whether the head of an answer came through.
fn delivered(entry: &Entry) -> bool {
    let lost = ["resetBefore", "resetAfter", "delay"];
    !entry.faults.iter().any(|fault| lost.contains(fault))
}

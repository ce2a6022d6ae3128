//! What must hold of every call, whatever went wrong during it.

use std::time::Duration;

use defender_connector::clock::Clock;
use defender_connector::error::{Error, Kind, Retry};
use defender_connector::outcome::Outcome;
use serde_json::Value;

use super::schedule::Step;
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

pub(super) const CALL_TIMEOUT: Duration = Duration::from_secs(120);

/// What a call may take longer: it notices the deadline between two pieces of a body.
const SLACK: Duration = Duration::from_secs(31);

/// The state of the world before a call.
pub(super) struct Before {
    pub(super) actions: Vec<Value>,
    /// Those of them that reads could see.
    pub(super) visible: Vec<Value>,
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
    world: &Network,
    duplicate: Duplicate,
) -> Result<(), String> {
    let actions = world.service.machine_actions();
    // What the portal did is nobody's doing here.
    let carried_out: Vec<Value> =
        actions[before.actions.len()..].iter().filter(|action| !is_portal_s(action)).cloned().collect();
    let carried_out = carried_out.as_slice();
    let ledger = world.service.ledger();
    let sent = &ledger[before.sent..];
    must!(world.elapsed() - before.time <= CALL_TIMEOUT + SLACK, "took {:?}", world.elapsed() - before.time);
    for entry in sent {
        equal!(entry.has_bearer, entry.host == "api.security.microsoft.com", "a bearer where none belongs: {entry:?}");
    }
    for (n, action) in carried_out.iter().enumerate() {
        let machine = &action["machineId"];
        must!(step.machines.iter().any(|id| machine == id), "on a machine that nobody named: {}", action);
        must!(!carried_out[..n].iter().any(|other| other["machineId"] == *machine), "twice: {:?}", answer);
        must!(!step.params["dryRun"].as_bool().unwrap_or_default(), "a dry run did something: {}", action);
    }
    let case = Case { step, before, carried_out, actions: &actions, duplicate };
    if step.params.get("ids").is_some() {
        return case.many(answer);
    }
    match answer {
        Ok(outcome) => {
            must!(serde_json::from_str::<Value>(&outcome.data).is_ok(), "data is not JSON: {}", outcome.data);
            match &outcome.machine_action {
                Some(started) => case.success(&step.machines[0], &started.to_json()),
                None => {
                    must!(carried_out.is_empty(), "it was done, and is not told: {}", outcome.data);
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
    fn success(&self, machine: &str, told: &Value) -> Result<(), String> {
        let (id, params) = (&told["id"], &self.step.params);
        let Some(record) = self.actions.iter().find(|action| action["id"] == *id) else {
            return Err(format!("{id} is no action of the service"));
        };
        let ensure = params["ensure"] == true;
        equal!(record["machineId"], machine, "another machine");
        equal!(record["type"], self.step.kind, "another type");
        let comment = params["comment"].as_str().unwrap_or_default();
        let comment = params["reference"].as_str().map_or(comment.to_owned(), |case| format!("{comment} [{case}]"));
        must!(ensure || record["requestorComment"] == comment.as_str(), "not ours: {record}");
        must!(told["state"] != "succeeded" || record["status"] == "Succeeded", "a success that is none: {record}");
        must!(params.get("wait").is_none() || told["state"] == "succeeded", "waited for, and {told}");
        if self.carried_out.iter().any(|action| action["id"] == *id) {
            return Ok(());
        }
        must!(!self.carried_out.iter().any(|action| action["machineId"] == machine), "another one is told: {record}");
        let was = self.before.actions.iter().find(|action| action["id"] == *id).unwrap_or(&Value::Null);
        let open = was["status"] == "Pending" || was["status"] == "InProgress";
        if ensure {
            // It was so already: by an action that had succeeded and was not undone, or one that was under way.
            let by_portal = is_portal_s(record) && was.is_null();
            must!(told["adopted"] == true || open, "it is not said to have been so: {told}");
            must!(open || by_portal || was["status"] == "Succeeded", "it was not so: {was}");
            return if open || by_portal { Ok(()) } else { self.lasting(machine, record) };
        }
        // The service gave what was under way already; or it was found, made within the last seconds: the same in every respect.
        let given = told["adopted"] == true || self.duplicate == Duplicate::ReturnPending;
        must!(open && given, "nothing was done: {was}");
        Ok(())
    }

    /// Nothing undid it, as far as anybody could see when the call began.
    fn lasting(&self, machine: &str, record: &Value) -> Result<(), String> {
        let undo = match self.step.kind {
            "Isolate" => "Unisolate",
            "Unisolate" => "Isolate",
            _ => return Ok(()),
        };
        let undone = |action: &&Value| {
            action["machineId"] == machine
                && action["type"] == undo
                && action["status"] == "Succeeded"
                && action["lastUpdateDateTimeUtc"].as_str() > record["lastUpdateDateTimeUtc"].as_str()
        };
        match self.before.visible.iter().find(undone) {
            Some(other) => Err(format!("undone by {other}")),
            None => Ok(()),
        }
    }

    /// A failure never says that nothing was done when something was.
    fn failure(&self, error: &Value, carried_out: Option<&Value>) -> Result<(), String> {
        if let Some(action) = carried_out {
            let told = error["details"]["machineAction"]["id"] == action["id"];
            must!(told || error["retry"] == "unknown", "it was carried out: {}", error);
        }
        if error["kind"] == "action-failed" {
            let id = &error["details"]["machineAction"]["id"];
            let record = self.actions.iter().find(|action| action["id"] == *id).unwrap_or(&Value::Null);
            must!(["Failed", "TimeOut", "Cancelled"].iter().any(|status| record["status"] == *status), "{}", error);
        }
        Ok(())
    }

    /// Of many machines each has its own record, and the call succeeds only if all did.
    fn many(&self, answer: &Result<Outcome, Error>) -> Result<(), String> {
        let results = match answer {
            Ok(outcome) => serde_json::from_str::<Value>(&outcome.data).unwrap_or_default()["results"].clone(),
            Err(error) if error.kind == Kind::ActionFailed => {
                error.details.clone().unwrap_or_default()["results"].clone()
            }
            // What fails before anything is sent.
            Err(_) => {
                must!(self.carried_out.is_empty(), "it was done, and is not told");
                return Ok(());
            }
        };
        let results = results.as_array().map(Vec::as_slice).unwrap_or_default();
        equal!(results.len(), self.step.machines.len(), "records");
        let failed = results.iter().filter(|result| result["status"] == "error").count();
        equal!(answer.is_err(), failed > 0, "the whole fails if a part does");
        for (result, machine) in results.iter().zip(&self.step.machines) {
            equal!(result["target"]["id"], machine.as_str(), "another target");
            let done = self.carried_out.iter().find(|action| action["machineId"] == machine.as_str());
            match result["status"].as_str() {
                Some("ok") if self.step.params["dryRun"] == true => {}
                Some("ok") => self.success(machine, &result["machineAction"])?,
                _ => self.failure(&result["error"], done)?,
            }
        }
        Ok(())
    }
}

/// A failure keeps what the service said last.
fn kept(error: &Error, sent: &[Entry], step: &Step) -> Result<(), String> {
    // Of something that was sent the failure tells, and not of the looks after that.
    let is_post = |entry: &&Entry| entry.method == "POST" && entry.host.starts_with("api.");
    let posted = sent.iter().any(|entry| is_post(&entry));
    let mut last = sent.iter().rev();
    // Where there is a machine action, the failure is about what came after it.
    let went_on = error.details.as_ref().is_some_and(|details| details["machineAction"]["id"].is_string());
    let last = match error.retry {
        Retry::Unknown if posted && !went_on => last.find(is_post),
        _ => last.find(|entry| !posted || entry.path != "/api/machineactions"),
    };
    let last = last.filter(|entry| entry.status >= 400 && delivered(entry));
    let told = [Kind::Conflict, Kind::TimedOut, Kind::Unfinished, Kind::ActionFailed].contains(&error.kind);
    if let Some(last) = last.filter(|_| !told && (error.retry != Retry::Never || step.params.get("ensure").is_none())) {
        equal!(error.status, Some(last.status), "what the service said is lost: {error:?} after {last:?}");
        must!(
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

fn is_portal_s(action: &Value) -> bool {
    action["requestorComment"] == "from the portal"
}

/// Whether the head of an answer came through.
fn delivered(entry: &Entry) -> bool {
    let lost = ["resetBefore", "resetAfter", "delay"];
    !entry.faults.iter().any(|fault| lost.contains(fault))
}

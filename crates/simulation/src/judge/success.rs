//! Checks successes against the service's own state.

use serde_json::Value;

use super::session::{all_completed, is_complete};
use super::traffic::API;
use super::{CallKind, Case, ensure, ensure_eq, is_open, only};
use crate::schedule::commented;
use defender_stub::{Duplicate, Entry, rewritten};

impl Case<'_> {
    pub(super) fn success(
        &self,
        machine: &str,
        reported: Option<&Value>,
        data: &Value,
    ) -> Result<(), String> {
        ensure!(
            !machine.is_empty() || self.step.machines.is_empty(),
            "the name means no machine, or more than one"
        );
        if self.step.params["dryRun"] == true {
            return Ok(());
        }
        // The response that decides must be complete.
        let changes =
            matches!(self.step.call_kind, CallKind::Tag | CallKind::Import | CallKind::Delete);
        let of = |path: &str| machine.is_empty() || path.contains(machine);
        // An operation reads a record back if the response to its change was lost or empty.
        let is_read_back =
            |entry: &Entry| self.mark.is_some() && entry.path == format!("/api/machines/{machine}");
        let is_change = |entry: &&Entry| {
            entry.host == API && (entry.method != "GET" || is_read_back(entry)) && of(&entry.path)
        };
        let mut decisive = self.sent.iter().rev().filter(is_change);
        ensure!(
            !changes || decisive.next().is_none_or(|last| last.status != 206),
            "a part is taken for the whole"
        );
        match (self.step.call_kind, reported.filter(|reported| reported.is_object())) {
            (CallKind::Start(kind), Some(reported)) => {
                self.started(kind, machine, reported)?;
                self.consistent(reported, data)?;
                self.script_s_output(reported, data)
            }
            (CallKind::Start(_) | CallKind::Cancel | CallKind::Follow, None) => {
                Err("no machine action is reported".to_owned())
            }
            (CallKind::Cancel, Some(reported)) => self
                .ended(reported, "actionId", "cancelled", "Cancelled")
                .and(self.consistent(reported, data)),
            (CallKind::Follow, Some(reported)) => {
                self.ended(reported, "id", "succeeded", "Succeeded")?;
                let record = self.action(&reported["id"]);
                ensure!(all_completed(record), "a success with failed commands: {}", record);
                self.consistent(reported, data)
            }
            (CallKind::Tag, _) => self.tagged(machine),
            (CallKind::Delete, _) => self.deleted(),
            (CallKind::Import, _) => self.imported(),
            (CallKind::Read, _) => self.read(data),
        }
    }

    /// Checks that the record returned as data agrees with the outcome.
    fn consistent(&self, reported: &Value, data: &Value) -> Result<(), String> {
        let is_record = data["id"] == reported["id"] && data["status"].is_string();
        let says = data["status"] == "Succeeded";
        ensure!(
            !is_record || says == (reported["state"] == "succeeded"),
            "reported {} and handed on {}",
            reported,
            data["status"]
        );
        Ok(())
    }

    /// Checks that no output of a script is lost.
    fn script_s_output(&self, reported: &Value, data: &Value) -> Result<(), String> {
        let wrote = self.step.action == "runScript"
            && self.step.params["parameters"]["scriptName"] == "triage.ps1";
        if !wrote || reported["state"] != "succeeded" || self.step.params.get("wait").is_none() {
            return Ok(());
        }
        let id = reported["id"].as_str().unwrap_or_default();
        let of_it = |entry: &&Entry| entry.host != API && entry.path.contains(id);
        // Output that a process had read before it died is read again.
        let part = self.sent.iter().rev().find(of_it).filter(|entry| entry.status == 206);
        // Storage may have returned something else instead of the transcript.
        if self.sent.iter().filter(of_it).any(|entry| {
            ["garbage", "empty", "status", "html"].iter().any(|fault| entry.faults.contains(fault))
        }) {
            return Ok(());
        }
        ensure!(part.is_none(), "a part of the script's output is taken for the whole: {:?}", part);
        let has = |name: &str| data[name].as_str().is_some_and(|text| !text.is_empty());
        ensure!(
            ["script_output", "text", "base64"].into_iter().any(has),
            "the script's output is lost: {data}"
        );
        Ok(())
    }

    /// Checks that the named action itself ended this way, if its end is reported or was waited
    /// for.
    fn ended(&self, reported: &Value, name: &str, state: &str, status: &str) -> Result<(), String> {
        ensure_eq!(reported["id"], self.step.params[name], "another machine action");
        let has_ended = reported["state"] == state;
        ensure!(has_ended || self.step.params.get("wait").is_none(), "waited for, and {reported}");
        ensure!(
            !has_ended || self.action(&reported["id"])["status"] == status,
            "it has not ended so: {}",
            reported
        );
        Ok(())
    }

    /// The comments that the request for a machine may have: behind the first target, the mark of
    /// an operation has the target's number.
    fn comments(&self, machine: &str, comment: &str) -> Vec<String> {
        let Some(mark) = self.mark else { return vec![comment.to_owned()] };
        let targets = self.step.machines.iter().enumerate();
        let own = targets.filter(|(_, target)| *target == machine);
        own.map(|(n, _)| match n {
            0 => format!("{mark}] {comment}"),
            n => format!("{mark}/{}] {comment}", n + 1),
        })
        .collect()
    }

    /// The service's own record proves a success: the record of this call, or one that is identical
    /// in every respect.
    fn started(&self, kind: &str, machine: &str, reported: &Value) -> Result<(), String> {
        let (id, params) = (&reported["id"], &self.step.params);
        let record = self.action(id);
        ensure!(record.is_object(), "{id} is no action of the service");
        let ensure = params["ensure"] == true;
        // Changes that a record undergoes at its end are visible only then.
        if reported["state"] == "succeeded" || is_open(record) || self.schedule.ends_as.is_empty() {
            ensure_eq!(record["machineId"], machine, "another machine");
            ensure_eq!(record["type"], kind, "another type");
        }
        let is_own = |comment: String| {
            record["requestorComment"] == rewritten(comment, &self.schedule.rewrites).as_str()
        };
        ensure!(
            ensure || self.comments(machine, &commented(params)).into_iter().any(is_own),
            "another comment: {record}"
        );
        ensure!(
            ensure || self.ours.iter().any(|ours| id == ours),
            "another caller's is taken for ours: {record}"
        );
        ensure!(
            reported["state"] != "succeeded" || record["status"] == "Succeeded",
            "it did not succeed: {record}"
        );
        ensure!(
            params.get("wait").is_none() || reported["state"] == "succeeded",
            "waited for, and {reported}"
        );
        let whole =
            reported["state"] != "succeeded" || is_complete(record, self.step.action, params);
        ensure!(whole, "not every command was completed: {record}");
        if self.made.iter().any(|made| id == made.id) {
            return self.not_again(machine);
        }
        ensure!(
            !self.made.iter().any(|made| made.machine == machine),
            "another one is reported: {record}"
        );
        let was =
            self.before.actions.iter().find(|action| action["id"] == *id).unwrap_or(&Value::Null);
        let open = is_open(was);
        if ensure {
            // The state already existed: an earlier action succeeded and was not undone, or is
            // still running.
            let by_another = was.is_null();
            ensure!(
                reported["adopted"] == true || open || by_another,
                "it is not said to have been so: {reported}"
            );
            ensure!(open || by_another || was["status"] == "Succeeded", "it was not so: {was}");
            if !self.sent.iter().any(|entry| entry.method == "POST" && entry.path.contains(machine))
            {
                self.being_undone(kind, machine)?;
            }
            return if open || by_another { Ok(()) } else { self.lasting(kind, machine, record) };
        }
        // The service returned the running action, or a lookup found one from the last seconds that
        // is identical in every respect.
        let given = reported["adopted"] == true || self.schedule.duplicate != Duplicate::Reject;
        ensure!(open && given, "nothing was done: {was}");
        Ok(())
    }

    /// With `ensure`, an action already done for this case and visible to reads is not repeated.
    fn not_again(&self, machine: &str) -> Result<(), String> {
        let params = &self.step.params;
        let well = self.sent.iter().all(|entry| only(entry, &["delay"]));
        if self.step.action != "runAntivirusScan" || params["ensure"] != true || !well {
            return Ok(());
        }
        let Some(mark) = params["reference"].as_str().map(|case| format!("[ref:{case}]")) else {
            return Ok(());
        };
        let done = |action: &&Value| {
            action["machineId"] == machine
                && action["type"] == "RunAntiVirusScan"
                && action["status"] == "Succeeded"
        };
        let ours = |action: &&Value| {
            let made = |entry: &&Entry| entry.made.iter().any(|id| action["id"] == id.as_str());
            self.ledger.iter().any(|entry| made(&entry) && entry.body.contains(&mark))
        };
        match self.before.visible.iter().filter(done).find(ours) {
            Some(other) => Err(format!("it was done for this case: {other}")),
            None => Ok(()),
        }
    }

    /// Checks that no action visible when the call began had undone it.
    fn lasting(&self, kind: &str, machine: &str, record: &Value) -> Result<(), String> {
        let undone = |action: &&Value| {
            action["machineId"] == machine
                && undo(kind).is_some_and(|undo| action["type"] == undo)
                && action["status"] == "Succeeded"
                && action["lastUpdateDateTimeUtc"].as_str()
                    > record["lastUpdateDateTimeUtc"].as_str()
        };
        match self.before.visible.iter().find(undone) {
            Some(other) => Err(format!("undone by {other}")),
            None => Ok(()),
        }
    }

    /// Checks that no action that undoes it was running when the call began and still is.
    fn being_undone(&self, kind: &str, machine: &str) -> Result<(), String> {
        let undoes = |action: &&Value| {
            action["machineId"] == machine
                && undo(kind).is_some_and(|undo| action["type"] == undo)
                && is_open(action)
                && is_open(self.action(&action["id"]))
        };
        match self.before.visible.iter().find(undoes) {
            Some(other) => Err(format!("about to be undone by {other}")),
            None => Ok(()),
        }
    }
}

/// The action type that undoes another.
fn undo(kind: &str) -> Option<&'static str> {
    match kind {
        "Isolate" => Some("Unisolate"),
        "Unisolate" => Some("Isolate"),
        _ => None,
    }
}

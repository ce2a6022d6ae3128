//! Checks failures: none may claim that nothing was done when something was.

use defender_connector::error::Kind;
use serde_json::Value;

use super::session::{all_completed, is_complete};
use super::traffic::may_change;
use super::{CallKind, Case, ensure, is_open, only};

impl Case<'_> {
    pub(super) fn failure(&self, error: &Value, machine: Option<&str>) -> Result<(), String> {
        let reported = &error["details"]["machineAction"]["id"];
        let is_unknown = error["retry"] == "unknown";
        if let Some(made) = self.made.iter().find(|made| Some(made.machine) == machine) {
            ensure!(*reported == made.id || is_unknown, "it was carried out: {}", error);
        }
        let is_meant = |path: &str| machine.is_none_or(|id| !id.is_empty() && path.contains(id));
        let mut changes =
            self.sent.iter().filter(|entry| may_change(entry) && is_meant(&entry.path));
        if let Some(change) = changes.next() {
            let reported = reported.is_string() && error["kind"] != Kind::Conflict.name();
            ensure!(
                reported || is_unknown,
                "it may have been carried out: {} after {:?}",
                error,
                change
            );
        }
        if error["kind"] == Kind::ActionFailed.name() && machine.is_some() {
            let record = self.action(reported);
            let bad =
                ["Failed", "TimeOut", "Cancelled"].iter().any(|status| record["status"] == *status);
            let whole =
                all_completed(record) && is_complete(record, self.step.action, &self.step.params);
            ensure!(bad || !whole, "no bad end: {} {}", error, record);
        }
        self.not_a_stranger_s(error)?;
        match self.step.call_kind {
            CallKind::Cancel => self.not_cancelled(error).and(self.there(error, "actionId")),
            CallKind::Follow => self.there(error, "id"),
            _ if machine.is_some() => self.unresolved(error, machine.unwrap_or_default()),
            _ => Ok(()),
        }
    }

    /// A name that resolves to a machine is not reported as unknown if the service answered
    /// correctly.
    pub(super) fn unresolved(&self, error: &Value, machine: &str) -> Result<(), String> {
        let by_name = self.step.params.get("host").or(self.step.params.get("hosts")).is_some();
        let not_found = error["kind"] == Kind::NotFound.name() && error["status"].is_null();
        let well = self.sent.iter().all(|entry| {
            only(entry, &["delay", "slowBody", "twice", "date", "header", "byAnother"])
        });
        ensure!(
            !(by_name && not_found && well && !machine.is_empty()),
            "there is such a machine: {error}"
        );
        Ok(())
    }

    /// An action that this call created, and that reads returned in full, is not reported as
    /// someone else's.
    fn not_a_stranger_s(&self, error: &Value) -> Result<(), String> {
        let reported = &error["details"]["machineAction"]["id"];
        let Some(made) = self.made.iter().find(|made| *reported == made.id) else { return Ok(()) };
        let shown = |faults: &[&str]| self.sent[made.by..].iter().all(|entry| only(entry, faults));
        // The connector judges an action's age by the service's clock, which needs a host clock
        // that agrees.
        let faults =
            if self.schedule.rewrites.is_empty() { &["delay", "twice"][..] } else { &["delay"] };
        let whole = shown(faults) && !self.clocks_differ;
        let changed = !self.schedule.ends_as.is_empty();
        ensure!(
            error["kind"] != Kind::Conflict.name() || !whole || changed,
            "it is our own: {error}"
        );
        Ok(())
    }

    /// A failure is not `not cancelled` if this call cancelled the action, or may have.
    fn not_cancelled(&self, error: &Value) -> Result<(), String> {
        let id = &self.step.params["actionId"];
        let was_open =
            self.before.actions.iter().any(|action| action["id"] == *id && is_open(action));
        let may_be_ours = self.sent.iter().any(may_change);
        if was_open && may_be_ours && self.action(id)["status"] == "Cancelled" {
            ensure!(error["retry"] == "unknown", "it was cancelled: {}", error);
        }
        Ok(())
    }

    /// An existing machine action is not reported as unknown unless the service reported it so.
    fn there(&self, error: &Value, name: &str) -> Result<(), String> {
        let is_there = self.action(&self.step.params[name]).is_object();
        let well = [
            "delay",
            "slowBody",
            "date",
            "header",
            "twice",
            "resetAfter",
            "resetBefore",
            "cutShort",
            "partial",
        ];
        let is_reported = self.sent.iter().any(|entry| entry.status == 404 || !only(entry, &well));
        ensure!(
            error["kind"] != Kind::NotFound.name() || !is_there || is_reported,
            "it is there: {error}"
        );
        Ok(())
    }
}

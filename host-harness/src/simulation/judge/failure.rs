//! A failure never says that nothing was done when something was.

use serde_json::Value;

use super::traffic::may_change;
use super::{Case, Doing, must};

impl Case<'_> {
    pub(super) fn failure(&self, error: &Value, machine: Option<&str>) -> Result<(), String> {
        let told = &error["details"]["machineAction"]["id"];
        let is_unknown = error["retry"] == "unknown";
        if let Some(action) = self.carried_out.iter().find(|action| action["machineId"].as_str() == machine) {
            must!(*told == action["id"] || is_unknown, "it was carried out: {}", error);
        }
        let of_machine = |id: &str| self.sent.iter().any(|entry| may_change(entry) && entry.path.contains(id));
        if machine.is_some_and(of_machine) {
            must!(told.is_string() || is_unknown, "it may have been carried out: {}", error);
        }
        if error["kind"] == "action-failed" {
            let record = self.action(told);
            must!(["Failed", "TimeOut", "Cancelled"].iter().any(|status| record["status"] == *status), "{}", error);
        }
        match self.step.doing {
            Doing::Cancel => self.not_cancelled(error),
            _ => Ok(()),
        }
    }

    /// What was cancelled by this call, or may have been, is not called "not cancelled".
    fn not_cancelled(&self, error: &Value) -> Result<(), String> {
        let id = &self.step.params["actionId"];
        let was_open =
            self.before.actions.iter().any(|action| {
                action["id"] == *id && (action["status"] == "Pending" || action["status"] == "InProgress")
            });
        if was_open && self.step.portal.is_none() && self.action(id)["status"] == "Cancelled" {
            must!(error["retry"] == "unknown", "it was cancelled: {}", error);
        }
        Ok(())
    }

    pub(super) fn action(&self, id: &Value) -> &Value {
        self.actions.iter().find(|action| action["id"] == *id).unwrap_or(&Value::Null)
    }
}

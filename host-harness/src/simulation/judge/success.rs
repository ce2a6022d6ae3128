//! A success is proven by what the service has.

use serde_json::Value;

use super::traffic::was_cut;
use super::{Case, Doing, equal, is_portal_s, must};
use crate::stub::Duplicate;

impl Case<'_> {
    pub(super) fn success(&self, machine: &str, told: Option<&Value>) -> Result<(), String> {
        if self.step.params["dryRun"] == true {
            return Ok(());
        }
        match (self.step.doing, told.filter(|told| told.is_object())) {
            (Doing::Start(kind), Some(told)) => self.started(kind, machine, told),
            (Doing::Start(_) | Doing::Cancel | Doing::Follow, None) => Err("no machine action is told".to_owned()),
            (Doing::Cancel, Some(told)) => self.ended(told, "actionId", "cancelled", "Cancelled"),
            (Doing::Follow, Some(told)) => self.ended(told, "id", "succeeded", "Succeeded"),
            (Doing::Tag, _) => {
                let tagged = |path: &str| path.contains(machine) && path.ends_with("/tags");
                let done = self.sent.iter().any(|entry| tagged(&entry.path) && entry.status == 200 && !was_cut(entry));
                must!(done, "nothing was changed on {}", machine);
                Ok(())
            }
            (Doing::Read, _) => Ok(()),
        }
    }

    /// The very action that was named has ended so, if its end is told or was waited for.
    fn ended(&self, told: &Value, name: &str, state: &str, status: &str) -> Result<(), String> {
        equal!(told["id"], self.step.params[name], "another machine action");
        let has_ended = told["state"] == state;
        must!(has_ended || self.step.params.get("wait").is_none(), "waited for, and {told}");
        must!(!has_ended || self.action(&told["id"])["status"] == status, "an end that is none: {}", told);
        Ok(())
    }

    /// A success is proven by the service's own record: of this call, or of one that is the same in every respect.
    fn started(&self, kind: &str, machine: &str, told: &Value) -> Result<(), String> {
        let (id, params) = (&told["id"], &self.step.params);
        let record = self.action(id);
        must!(record.is_object(), "{id} is no action of the service");
        let ensure = params["ensure"] == true;
        equal!(record["machineId"], machine, "another machine");
        equal!(record["type"], kind, "another type");
        let comment = params["comment"].as_str().unwrap_or_default();
        let comment = params["reference"].as_str().map_or(comment.to_owned(), |case| format!("[ref:{case}] {comment}"));
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
            return if open || by_portal { Ok(()) } else { self.lasting(kind, machine, record) };
        }
        // The service gave what was under way already; or it was found, made within the last seconds: the same in every respect.
        let given = told["adopted"] == true || self.duplicate == Duplicate::ReturnPending;
        must!(open && given, "nothing was done: {was}");
        Ok(())
    }

    /// Nothing undid it, as far as anybody could see when the call began.
    fn lasting(&self, kind: &str, machine: &str, record: &Value) -> Result<(), String> {
        let undo = match kind {
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
}

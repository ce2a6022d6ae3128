//! Checks calls that create no machine action: they read, change or delete records.

use serde_json::Value;

use super::traffic::was_cut;
use super::{Case, ensure, only};
use defender_stub::{Entry, Machine};

impl Case<'_> {
    /// Checks that the machine's record was changed.
    pub(super) fn tagged(&self, machine: &str) -> Result<(), String> {
        let tagged =
            |path: &str| !machine.is_empty() && path.contains(machine) && path.ends_with("/tags");
        let done = self.sent.iter().any(|entry| {
            tagged(&entry.path)
                && (entry.carried_out || entry.faults.contains(&"byAnother"))
                && !was_cut(entry)
        });
        // An operation may read back the result of a request whose response was lost.
        let is_read_back = self.mark.is_some()
            && self.service.with_scenario(|scenario| {
                let of = |found: &&Machine| found.id == machine;
                scenario.machines.iter().find(of).is_some_and(|found| {
                    found.machine_tags.iter().any(|tag| self.step.params["tag"] == tag.as_str())
                })
            });
        ensure!(done || is_read_back, "nothing was changed on {}", machine);
        Ok(())
    }

    /// Checks that the record is gone.
    pub(super) fn deleted(&self) -> Result<(), String> {
        let params = &self.step.params;
        let id = params.get("id").or(params["ids"].get(0));
        let is_there = self.service.with_scenario(|scenario| match id {
            Some(id) => scenario.records.indicators.iter().any(|indicator| indicator["id"] == *id),
            None => {
                scenario.library.iter().any(|file| params["fileName"] == file.file_name.as_str())
            }
        });
        // A client cannot tell a gateway's empty response from the service's.
        let is_forged = |entry: &Entry| {
            entry.method != "GET"
                && !entry.carried_out
                && entry.faults.iter().any(|fault| ["status", "empty"].contains(fault))
        };
        ensure!(!is_there || self.sent.iter().any(is_forged), "it is still there: {params}");
        Ok(())
    }

    /// Checks that the indicators exist.
    pub(super) fn imported(&self) -> Result<(), String> {
        let params = &self.step.params;
        let one = [params.clone()];
        let wanted = params["indicators"].as_array().map_or(&one[..], Vec::as_slice);
        let there = self.service.with_scenario(|scenario| {
            let has = |value: &Value| {
                scenario.records.indicators.iter().any(|found| found["indicatorValue"] == *value)
            };
            wanted.iter().all(|indicator| has(&indicator["indicatorValue"]))
        });
        ensure!(there, "it is not there: {params}");
        Ok(())
    }

    /// A list reported as complete has every record, and no result is built from a partial
    /// response.
    pub(super) fn read(&self, data: &Value) -> Result<(), String> {
        let Some(last) = self.sent.iter().rev().find(|entry| entry.host.starts_with("api.")) else {
            return Ok(());
        };
        ensure!(last.status != 206, "a part is taken for the whole: {:?}", last);
        let honest =
            |entry: &Entry| only(entry, &["delay", "date", "header", "cutShort", "partial"]);
        // A record that moves to another machine during the read may or may not be in the list.
        let moves = self.schedule.ends_as.iter().any(|end| end.becomes_machine.is_some());
        if data["complete"] != true || !honest(last) || moves {
            return Ok(());
        }
        let all = match self.step.action {
            "getAgentList" => self.service.with_scenario(|scenario| scenario.machines.len()),
            "getActions" => {
                let of = |action: &&Value| action["machineId"] == self.step.params["machineId"];
                self.before.visible.iter().filter(of).count()
            }
            _ => return Ok(()),
        };
        let found = data["value"].as_array().map_or(0, Vec::len);
        ensure!(found >= all, "called complete: {found} of {all} after {:?}", self.sent);
        Ok(())
    }
}

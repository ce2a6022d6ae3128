//! Rules that make the final record of an action differ from its request.

use serde::Deserialize;
use serde_json::{Value, json};

/// What the records of some actions show once they have ended. The real service should never send
/// such a record; a connector that reports success for it trusts the status alone.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
pub struct EndsAs {
    /// The action type, such as `LiveResponse`; absent matches every type.
    #[serde(rename = "type")]
    pub kind: Option<String>,
    /// The machine, by ID; absent matches every machine.
    pub machine_id: Option<String>,
    /// The record's status, regardless of its commands' results: `Succeeded` for a session whose
    /// script failed.
    pub status: Option<String>,
    /// How many commands remain, from the first.
    pub commands: Option<usize>,
    /// The script that the record names instead of the requested one.
    pub script: Option<String>,
    /// The record's type, instead of the requested one.
    pub becomes_type: Option<String>,
    /// The record's device, instead of the requested one.
    pub becomes_machine: Option<String>,
}

impl EndsAs {
    pub(crate) fn fits(&self, kind: &str, machine_id: &str) -> bool {
        self.kind.as_ref().is_none_or(|own| own == kind)
            && self.machine_id.as_ref().is_none_or(|id| id.eq_ignore_ascii_case(machine_id))
    }

    pub(crate) fn apply(&self, entity: &mut Value) {
        if let Some(commands) = entity["commands"].as_array_mut() {
            commands.truncate(self.commands.unwrap_or(usize::MAX));
            let params = commands
                .iter_mut()
                .filter_map(|command| command["command"]["params"].as_array_mut())
                .flatten();
            for param in params.filter(|param| param["key"] == "ScriptName") {
                if let Some(script) = &self.script {
                    param["value"] = json!(script);
                }
            }
        }
        for (name, value) in [
            ("status", &self.status),
            ("type", &self.becomes_type),
            ("machineId", &self.becomes_machine),
        ] {
            if let Some(value) = value {
                entity[name] = json!(value);
            }
        }
    }
}

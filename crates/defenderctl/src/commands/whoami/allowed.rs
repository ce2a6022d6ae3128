//! What the token allows: the commands, and the actions of the catalogue.

use host_harness::Permission;
use serde_json::{Value, json};

use crate::commands::verbs;
use crate::known_actions::MACHINES;

/// What is allowed, as far as the token says it.
pub(super) struct Allowed {
    /// Whether the token says it.
    pub(super) is_known: bool,
    pub(super) commands: Vec<Entry>,
    pub(super) actions: Vec<Permission>,
}

/// A command, and the permissions that it lacks.
pub(super) struct Entry {
    pub(super) name: &'static str,
    pub(super) missing: Vec<String>,
}

impl Allowed {
    /// Reads the rows of the connector's test.
    pub(super) fn of(permissions: &Value, token: &Value, has_token: bool) -> Self {
        let texts = |value: &Value| -> Vec<String> {
            let texts = value.as_array().into_iter().flatten();
            texts.filter_map(Value::as_str).map(str::to_owned).collect()
        };
        let rows = permissions.as_array().into_iter().flatten();
        let actions: Vec<Permission> = rows
            .map(|row| Permission {
                action: row["action"].as_str().unwrap_or_default().to_owned(),
                granted: row["granted"] == true,
                missing: texts(&row["missing"]),
            })
            .collect();
        let missing = |name: &str| -> &[String] {
            let row = actions.iter().find(|row| row.action == name);
            row.map_or(&[], |row| row.missing.as_slice())
        };
        let entry = |verb: verbs::Known| {
            let mut lacks = missing(verb.action).to_vec();
            // Names become IDs by the list of machines.
            for name in missing(MACHINES).iter().filter(|_| verb.takes_machines) {
                if !lacks.contains(name) {
                    lacks.push(name.clone());
                }
            }
            Entry { name: verb.name, missing: lacks }
        };
        let commands = verbs::known().map(entry).collect();
        // A user's permissions are roles in Defender, which no token lists.
        let is_known = has_token && token.is_object() && token["user"].is_null();
        Self { is_known, commands, actions }
    }

    pub(super) fn commands_to_json(&self) -> Value {
        if !self.is_known {
            return Value::Null;
        }
        let row = |entry: &Entry| {
            let allowed = entry.missing.is_empty();
            json!({ "command": entry.name, "allowed": allowed, "missing": entry.missing })
        };
        self.commands.iter().map(row).collect()
    }

    pub(super) fn actions_to_json(&self) -> Value {
        if !self.is_known {
            return Value::Null;
        }
        let row = |row: &Permission| json!({ "action": row.action, "allowed": row.granted, "missing": row.missing });
        self.actions.iter().map(row).collect()
    }
}

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

/// A command, and whether the token allows it.
pub(super) struct Entry {
    pub(super) name: &'static str,
    /// Whether the token certainly has the permissions of its action.
    pub(super) allowed: bool,
    /// What its action lacks. It may be empty all the same: the token may be for another API.
    pub(super) missing: Vec<String>,
    /// What it lacks to find machines by their names; a device ID needs none of it.
    pub(super) for_names: Vec<String>,
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
        let row = |name: &str| actions.iter().find(|row| row.action == name);
        let missing = |name: &str| row(name).map(|row| row.missing.clone()).unwrap_or_default();
        let entry = |verb: verbs::Known| Entry {
            name: verb.name,
            allowed: row(verb.action).is_some_and(|row| row.granted),
            missing: missing(verb.action),
            // Names become IDs by the list of machines.
            for_names: if verb.takes_machines { missing(MACHINES) } else { Vec::new() },
        };
        let commands = verbs::known().map(entry).collect();
        // A person's token may stand for whatever the person may do.
        let lists = match (token["delegated"] == true, &token["user"]) {
            (true, _) => {
                actions.iter().any(|row| !row.missing.is_empty())
                    || actions.iter().all(|row| row.granted)
            }
            (false, user) => user.is_null(),
        };
        let is_known = has_token && token.is_object() && lists;
        Self { is_known, commands, actions }
    }

    pub(super) fn commands_to_json(&self) -> Value {
        if !self.is_known {
            return Value::Null;
        }
        let row = |entry: &Entry| {
            json!({
                "command": entry.name, "allowed": entry.allowed, "missing": entry.missing,
                "missingForNames": entry.for_names
            })
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

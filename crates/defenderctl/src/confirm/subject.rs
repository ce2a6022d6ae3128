//! What a call is about, as it is shown.

use serde_json::Value;
use time::OffsetDateTime;

use crate::ago;

/// What is shown where nothing is known.
pub(super) const UNKNOWN: &str = "unknown";

/// A machine, a machine action, or what a change for the whole tenant is about.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Subject {
    /// Device ID, of a machine.
    pub(super) device: Option<String>,
    /// What people call it.
    pub(super) title: String,
    /// Name of a machine, or its device ID if it has none; value of an indicator.
    pub(super) name: String,
    /// What should be noticed of it.
    pub(super) warnings: Vec<String>,
    /// What is known of it, line by line.
    pub(super) facts: Vec<(&'static str, String)>,
}

impl Subject {
    /// The value and the action of an indicator, as far as they are known.
    pub(super) fn indicator(&self) -> (String, String) {
        let action = self.facts.iter().find(|(name, _)| *name == "action");
        (self.name.clone(), action.map(|(_, action)| action.clone()).unwrap_or_default())
    }
}

/// What a record says, by the names that its members have here.
pub(super) fn facts(
    record: &Value,
    members: &[(&str, &'static str)],
) -> Vec<(&'static str, String)> {
    let text = |member: &str| match &record[member] {
        Value::String(text) if !text.is_empty() => {
            ago::with_time(text, OffsetDateTime::now_utc()).unwrap_or_else(|| text.clone())
        }
        Value::Null | Value::String(_) => UNKNOWN.into(),
        Value::Array(list) if list.is_empty() => "none".into(),
        Value::Array(list) => {
            let words =
                list.iter().map(|it| it.as_str().map_or_else(|| it.to_string(), str::to_owned));
            words.collect::<Vec<_>>().join(", ")
        }
        other => other.to_string(),
    };
    members.iter().map(|(member, name)| (*name, text(member))).collect()
}

//! What machines are called.

use std::collections::BTreeMap;

use host_harness::operation::Target;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::json;
use crate::style::clean_short;

/// Names of machines by their identifiers, as far as they were seen.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(transparent)]
pub(crate) struct Names(BTreeMap<String, String>);

impl Names {
    /// None is known.
    #[cfg(test)]
    pub(crate) const NONE: &'static Self = &Self(BTreeMap::new());

    /// The name of the machine with this device ID, if it is known.
    pub(crate) fn name(&self, id: &str) -> Option<&str> {
        self.0.get(&id.to_ascii_lowercase()).map(String::as_str)
    }

    /// Names by identifiers.
    pub(crate) fn new(names: impl IntoIterator<Item = (String, String)>) -> Self {
        Self(names.into_iter().map(|(id, name)| (id.to_ascii_lowercase(), name)).collect())
    }

    /// The same with one more.
    pub(crate) fn with(mut self, id: &str, name: String) -> Self {
        self.0.insert(id.to_ascii_lowercase(), name);
        self
    }

    /// The same with more, which count where both know a name.
    pub(crate) fn and(mut self, more: &Self) -> Self {
        self.0.extend(more.0.clone());
        self
    }

    /// Takes the name from what a target has yielded, a record with it.
    pub(crate) fn learn(&mut self, target: &Target) {
        let named = value(&target.name);
        let Some(id) = id_of(&named) else { return };
        let data = target.data.as_deref().and_then(json::parse).unwrap_or_default();
        if let Some(name) = data["computerDnsName"].as_str().filter(|name| !name.is_empty()) {
            self.0.insert(id.to_ascii_lowercase(), name.to_owned());
        }
    }

    /// What a target is called, on one line; empty if the action has no targets.
    pub(crate) fn of(&self, target: &Target) -> String {
        let named = value(&target.name);
        let id = id_of(&named);
        let text = |name: &str| named[name].as_str().filter(|text| !text.is_empty());
        let known = || self.0.get(&id?.to_ascii_lowercase()).map(String::as_str);
        let name = text("computerDnsName")
            .or_else(known)
            .or(id)
            .or_else(|| text("ip"))
            .or_else(|| text("aadDeviceId"));
        match (name, &named) {
            (Some(name), _) => clean_short(name),
            (None, Value::Null) => String::new(),
            (None, other) => clean_short(&other.to_string()),
        }
    }
}

fn value(name: &str) -> Value {
    json::parse(name).unwrap_or_default()
}

/// The identifier of what was named.
pub(crate) fn id_of(named: &Value) -> Option<&str> {
    named["id"].as_str().filter(|id| !id.is_empty())
}

//! Reading from the service, by the connector's own actions.

use host_harness::Descriptor;
use serde_json::{Value, json};

use crate::json;
use crate::session::Session;

/// Asks the connector, as far as it has the actions for it.
pub(super) struct Reader<'a> {
    pub(super) session: &'a Session,
    pub(super) descriptor: &'a Descriptor,
}

impl Reader<'_> {
    /// What an action gives; nothing if there is no such action or it fails.
    pub(super) async fn read(&self, action: &str, params: Value) -> Option<Value> {
        if !self.descriptor.actions.iter().any(|known| known.name == action) {
            return None;
        }
        let outcome = self.session.connector.execute(action, &params.to_string()).await.ok()?;
        json::parse(&outcome.data)
    }

    /// All that an action lists.
    pub(super) async fn list(&self, action: &str) -> Option<Value> {
        let listing = self.descriptor.actions.iter().find(|known| known.name == action)?;
        let schema: Value = serde_json::from_str(&listing.params_schema).unwrap_or_default();
        let params =
            if schema["properties"]["all"].is_null() { json!({}) } else { json!({ "all": true }) };
        self.read(action, params).await
    }
}

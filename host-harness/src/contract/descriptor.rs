//! The descriptor of a connector and its actions.

use serde::{Deserialize, Serialize};

use super::names::named;

/// Describes a connector and its actions.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Descriptor {
    /// Stable identifier in snake case, for example `microsoft_defender_endpoint`.
    pub id: String,
    /// Human-readable name.
    pub name: String,
    /// Version of the connector (Semantic Versioning 2.0.0).
    pub version: String,
    /// JSON Schema 2020-12 of the config, as JSON.
    #[serde(with = "super::text")]
    pub config_schema: String,
    /// JSON Schema 2020-12 of the secrets, as JSON. Its properties are marked `writeOnly`.
    #[serde(with = "super::text")]
    pub secrets_schema: String,
    /// JSON Schema 2020-12, as JSON, of an object with one member, named after the error's kind,
    /// whose value is the error's details.
    #[serde(with = "super::text")]
    pub error_details_schema: String,
    /// Every action, in a sensible reading order.
    pub actions: Vec<Action>,
}

impl Descriptor {
    /// Returns the action with this name.
    pub fn action(&self, name: &str) -> Option<&Action> {
        self.actions.iter().find(|action| action.name == name)
    }
}

/// One action of a connector.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Action {
    /// The name to pass to [`Connector::execute`](crate::Connector::execute), in camelCase.
    pub name: String,
    /// Short human-readable label.
    pub title: String,
    /// One sentence: what it does.
    pub summary: String,
    /// Its effect: read, change, policy or disrupt.
    pub effect: Effect,
    /// Required application permissions: any one of each inner list is enough, and every inner list
    /// must be satisfied. The first of an inner list is the weakest sufficient one.
    pub roles: Vec<Vec<String>>,
    /// JSON Schema 2020-12 of the parameters, as JSON. A parameter that may hold a secret is marked
    /// `writeOnly`: omit its value from what you show, log and store.
    #[serde(with = "super::text")]
    pub params_schema: String,
    /// JSON Schema 2020-12 of [`Outcome::data`](super::Outcome::data), as JSON.
    #[serde(with = "super::text")]
    pub result_schema: String,
    /// Why the action is deprecated and what to use instead, if it is.
    pub deprecated: Option<String>,
    /// URL of the service's own documentation.
    pub docs: String,
    /// Name of its category, for display and grouping.
    pub category: String,
    /// The action to pass to [`Connector::open`](crate::Connector::open), with `{"id": job.id}`,
    /// for the file that this action's job produces; its own name if it starts no job.
    pub file_action: Option<String>,
    /// Paths of this action's read-only POST requests, without the config's base path.
    pub read_posts: Vec<String>,
}

impl Action {
    /// Whether a call with these parameters only reads: its effect is `read`, or it is a dry run of
    /// an action that has one. The host enforces it: of the requests of such a call only `GET`,
    /// `HEAD`, the token request to a sign-in origin and POST requests that only read are sent.
    pub fn only_reads(&self, params: &str) -> bool {
        #[derive(Default, Deserialize)]
        #[serde(default)]
        struct Params {
            #[serde(rename = "dryRun")]
            dry_run: serde_json::Value,
        }
        if self.effect == Effect::Read {
            return true;
        }
        let params: Params = serde_json::from_str(params).unwrap_or_default();
        params.dry_run == true && {
            let schema: serde_json::Value =
                serde_json::from_str(&self.params_schema).unwrap_or_default();
            !schema["properties"]["dryRun"].is_null()
        }
    }
}

named! {
    /// The effect of an action, weakest first: use it to decide what to confirm, audit and retry.
    #[derive(PartialOrd, Ord)]
    Effect {
        /// Reads only. May be repeated freely.
        Read = "read",
        /// Changes records at the service; does not interrupt users.
        Change = "change",
        /// Changes what happens on every machine of the tenant.
        Policy = "policy",
        /// Affects a machine or its user. Never retried blindly.
        Disrupt = "disrupt",
    }
}

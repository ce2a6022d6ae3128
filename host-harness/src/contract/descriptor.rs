//! What a connector is and can do.

use serde::{Deserialize, Serialize};

use super::names::named;

/// What a connector is and can do.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Descriptor {
    /// Stable identifier in snake case, for example `microsoft_defender_endpoint`.
    pub id: String,
    /// Name for people.
    pub name: String,
    /// Version of the connector (Semantic Versioning 2.0.0).
    pub version: String,
    /// JSON Schema 2020-12 of the settings, as JSON.
    #[serde(with = "super::text")]
    pub config_schema: String,
    /// JSON Schema 2020-12 of the secrets, as JSON. Its properties are marked `writeOnly`.
    #[serde(with = "super::text")]
    pub secrets_schema: String,
    /// JSON Schema 2020-12, as JSON, of an object with one member, named as the error's kind, whose value is the error's details.
    #[serde(with = "super::text")]
    pub error_details_schema: String,
    /// Every action, in the order in which a person would read them.
    pub actions: Vec<Action>,
}

impl Descriptor {
    /// The action of that name.
    pub fn action(&self, name: &str) -> Option<&Action> {
        self.actions.iter().find(|action| action.name == name)
    }
}

/// One thing that a connector can do.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Action {
    /// The name to give to [`Connector::execute`](crate::Connector::execute), in camelCase.
    pub name: String,
    /// Short label for people.
    pub title: String,
    /// One sentence: what it does.
    pub summary: String,
    /// What it does to the world.
    pub effect: Effect,
    /// Application permissions: of every inner list any one is enough, and every inner list must be satisfied. The first of an inner list
    /// is the weakest that will do.
    pub roles: Vec<Vec<String>>,
    /// JSON Schema 2020-12 of the parameters, as JSON. A parameter that may hold a secret is marked `writeOnly`: leave its value out of
    /// what you show, log and store.
    #[serde(with = "super::text")]
    pub params_schema: String,
    /// JSON Schema 2020-12 of [`Outcome::data`](super::Outcome::data), as JSON.
    #[serde(with = "super::text")]
    pub result_schema: String,
    /// Why not to use it any more and what to use instead, if it is deprecated.
    pub deprecated: Option<String>,
    /// URL of the service's own documentation.
    pub docs: String,
    /// Name of the family that it belongs to, for people and for grouping.
    pub category: String,
    /// The action to give to [`Connector::open`](crate::Connector::open), with `{"id": job.id}`, for the file that this one's job leaves;
    /// its own name if it starts no job.
    pub file_action: Option<String>,
    /// Paths of POST requests of this action that only read, without the base path of the settings.
    pub read_posts: Vec<String>,
}

named! {
    /// What an action does to the world, the weakest first: decide by it what to confirm, to audit and to repeat.
    #[derive(PartialOrd, Ord)]
    Effect {
        /// Reads only. May be repeated at will.
        Read = "read",
        /// Changes records at the service; nobody's work is interrupted.
        Change = "change",
        /// Changes what happens on every machine of the tenant.
        Policy = "policy",
        /// Touches a machine or its user. Never repeated blindly.
        Disrupt = "disrupt",
    }
}

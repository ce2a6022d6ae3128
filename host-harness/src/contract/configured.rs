//! What a config means for the host.

use serde::{Deserialize, Serialize};

/// What the active config means for the host.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Configured {
    /// The connector's name from the config.
    pub name: String,
    /// Every origin that the connector may call with this config; an origin with two purposes
    /// appears twice.
    pub origins: Vec<Origin>,
}

impl Configured {
    /// Returns the origins where the connector signs in.
    pub(crate) fn sign_in(&self) -> impl Iterator<Item = &str> {
        let origins = self.origins.iter().filter(|origin| origin.purpose == "sign-in");
        origins.map(|origin| origin.pattern.as_str())
    }
}

/// An origin that the connector calls.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Origin {
    /// Scheme, host and, unless it is the scheme's default, port; the host may be `*.` and a name.
    /// The format that [`EgressBuilder::allow`](crate::egress::EgressBuilder::allow) accepts.
    pub pattern: String,
    /// Its purpose, in a few words. Credentials go only to `sign-in`, access tokens only where it
    /// begins with `API`.
    pub purpose: String,
    /// Whether every action needs it.
    pub required: bool,
}

//! A person who signs in.

use serde::{Deserialize, Serialize};

/// A person whom tokens are issued for: they have permissions in `scp`, and no roles. The stub does
/// not play the sign-in of a person: any request for a token gets this person's.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Person {
    /// The `upn` in the token.
    pub name: String,
    /// Delegated permissions. A token has those that belong to its audience.
    pub scopes: Vec<String>,
}

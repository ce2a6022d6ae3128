//! Which tokens are issued, and for which credentials.

use serde::{Deserialize, Serialize};

use super::person::Person;

/// Roles that an administrator grants later.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Grant {
    /// The roles, which are added to those of the scenario.
    pub roles: Vec<String>,
    /// How many tokens are issued before, for any API.
    #[serde(default = "Grant::default_tokens")]
    pub after_tokens: usize,
}

impl Grant {
    fn default_tokens() -> usize {
        1
    }
}

/// How tokens are issued.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
pub struct TokenRules {
    /// How long a token is valid, in seconds.
    pub lifetime_seconds: u64,
    /// What `expires_in` says instead of the real lifetime, in seconds.
    pub claimed_seconds: Option<u64>,
    /// How `expires_in` is written.
    pub expires_in: ExpiresIn,
    /// The person whom every token is issued for; left out, they are the application's.
    pub person: Option<Person>,
}

/// How a token reply writes `expires_in`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum ExpiresIn {
    /// As a JSON number, as the v2.0 endpoint does.
    Number,
    /// As a JSON string, as the v1 endpoint does.
    String,
    /// Not at all.
    Absent,
}

/// A workload-identity federation: an issuer and subject the application trusts.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct FederatedCredential {
    /// The assertion's `iss`.
    pub issuer: String,
    /// The assertion's `sub`.
    pub subject: String,
    /// The assertion's `aud`.
    #[serde(default = "FederatedCredential::default_audience")]
    pub audience: String,
}

impl FederatedCredential {
    fn default_audience() -> String {
        "api://AzureADTokenExchange".to_owned()
    }
}

impl Default for TokenRules {
    fn default() -> Self {
        // One second short of an hour, as the endpoint's own samples show.
        Self {
            lifetime_seconds: 3599,
            claimed_seconds: None,
            expires_in: ExpiresIn::Number,
            person: None,
        }
    }
}

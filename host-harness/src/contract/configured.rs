//! What settings mean for the host.

use serde::{Deserialize, Serialize};

/// What the settings in force mean for the host.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Configured {
    /// The connector's name as set.
    pub name: String,
    /// Every origin that the connector may call with these settings; one that serves two purposes is there twice.
    pub origins: Vec<Origin>,
}

/// An origin that the connector calls.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Origin {
    /// Scheme, host and, unless it is the scheme's own, port; the host may be `*.` and a name. What
    /// [`EgressBuilder::allow`](crate::egress::EgressBuilder::allow) takes.
    pub pattern: String,
    /// What for, in a few words. `sign-in` is where the credentials go, and they go nowhere else.
    pub purpose: String,
    /// Whether no action works without it.
    pub required: bool,
}

//! Secrets: no `Display`, no `Serialize`, a redacted `Debug`, wiped on drop.

use std::fmt;

use serde_json::Value;
use zeroize::{Zeroize, Zeroizing};

/// A secret string.
#[derive(Clone)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Takes ownership of a string as a secret.
    pub fn new(text: String) -> Self {
        Self(Zeroizing::new(text))
    }

    /// Returns the secret. Comment at the call why that is safe there.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// How the connector signs in.
#[derive(Clone, Debug)]
pub enum Credential {
    /// The application's client secret.
    ClientSecret(Secret),
    /// A signed JWT from the host: certificate or federated credential (RFC 7523 §2.2).
    ClientAssertion(Secret),
    /// An access token from the host. The connector cannot renew it.
    AccessToken(Secret),
}

impl Credential {
    /// The secret of any kind, for redaction.
    pub fn secret(&self) -> &Secret {
        match self {
            Self::ClientSecret(secret)
            | Self::ClientAssertion(secret)
            | Self::AccessToken(secret) => secret,
        }
    }
}

/// Wipes every string in a JSON value.
pub fn wipe(value: &mut Value) {
    match value {
        Value::String(text) => text.zeroize(),
        Value::Array(values) => values.iter_mut().for_each(wipe),
        Value::Object(members) => members.values_mut().for_each(wipe),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

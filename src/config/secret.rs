//! Secrets: no `Display`, no `Serialize`, a redacted `Debug`, wiped on drop.

use std::fmt;

use serde_json::Value;
use zeroize::{Zeroize, Zeroizing};

/// A secret text.
#[derive(Clone)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Takes a text over as a secret.
    pub fn new(text: String) -> Self {
        Self(Zeroizing::new(text))
    }

    /// The text. Say at the call why it is safe there.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// How the connector signs in; exactly one of the three kinds.
#[derive(Clone, Debug)]
pub enum Credential {
    /// The application's client secret.
    ClientSecret(Secret),
    /// A signed JWT made by the host: certificate or federated credential (RFC 7523 §2.2).
    ClientAssertion(Secret),
    /// An access token that the host got itself. It can't be renewed here.
    AccessToken(Secret),
}

impl Credential {
    /// The secret text, whatever its kind; to strip it from texts that are shown.
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

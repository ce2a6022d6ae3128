//! The secrets as the component gets them.

use std::mem;

use plugin_egress::{CredentialUse, Credentials, StandIns};
use serde_json::{Map, Value};
use zeroize::{Zeroize, Zeroizing};

use crate::HostError;

/// The secret that is an access token. Every other one is for signing in.
const ACCESS_TOKEN: &str = "accessToken";

/// Secrets as JSON text with stand-ins in place of them, and the set to keep when the component has
/// accepted it.
pub(crate) struct GivenSecrets {
    pub(crate) json: Zeroizing<String>,
    pub(crate) set: StandIns,
    /// Whether one of them is for signing in.
    pub(crate) signs_in: bool,
    pub(crate) is_empty: bool,
}

impl GivenSecrets {
    /// # Errors
    ///
    /// `Credentials` if there is no stand-in for one of them.
    pub(crate) fn new(credentials: &Credentials, secrets: &str) -> Result<Self, HostError> {
        let mut members = Members::parse(secrets)?;
        for (name, member) in &members.0 {
            let problem = match member {
                Value::Null => continue,
                Value::String(text) if is_private_key(text) => {
                    "is a private key, which a component would sign with itself: sign an assertion with it and give that"
                }
                Value::String(_) => continue,
                _ => "is not text",
            };
            return Err(HostError::Credentials { problem: format!("`{name}` {problem}") });
        }
        let texts: Vec<(CredentialUse, &str)> = members
            .0
            .iter()
            .filter_map(|(name, member)| Some((used(name), member.as_str()?)))
            .filter(|(_, text)| !text.is_empty())
            .collect();
        let signs_in = texts.iter().any(|(used, _)| *used == CredentialUse::SignIn);
        let is_empty = texts.is_empty();
        let set = credentials.stand_ins(&texts)?;
        let mut stand_ins = set.iter();
        for member in members.0.values_mut() {
            let Value::String(text) = member else { continue };
            if let Some(stand_in) = (!text.is_empty()).then(|| stand_ins.next()).flatten() {
                mem::replace(text, stand_in.to_owned()).zeroize();
            }
        }
        // Text in a map always serialises.
        let json = serde_json::to_string(&members.0).unwrap_or_default();
        drop(stand_ins);
        Ok(Self { json: Zeroizing::new(json), set, signs_in, is_empty })
    }
}

fn used(name: &str) -> CredentialUse {
    if name == ACCESS_TOKEN { CredentialUse::Api } else { CredentialUse::SignIn }
}

/// Whether this is a key in PEM (RFC 7468 §10).
fn is_private_key(text: &str) -> bool {
    text.contains("-----BEGIN ") && text.contains("PRIVATE KEY-----")
}

/// The members of the secrets, wiped when dropped.
struct Members(Map<String, Value>);

impl Members {
    fn parse(secrets: &str) -> Result<Self, HostError> {
        let problem = || "the secrets are not a JSON object".to_owned();
        serde_json::from_str(secrets)
            .map(Self)
            .map_err(|_| HostError::Credentials { problem: problem() })
    }
}

impl Drop for Members {
    fn drop(&mut self) {
        for member in self.0.values_mut() {
            if let Value::String(text) = member {
                text.zeroize();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(secrets: &str) -> Result<GivenSecrets, HostError> {
        GivenSecrets::new(&Credentials::default(), secrets)
    }

    #[test]
    fn every_text_has_a_stand_in_and_nothing_else_changes() {
        let given = given(r#"{"a":"marked-1","accessToken":"marked-2","b":null,"c":""}"#).unwrap();
        let json: Value = serde_json::from_str(&given.json).unwrap();
        assert!(!given.json.contains("marked"), "{}", *given.json);
        let stand_ins: Vec<&str> = given.set.iter().collect();
        assert_eq!(
            [json["a"].as_str(), json["accessToken"].as_str()],
            [Some(stand_ins[0]), Some(stand_ins[1])]
        );
        assert_eq!((&json["b"], &json["c"]), (&Value::Null, &Value::from("")));
        assert!(given.signs_in && !given.is_empty);
    }

    #[test]
    fn an_access_token_needs_no_sign_in() {
        assert!(!given(r#"{"accessToken":"marked-2"}"#).unwrap().signs_in);
        assert!(given("{}").unwrap().is_empty);
    }

    #[test]
    fn what_cannot_be_put_in_is_refused_without_being_repeated() {
        for secrets in [
            r#"{"key":"-----BEGIN RSA PRIVATE KEY-----\nmarked\n-----END RSA PRIVATE KEY-----"}"#,
            r#"{"key":"-----BEGIN PRIVATE KEY-----marked"}"#,
            r#"{"key":{"kty":"marked"}}"#,
            r#"{"key":["marked"]}"#,
            r#"{"key":12345678}"#,
            r#"["marked"]"#,
            "marked",
        ] {
            let error = given(secrets).err().map(|error| error.to_string());
            let shown = error.unwrap_or_default();
            assert!(shown.contains("key") || shown.contains("not a JSON object"), "{shown}");
            assert!(!shown.contains("marked") && !shown.contains("1234"), "{shown}");
        }
    }
}

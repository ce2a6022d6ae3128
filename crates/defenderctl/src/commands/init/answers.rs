//! What was answered: the members of `config`, in the order in which they were asked for.

use serde_json::{Map, Value};

/// The members of `config`.
#[derive(Debug, Default)]
pub(super) struct Fields(Vec<(&'static str, String)>);

/// How the connector is to sign in: a member of `secrets`, by reference.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Reference {
    /// `{ env = "NAME" }`.
    Env(String),
    /// `{ file = "PATH" }`.
    File(String),
    /// `{ certificate = "PATH", key = "PATH" }`.
    Certificate(String, String),
    /// `{ federatedTokenFile = "PATH" }`.
    FederatedToken(String),
    /// `{ command = ["PROGRAM", …] }`.
    Command(Vec<String>),
}

impl Fields {
    /// Adds a member.
    pub(super) fn set(&mut self, key: &'static str, value: String) {
        self.0.push((key, value));
    }

    /// The members with one more, as the connector takes them.
    pub(super) fn with(&self, key: &str, value: &str) -> String {
        let members =
            self.0.iter().map(|(key, value)| ((*key).to_owned(), Value::from(value.as_str())));
        let mut members: Map<String, Value> = members.collect();
        members.insert(key.to_owned(), Value::from(value));
        Value::Object(members).to_string()
    }

    /// As TOML.
    pub(super) fn to_toml(&self) -> String {
        self.0.iter().map(|(key, value)| format!("{key} = {}\n", text(value))).collect()
    }
}

impl Reference {
    /// The secret's name in `secrets`.
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Env(_) | Self::File(_) => "clientSecret",
            Self::Certificate(..) | Self::FederatedToken(_) => "clientAssertion",
            Self::Command(_) => "accessToken",
        }
    }

    /// As JSON, as the settings file's reader takes it.
    pub(super) fn to_json(&self) -> Value {
        match self {
            Self::Env(name) => serde_json::json!({ "env": name }),
            Self::File(path) => serde_json::json!({ "file": path }),
            Self::Certificate(certificate, key) => {
                serde_json::json!({ "certificate": certificate, "key": key })
            }
            Self::FederatedToken(path) => serde_json::json!({ "federatedTokenFile": path }),
            Self::Command(words) => serde_json::json!({ "command": words }),
        }
    }

    /// As TOML.
    pub(super) fn to_toml(&self) -> String {
        let form = match self {
            Self::Env(name) => format!("{{ env = {} }}", text(name)),
            Self::File(path) => format!("{{ file = {} }}", text(path)),
            Self::Certificate(certificate, key) => {
                format!("{{ certificate = {}, key = {} }}", text(certificate), text(key))
            }
            Self::FederatedToken(path) => format!("{{ federatedTokenFile = {} }}", text(path)),
            Self::Command(words) => {
                let words: Vec<String> = words.iter().map(|word| text(word)).collect();
                format!("{{ command = [{}] }}", words.join(", "))
            }
        };
        format!("{} = {form}\n", self.name())
    }
}

fn text(value: &str) -> String {
    toml::Value::from(value).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn toml_says_the_same_as_json() {
        let references = [
            Reference::Env("NAME".into()),
            Reference::File("a \"b\"\\c.txt".into()),
            Reference::Certificate("c.pem".into(), "k.pem".into()),
            Reference::FederatedToken("/var/run/token".into()),
            Reference::Command(vec!["az".into(), "it's".into()]),
        ];
        for reference in references {
            let read: Value = toml::from_str(&reference.to_toml()).expect("TOML");
            assert_eq!(read[reference.name()], reference.to_json());
        }
        let mut fields = Fields::default();
        fields.set("tenantId", "a\"\n[secrets]".into());
        let read: Value = toml::from_str(&fields.to_toml()).expect("TOML");
        assert_eq!(read, serde_json::json!({ "tenantId": "a\"\n[secrets]" }));
    }
}

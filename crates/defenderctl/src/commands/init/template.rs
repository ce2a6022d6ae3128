//! The text of a settings file, or of a profile: what was given, and as comments what else there
//! may be.

use serde_json::Value;

use super::Field;
use super::credential::Credential;

/// What a new settings file, or a new profile of one, says.
pub(super) struct Template<'a> {
    pub(super) fields: &'a [Field<'a>],
    pub(super) credential: &'a Credential,
    pub(super) profile: Option<&'a str>,
}

/// The settings with what each is, and the value to show where none was given.
const CONFIG: [(&str, &str, &str); 6] = [
    ("tenantId", "The tenant: its ID, or one of its domains.", "contoso.example"),
    (
        "clientId",
        "The application (client) ID, from the application's page in Entra.",
        "00000000-0000-0000-0000-000000000000",
    ),
    ("cloud", "commercial, us, eu, uk, au, swa, ina, aea, gcc, gccHigh or dod.", "commercial"),
    (
        "apiUrl",
        "Addresses in place of the cloud's own.",
        "https://api.securitycenter.microsoft.com",
    ),
    ("oAuthServerUrl", "", "https://login.microsoftonline.com"),
    ("graphUrl", "", "https://graph.microsoft.com"),
];

/// The other ways to sign in.
const SECRETS: [&str; 6] = [
    r#"clientSecret = { env = "DEFENDER_CLIENT_SECRET" }"#,
    r#"clientSecret = { file = "client.secret" }"#,
    r#"clientAssertion = { certificate = "app.pem", key = "app.key" }"#,
    r#"clientAssertion = { pfx = "app.pfx", passphrase = { env = "KEY_PASSPHRASE" } }"#,
    r#"clientAssertion = { federatedTokenFile = "/var/run/secrets/azure/tokens/azure-identity-token" }"#,
    r#"accessToken = { command = ["az", "account", "get-access-token", "--resource", "https://api.securitycenter.microsoft.com"] }"#,
];

impl Template<'_> {
    /// As TOML.
    pub(super) fn to_toml(&self) -> String {
        let table = |name: &str| match self.profile {
            Some(profile) => format!("[profiles.{profile}.{name}]\n"),
            None => format!("[{name}]\n"),
        };
        let mut text = table("config");
        for (key, what, example) in CONFIG {
            if !what.is_empty() {
                text += &format!("# {what}\n");
            }
            let given = self.fields.iter().find(|field| field.0 == key).and_then(|field| field.2);
            text += &match given {
                Some(value) => format!("{key} = {}\n", toml(&Value::from(value))),
                None => format!("# {key} = {}\n", toml(&Value::from(example))),
            };
        }
        let active = format!("{} = {}", self.credential.name, toml(&self.credential.reference));
        text += &format!(
            "\n# How the application signs in: one of these. Only where the secret is, never the \
             secret itself.\n{}{active}\n",
            table("secrets")
        );
        for other in SECRETS.iter().filter(|other| **other != active) {
            text += &format!("# {other}\n");
        }
        text
    }
}

/// A value in one line of TOML.
fn toml(value: &Value) -> String {
    match value {
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(toml).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Object(members) => {
            let members: Vec<String> =
                members.iter().map(|(name, value)| format!("{name} = {}", toml(value))).collect();
            format!("{{ {} }}", members.join(", "))
        }
        Value::String(text) => toml::Value::from(text.as_str()).to_string(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn hostile_values_stay_values() {
        let credential = Credential::default();
        let fields = [("tenantId", "--tenant", Some("a\"\n[secrets]")), ("clientId", "", None)];
        let template = Template { fields: &fields, credential: &credential, profile: None };
        let read: Value = toml::from_str(&template.to_toml()).expect("TOML");
        assert_eq!(
            read,
            json!({
                "config": { "tenantId": "a\"\n[secrets]" },
                "secrets": { "clientSecret": { "env": "DEFENDER_CLIENT_SECRET" } },
            })
        );
        for value in [json!({ "file": "a \"b\"\\c.txt" }), json!({ "command": ["az", "it's"] })] {
            let read: Value = toml::from_str(&format!("x = {}", toml(&value))).expect("TOML");
            assert_eq!(read["x"], value);
        }
    }

    /// A comment that is no setting would mislead.
    #[test]
    fn every_comment_that_is_a_setting_can_be_made_one() {
        let credential = Credential::default();
        let template = Template { fields: &[], credential: &credential, profile: None };
        let text = template.to_toml();
        for (key, _, _) in CONFIG {
            assert!(text.contains(&format!("# {key} = \"")), "{text}");
        }
        for line in SECRETS {
            toml::from_str::<Value>(line).expect("TOML");
        }
    }
}

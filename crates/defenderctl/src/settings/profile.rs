//! Profiles: several connectors in one settings file.

use std::path::Path;

use serde_json::{Map, Value};

use super::file;
use super::guard::Owner;
use crate::failure::Failure;

/// The member that names the profile to take where none is asked for.
const DEFAULT: &str = "default_profile";

/// Reads a settings file and puts the profile over what stands outside of all profiles. Yields the
/// document without its profiles, and the profile's name.
///
/// # Errors
///
/// The file cannot be read or is not used, or it has no such profile.
pub(super) fn of(
    path: &Path,
    asked: Option<&str>,
    owner: Owner,
) -> Result<(Value, Option<String>), Failure> {
    let mut document = file::read(path, owner)?;
    let taken = take(&mut document, asked).map_err(|problem| {
        Failure::settings(format!("settings file {} {problem}", path.display()))
    })?;
    Ok((document, taken))
}

/// The names of the profiles of a settings file, if it can be read. Of what is not a plain file
/// nothing is read: a pipe would not end.
pub(crate) fn names(path: &Path) -> Vec<String> {
    if !path.metadata().is_ok_and(|metadata| metadata.is_file()) {
        return Vec::new();
    }
    let document = file::read(path, Owner::Anyone).unwrap_or_default();
    let profiles = document["profiles"].as_object();
    profiles.into_iter().flat_map(Map::keys).cloned().collect()
}

fn take(document: &mut Value, asked: Option<&str>) -> Result<Option<String>, String> {
    // What is no table is refused by the reader of the settings.
    let Value::Object(members) = document else { return Ok(None) };
    let profiles = match members.remove("profiles") {
        None => Map::new(),
        Some(Value::Object(profiles)) => profiles,
        Some(_) => return Err("is wrong: `profiles` is not a table of profiles".into()),
    };
    let by_default = match members.remove(DEFAULT) {
        None => None,
        Some(Value::String(name)) => Some(name),
        Some(_) => return Err(format!("is wrong: `{DEFAULT}` is not a profile's name")),
    };
    let Some(name) = asked.map(str::to_owned).or(by_default) else { return Ok(None) };
    let Some(profile) = profiles.get(&name) else {
        let known: Vec<&str> = profiles.keys().map(String::as_str).collect();
        return Err(if known.is_empty() {
            format!("has no profile `{name}`, and no others: leave out --profile")
        } else {
            format!("has no profile `{name}`; it has {}", known.join(", "))
        });
    };
    let Value::Object(profile) = profile else {
        return Err(format!("is wrong: the profile `{name}` is not a table"));
    };
    if changes_identity(members, profile) && !profile.contains_key("secrets") {
        return Err(format!(
            "is wrong: the profile `{name}` is of another tenant, application or server, and has no \
             `secrets` of its own: those outside of it are not sent there"
        ));
    }
    for (table, value) in profile {
        match members.entry(table).or_insert(Value::Null) {
            // Credentials belong together: none of another profile's is sent along.
            outer if table == "secrets" => *outer = value.clone(),
            outer => merge(outer, value),
        }
    }
    Ok(Some(name))
}

/// What credentials belong to.
const IDENTITY: [&str; 6] =
    ["tenantId", "clientId", "cloud", "oAuthServerUrl", "apiUrl", "graphUrl"];

/// Whether a profile says who signs in, or where, otherwise than what stands outside, which has
/// credentials.
fn changes_identity(outer: &Map<String, Value>, profile: &Map<String, Value>) -> bool {
    let member = |table: &Map<String, Value>, name: &str| table.get("config")?.get(name).cloned();
    let differs = |name: &&str| {
        let given = member(profile, name);
        given.is_some() && given != member(outer, name)
    };
    outer.contains_key("secrets") && IDENTITY.iter().any(differs)
}

/// Puts a value over another one, table by table.
fn merge(outer: &mut Value, inner: &Value) {
    match (outer, inner) {
        (Value::Object(outer), Value::Object(inner)) => {
            for (name, value) in inner {
                merge(outer.entry(name).or_insert(Value::Null), value);
            }
        }
        (outer, inner) => *outer = inner.clone(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn document() -> Value {
        json!({
            "config": { "tenantId": "a", "limits": { "maxRetries": 1 } },
            "secrets": { "clientSecret": { "env": "A" } },
            "default_profile": "lab",
            "profiles": {
                "lab": { "config": { "limits": { "callTimeoutSeconds": 9 } } },
                "prod": { "config": { "tenantId": "p" }, "secrets": { "accessToken": "t" } },
            },
        })
    }

    #[test]
    fn a_profile_overrides_what_stands_outside() {
        let mut taken = document();
        assert_eq!(take(&mut taken, Some("prod")), Ok(Some("prod".into())));
        assert_eq!(
            taken,
            json!({
                "config": { "tenantId": "p", "limits": { "maxRetries": 1 } },
                "secrets": { "accessToken": "t" },
            })
        );
    }

    #[test]
    fn credentials_do_not_follow_a_profile_to_another_tenant_or_server() {
        for (name, value) in [
            ("tenantId", "b"),
            ("clientId", "c"),
            ("cloud", "gcc"),
            ("oAuthServerUrl", "https://login.example"),
            ("apiUrl", "https://api.example"),
        ] {
            let mut with = document();
            with["profiles"]["lab"]["config"][name] = json!(value);
            let problem = take(&mut with, Some("lab")).expect_err(name);
            assert!(problem.contains("`lab`") && problem.contains("secrets"), "{problem}");
            with = document();
            with["profiles"]["lab"]["config"][name] = json!(value);
            with["profiles"]["lab"]["secrets"] = json!({ "accessToken": "own" });
            assert_eq!(take(&mut with, Some("lab")), Ok(Some("lab".into())), "{name}");
        }
        let mut same = document();
        same["profiles"]["lab"]["config"]["tenantId"] = json!("a");
        assert_eq!(take(&mut same, Some("lab")), Ok(Some("lab".into())));
    }

    #[test]
    fn without_a_name_the_default_profile_is_taken() {
        let mut taken = document();
        assert_eq!(take(&mut taken, None), Ok(Some("lab".into())));
        assert_eq!(
            taken["config"],
            json!({ "tenantId": "a", "limits": { "maxRetries": 1, "callTimeoutSeconds": 9 } })
        );
        assert_eq!(taken["secrets"], json!({ "clientSecret": { "env": "A" } }));
    }

    #[test]
    fn an_unknown_profile_is_answered_with_those_that_exist() {
        let problem = take(&mut document(), Some("prd")).expect_err("unknown");
        assert!(problem.contains("`prd`") && problem.contains("lab, prod"), "{problem}");
        assert!(take(&mut json!({ "config": {} }), Some("x")).is_err());
        assert_eq!(take(&mut json!({ "config": {} }), None), Ok(None));
    }
}

//! The permissions that an action needs of a token: an application's roles, or the scopes of a
//! person who signed in. What a person may do depends on roles in Defender too, which no token
//! lists.

use serde_json::Value;

use super::{Claims, Server};
use crate::catalogue::Action;
use crate::text::join;

/// A scope that stands for all that the person may do.
const EVERYTHING: &str = "user_impersonation";

/// Actions for which a person needs another permission than an application. Their documentation
/// lists both.
const OTHERS: &[(&str, &str)] = &[
    ("getActionResults", "Machine.LiveResponse"),
    ("getPackageLink", "Machine.CollectForensics"),
    ("stopAndQuarantineFile", "Machine.StopAndQuarantine"),
];

impl Claims {
    /// The permissions that the token must have for an action: one of each inner list.
    pub fn required(&self, action: &Action) -> Value {
        let (mut required, mut before) = (Vec::new(), "");
        for any in action.roles {
            let mut names = Vec::new();
            for role in *any {
                let name = self.name(action, role);
                // Several of an application's are one of a person's.
                if !self.delegated || name != before {
                    names.push(Value::from(name));
                }
                before = name;
            }
            if !names.is_empty() {
                required.push(Value::Array(names));
            }
        }
        Value::Array(required)
    }

    /// The name of an application's permission in this token.
    fn name(&self, action: &Action, role: &'static str) -> &'static str {
        if !self.delegated {
            return role;
        }
        let other = OTHERS.iter().find(|(name, _)| *name == action.name);
        other.map_or_else(|| scope(action.server(), role), |(_, other)| *other)
    }

    fn has(&self, name: &str) -> bool {
        // The documentation of remediation tasks has `RemediationTask.Read.Read`.
        self.permissions.iter().any(|have| have == name || have.strip_suffix(".Read") == Some(name))
    }

    /// Whether the token lists its permissions.
    pub fn is_explicit(&self) -> bool {
        !self.delegated || !self.permissions.iter().any(|have| have == EVERYTHING)
    }

    /// The least set of permissions to add; empty if the token does not list its own.
    pub fn missing(&self, action: &Action) -> Vec<String> {
        if !self.is_explicit() {
            return Vec::new();
        }
        let mut missing: Vec<String> = Vec::new();
        for any in action.roles {
            if any.iter().any(|role| self.has(self.name(action, role))) {
                continue;
            }
            let least = any.first().map(|role| self.name(action, role)).unwrap_or_default();
            if missing.last().is_none_or(|last| last != least) {
                missing.push(least.to_owned());
            }
        }
        missing
    }

    /// Whether the token certainly has the permissions for an action.
    pub fn grants(&self, action: &Action) -> bool {
        action.roles.is_empty() || (self.is_explicit() && self.missing(action).is_empty())
    }

    /// What to do if a person's token is refused. `None` for an application's.
    pub fn advice_for_person(&self, action: &Action) -> Option<String> {
        let missing = self.missing(action);
        self.delegated.then(|| match missing.is_empty() {
            true => "the token is a person's: give that person a role in Defender that permits it"
                .to_owned(),
            false => format!(
                "the token is a person's and lacks {}: grant the application this delegated permission in Entra, with admin consent",
                join(&missing, ", ")
            ),
        })
    }
}

/// The name of an application's permission in the token of a person.
fn scope(server: Server, role: &'static str) -> &'static str {
    match (server, role) {
        (Server::Graph, _)
        | (_, "File.Read.All" | "Ip.Read.All" | "URL.Read.All" | "User.Read.All") => role,
        (_, "RemediationTasks.Read.All") => "RemediationTask.Read",
        _ => role.strip_suffix(".All").unwrap_or(role),
    }
}

#[cfg(test)]
mod tests;

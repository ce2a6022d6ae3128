//! Permissions: whether the credentials allow something, and what to do where they do not.

use serde_json::Value;

use super::Client;
use crate::auth::Server;
use crate::catalogue::{Action, Roles};
use crate::error::{Error, Kind, Retry};

impl Client<'_> {
    /// Whether the credentials allow something, as far as the token tells.
    ///
    /// # Errors
    ///
    /// `forbidden` if the token is known to lack a permission; nothing was sent but a sign-in.
    pub fn require(&mut self, action: &'static Action) -> Result<(), Error> {
        self.authorization(action.server())?;
        // A role that was granted in the meantime is in a new token only.
        if self.lacks(action) {
            self.renew(action.server());
        }
        self.allows(action, "; nothing was done")
    }

    /// Whether the token in use allows something, as far as it tells. Nothing is sent.
    ///
    /// # Errors
    ///
    /// `forbidden` if it is known to lack a permission.
    pub fn permits(&self, action: &'static Action) -> Result<(), Error> {
        self.allows(action, "")
    }

    fn allows(&self, action: &'static Action, note: &str) -> Result<(), Error> {
        if !self.lacks(action) {
            return Ok(());
        }
        let subject = match self.asked.filter(|asked| *asked != action.name) {
            Some(asked) => format!("`{asked}` is not permitted {}", step(action)),
            None => format!("`{}` is not permitted", action.name),
        };
        let message = format!("{subject}{note}: {}.", self.remedy(action));
        Err(self.with_roles(Error::new(Kind::Forbidden, message), action))
    }

    /// Whether the token in use is known to lack a permission.
    fn lacks(&self, action: &'static Action) -> bool {
        self.claims(action.server())
            .is_some_and(|claims| !claims.delegated && !claims.grants(action.roles))
    }

    /// A refusal of the service's for want of a permission: which one, for which step of what was
    /// asked for.
    pub(super) fn refused(&self, error: Error, action: &'static Action) -> Error {
        if error.kind() != Kind::Forbidden || error.retry() != Retry::Never {
            return error;
        }
        let message = match self.asked.filter(|asked| *asked != action.name) {
            Some(asked) => {
                format!("`{asked}` was refused {}: {}.", step(action), self.remedy(action))
            }
            None => format!("`{}` was refused: {}.", action.name, self.remedy(action)),
        };
        self.with_roles(error.with_message(message), action)
    }

    fn with_roles(&self, error: Error, action: &'static Action) -> Error {
        let granted = self
            .claims(action.server())
            .map(|claims| claims.shown_roles(&self.sanitizer()))
            .unwrap_or_default();
        error
            .with_detail("required", roles_to_json(action.roles))
            .with_detail("granted", granted.into())
    }

    /// What to do about a permission that is lacking. A token for another API can have none of this
    /// one's, whatever is granted.
    fn remedy(&self, action: &'static Action) -> String {
        let (server, settings) = (action.server(), self.settings);
        let (is_right, name) = match (server, self.claims(server)) {
            (_, None) => (true, ""),
            (Server::Graph, Some(claims)) => {
                (claims.is_for_graph(&settings.graph_scope), "graphScope")
            }
            (Server::Defender, Some(claims)) => {
                (claims.is_for_defender(&settings.scope) && !claims.is_for_xdr(), "oAuthScope")
            }
        };
        match self.claims(server).filter(|claims| !is_right && !claims.audience().is_empty()) {
            Some(claims) => {
                let audience = self.sanitizer().text(claims.audience());
                let xdr = if claims.is_for_xdr() {
                    " with permissions of the XDR API, which are others"
                } else {
                    ""
                };
                format!(
                    "the token is for {audience}{xdr}: leave `{name}` out of the settings or check it, and grant the application the permission that it lacks"
                )
            }
            None => "the application lacks a permission: grant it in Entra, with admin consent"
                .to_owned(),
        }
    }
}

/// What a step of another action is for, as words that follow "was refused".
fn step(action: &Action) -> String {
    let purpose = match action.name {
        "getAgentList" => "looking the machine up",
        "getActions" => "looking at machine actions",
        _ => "its step",
    };
    format!("at {purpose} with `{}`", action.name)
}

fn roles_to_json(roles: Roles) -> Value {
    roles.iter().map(|any| any.iter().map(|role| Value::from(*role)).collect::<Value>()).collect()
}

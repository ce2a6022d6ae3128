//! Permissions: whether the credentials allow an action, and what to do if they do not.

use super::Client;
use crate::auth::Server;
use crate::catalogue::Action;
use crate::error::{Error, Kind, Retry};

/// What to do about a permission that an application lacks.
const APPLICATION_LACKS: &str =
    "grant the application the permission that it lacks in Entra, with admin consent";

impl Client<'_> {
    /// Checks that the credentials allow an action, as far as the token shows.
    ///
    /// # Errors
    ///
    /// `forbidden` if the token certainly lacks a permission; nothing was sent except a sign-in.
    pub fn require(&mut self, action: &'static Action) -> Result<(), Error> {
        self.authorization(action.server())?;
        // Only a new token contains a role that was granted in the meantime.
        if self.lacks(action) {
            self.renew(action.server());
        }
        self.allows(action, "; nothing was sent")
    }

    /// Checks that the current token allows an action, as far as it shows. Sends nothing.
    ///
    /// # Errors
    ///
    /// `forbidden` if it certainly lacks a permission.
    pub fn permits(&self, action: &'static Action) -> Result<(), Error> {
        self.allows(action, "")
    }

    fn allows(&self, action: &'static Action, note: &str) -> Result<(), Error> {
        if !self.lacks(action) {
            return Ok(());
        }
        let subject = match self.requested_action.filter(|asked| *asked != action.name) {
            Some(asked) => format!("`{asked}` is not permitted {}", step_purpose(action)),
            None => format!("`{}` is not permitted", action.name),
        };
        let message = format!("{subject}{note}: {}.", self.remedy(action));
        Err(self.with_roles(Error::new(Kind::Forbidden, message), action))
    }

    /// Whether the current token certainly lacks a permission. The names of a person's are derived,
    /// so they refuse nothing.
    fn lacks(&self, action: &'static Action) -> bool {
        self.claims(action.server())
            .is_some_and(|claims| !claims.delegated && !claims.grants(action))
    }

    /// Adds to the service's `forbidden` which permission is missing, and for which step of the
    /// requested action.
    pub(super) fn with_permission_advice(&self, error: Error, action: &'static Action) -> Error {
        if error.kind() != Kind::Forbidden || error.retry() != Retry::Never {
            return error;
        }
        let message = match self.requested_action.filter(|asked| *asked != action.name) {
            Some(asked) => {
                format!("`{asked}` was rejected {}: {}.", step_purpose(action), self.remedy(action))
            }
            None => format!("`{}` was rejected: {}.", action.name, self.remedy(action)),
        };
        self.with_roles(error.with_message(message), action)
    }

    fn with_roles(&self, error: Error, action: &'static Action) -> Error {
        let claims = self.claims(action.server()).unwrap_or_default();
        let granted = claims.sanitized_permissions(&self.sanitizer());
        error
            .with_detail("required", claims.required(action))
            .with_detail("granted", granted.into())
    }

    /// What to do about a missing permission. A token for another API cannot have this one's
    /// permissions, whatever is granted.
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
                    " with permissions of the XDR API, which are different"
                } else {
                    ""
                };
                format!(
                    "the token is for {audience}{xdr}: remove or fix `{name}`, and grant the application the permission that it lacks"
                )
            }
            None => {
                let of_person =
                    self.claims(server).and_then(|claims| claims.advice_for_person(action));
                of_person.unwrap_or_else(|| APPLICATION_LACKS.to_owned())
            }
        }
    }
}

/// The purpose of a step; completes "was refused".
fn step_purpose(action: &Action) -> String {
    let purpose = match action.name {
        "getAgentList" => "looking up the machine",
        "getActions" => "listing machine actions",
        _ => "its step",
    };
    format!("at {purpose} with `{}`", action.name)
}

//! A session to keep, with the tokens that its stand-ins stand for.

use std::time::Duration;

use plugin_egress::{CredentialUse, Credentials, SavedToken};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

/// What [`Connector::save`](crate::Connector::save) returns if the credentials stay with the host.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Snapshot {
    /// The component's own.
    session: String,
    tokens: Vec<Token>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Token {
    stand_in: String,
    token: String,
    signs_in: bool,
    /// Unix time.
    until: u64,
}

impl Snapshot {
    /// Adds the connector's tokens to the component's session.
    pub(crate) fn new(session: String, credentials: &Credentials, now: Duration) -> Self {
        let token = |saved: SavedToken| Token {
            stand_in: saved.stand_in.to_string(),
            token: saved.token.to_string(),
            signs_in: saved.used == CredentialUse::SignIn,
            until: (now + saved.life).as_secs(),
        };
        Self { session, tokens: credentials.tokens().into_iter().map(token).collect() }
    }

    /// Reads what [`Snapshot::text`] wrote.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }

    pub(crate) fn text(&self) -> String {
        // Text and numbers always serialise.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Adds the tokens that have not expired to a connector's, and returns the component's session.
    pub(crate) fn add_to(self, credentials: &Credentials, now: Duration) -> String {
        for token in self.tokens {
            let life = Duration::from_secs(token.until).saturating_sub(now);
            let used = if token.signs_in { CredentialUse::SignIn } else { CredentialUse::Api };
            let (stand_in, token) = (Zeroizing::new(token.stand_in), Zeroizing::new(token.token));
            if !life.is_zero() {
                credentials.add_token(SavedToken { stand_in, token, used, life });
            }
        }
        self.session
    }
}

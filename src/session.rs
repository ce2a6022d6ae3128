//! What a host may keep between instances: the tokens, bound to the settings they were obtained
//! with, and what was sent.

use std::time::Duration;

use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::auth::{AccessToken, Server, Tokens, is_token};
use crate::client::{Known, Pace, Sent};
use crate::config::{Credential, Secret, Settings, wipe};
use crate::hex::hex;
use crate::json::{object, to_text};
use crate::response::Members;

/// Version of the snapshot's form.
const VERSION: u64 = 1;

/// What a snapshot holds.
pub(crate) struct Session {
    /// The tokens in hand.
    pub(crate) tokens: Tokens,
    /// What has been sent, as far as the service's budgets count it.
    pub(crate) pace: Pace,
    /// Machine actions that calls were given.
    pub(crate) known: Known,
}

/// The state worth keeping, if there is any. Holds secrets.
pub(crate) fn save(
    settings: &Settings,
    tokens: &Tokens,
    pace: &Pace,
    known: &Known,
) -> Option<String> {
    let one = |server| {
        tokens.of(server).map(|token| {
            object(&mut [
                // A session snapshot is the one place where a token leaves the connector: the
                // contract calls it a secret.
                ("accessToken", Value::from(token.secret.expose())),
                ("refreshAt", Value::from(token.refresh_at.as_secs())),
                ("expiresAt", Value::from(token.expires_at.as_secs())),
            ])
        })
    };
    let (defender, graph) = (one(Server::Defender), one(Server::Graph));
    let sent: Vec<Value> = pace.rows().iter().map(sent_to_json).collect();
    if defender.is_none() && graph.is_none() && sent.is_empty() {
        return None;
    }
    let mut snapshot = object(&mut [
        ("version", Value::from(VERSION)),
        ("settings", Value::from(fingerprint(settings))),
        ("defender", defender.unwrap_or_default()),
        ("graph", graph.unwrap_or_default()),
        ("sent", Value::from(sent)),
        ("known", Value::from(known.ids())),
    ]);
    let text = to_text(&snapshot);
    wipe(&mut snapshot);
    Some(text)
}

/// Reads back what [`save`] wrote.
///
/// # Errors
///
/// It is not a snapshot or was saved under other settings, as words that follow "The session
/// snapshot".
pub(crate) fn restore(settings: &Settings, text: &str) -> Result<Session, &'static str> {
    let members = Members::parse_text(text).ok_or(OTHER)?;
    if members.number("version").ok_or(OTHER)? != VERSION {
        return Err("was saved by another version of the connector");
    }
    if members.text("settings").ok_or(OTHER)? != fingerprint(settings) {
        return Err("was saved under other settings");
    }
    let mut tokens = Tokens::default();
    for (server, name) in [(Server::Defender, "defender"), (Server::Graph, "graph")] {
        match members.raw(name) {
            None | Some("null") => {}
            Some(raw) => tokens.set(server, Some(token(raw)?)),
        }
    }
    // A snapshot of an earlier version has none.
    let rows = members.read_value("sent").value().unwrap_or_default();
    let rows = rows.as_array().map(Vec::as_slice).unwrap_or_default();
    let rows = rows.iter().map(|row| sent_from_json(row).ok_or(OTHER)).collect::<Result<_, _>>()?;
    Ok(Session { tokens, pace: Pace::of(rows), known: Known::of(members.texts("known")) })
}

fn sent_to_json(sent: &Sent) -> Value {
    Value::from(vec![Value::from(sent.family), Value::from(sent.at), Value::from(sent.count)])
}

fn sent_from_json(row: &Value) -> Option<Sent> {
    let number = |n: usize| row[n].as_u64();
    let (family, count) = (u8::try_from(number(0)?).ok()?, u32::try_from(number(2)?).ok()?);
    Some(Sent { family, at: number(1)?, count })
}

/// What is no snapshot at all.
const OTHER: &str = "is not one that `save` gave";

fn token(text: &str) -> Result<AccessToken, &'static str> {
    let members = Members::parse_text(text).ok_or(OTHER)?;
    let secret = members.text("accessToken").map(Secret::new).ok_or(OTHER)?;
    if !is_token(secret.expose()) {
        return Err(OTHER);
    }
    let time = |name: &str| members.number(name).map(Duration::from_secs).ok_or(OTHER);
    let (refresh_at, expires_at) = (time("refreshAt")?, time("expiresAt")?);
    Ok(AccessToken { secret, refresh_at: refresh_at.min(expires_at), expires_at })
}

/// A digest of everything that a token depends on. Not of the secret: another one of the same
/// application gives an equal token, and an assertion is new every few minutes.
fn fingerprint(settings: &Settings) -> String {
    let kind = match settings.credential {
        Credential::ClientSecret(_) => "secret",
        Credential::ClientAssertion(_) => "assertion",
        Credential::AccessToken(_) => "token",
    };
    let mut digest = Sha256::new();
    for part in [
        settings.login.as_str(),
        &settings.tenant_id,
        &settings.client_id,
        &settings.scope,
        settings.api.as_str(),
        &settings.graph_scope,
        settings.graph.as_str(),
        kind,
    ] {
        digest.update((part.len() as u64).to_le_bytes());
        digest.update(part.as_bytes());
    }
    hex(&digest.finalize())
}

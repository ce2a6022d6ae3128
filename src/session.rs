//! Session snapshots: what a host may keep between instances. They hold the tokens, bound to the
//! settings that obtained them, and the requests counted so far.

use std::time::Duration;

use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::auth::{AccessToken, Server, Tokens, is_token};
use crate::client::{KnownJobs, RateLimiter, RequestCount};
use crate::config::{Credential, Secret, Settings, wipe};
use crate::hex::hex;
use crate::json::{object, to_text};
use crate::response::Members;

/// Format version of the snapshot.
const VERSION: u64 = 1;

/// The content of a snapshot.
pub(crate) struct Session {
    /// The current tokens.
    pub(crate) tokens: Tokens,
    /// The requests that count against the service's rate limits.
    pub(crate) rate_limiter: RateLimiter,
    /// The jobs that earlier calls were given.
    pub(crate) known: KnownJobs,
}

/// Writes a snapshot; `None` if there is nothing worth keeping. It contains secrets.
pub(crate) fn save(
    settings: &Settings,
    tokens: &Tokens,
    rate_limiter: &RateLimiter,
    known: &KnownJobs,
) -> Option<String> {
    let token_to_json = |server| {
        tokens.get(server).map(|token| {
            object(&mut [
                // A snapshot is the only way a token leaves the connector; the contract declares it
                // secret.
                ("accessToken", Value::from(token.secret.expose())),
                ("refreshAt", Value::from(token.refresh_at.as_secs())),
                ("expiresAt", Value::from(token.expires_at.as_secs())),
            ])
        })
    };
    let (defender, graph) = (token_to_json(Server::Defender), token_to_json(Server::Graph));
    let counts: Vec<Value> = rate_limiter.rows().iter().map(count_to_json).collect();
    if defender.is_none() && graph.is_none() && counts.is_empty() {
        return None;
    }
    let mut snapshot = object(&mut [
        ("version", Value::from(VERSION)),
        ("settings", Value::from(fingerprint(settings))),
        ("defender", defender.unwrap_or_default()),
        ("graph", graph.unwrap_or_default()),
        ("sent", Value::from(counts)),
        ("known", Value::from(known.ids())),
    ]);
    let text = to_text(&snapshot);
    wipe(&mut snapshot);
    Some(text)
}

/// Reads a snapshot that [`save`] wrote.
///
/// # Errors
///
/// The text is not a snapshot or was saved under other settings; the message continues "The session
/// snapshot".
pub(crate) fn restore(settings: &Settings, text: &str) -> Result<Session, &'static str> {
    let members = Members::parse_text(text).ok_or(NOT_A_SNAPSHOT)?;
    if members.number("version").ok_or(NOT_A_SNAPSHOT)? != VERSION {
        return Err("was saved by another version of the connector");
    }
    if members.text("settings").ok_or(NOT_A_SNAPSHOT)? != fingerprint(settings) {
        return Err("was saved under other settings");
    }
    let mut tokens = Tokens::default();
    for (server, name) in [(Server::Defender, "defender"), (Server::Graph, "graph")] {
        match members.raw(name) {
            None | Some("null") => {}
            Some(raw) => tokens.set(server, Some(token(raw)?)),
        }
    }
    // Snapshots of earlier versions have no counts.
    let rows = members.read_value("sent").value().unwrap_or_default();
    let rows = rows.as_array().map(Vec::as_slice).unwrap_or_default();
    let rows = rows
        .iter()
        .map(|row| count_from_json(row).ok_or(NOT_A_SNAPSHOT))
        .collect::<Result<_, _>>()?;
    Ok(Session {
        tokens,
        rate_limiter: RateLimiter::from_counts(rows),
        known: KnownJobs::from_ids(members.texts("known")),
    })
}

fn count_to_json(counts: &RequestCount) -> Value {
    Value::from(vec![Value::from(counts.family), Value::from(counts.at), Value::from(counts.count)])
}

fn count_from_json(row: &Value) -> Option<RequestCount> {
    let number = |n: usize| row[n].as_u64();
    let (family, count) = (u8::try_from(number(0)?).ok()?, u32::try_from(number(2)?).ok()?);
    Some(RequestCount { family, at: number(1)?, count })
}

/// The error for a text that is not a snapshot.
const NOT_A_SNAPSHOT: &str = "was not written by `save`";

fn token(text: &str) -> Result<AccessToken, &'static str> {
    let members = Members::parse_text(text).ok_or(NOT_A_SNAPSHOT)?;
    let secret = members.text("accessToken").map(Secret::new).ok_or(NOT_A_SNAPSHOT)?;
    if !is_token(secret.expose()) {
        return Err(NOT_A_SNAPSHOT);
    }
    let time = |name: &str| members.number(name).map(Duration::from_secs).ok_or(NOT_A_SNAPSHOT);
    let (refresh_at, expires_at) = (time("refreshAt")?, time("expiresAt")?);
    Ok(AccessToken { secret, refresh_at: refresh_at.min(expires_at), expires_at })
}

/// Digest of everything that a token depends on, except the secret: another secret of the same
/// application gives an equivalent token, and an assertion changes every few minutes.
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

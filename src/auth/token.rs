//! Access tokens: requesting one, parsing the response, and its lifetime.

use std::time::Duration;

use url::form_urlencoded::Serializer;
use zeroize::Zeroizing;

use super::Server;
use crate::config::{Credential, Secret, Settings};
use crate::response::Members;
use crate::schema::TOKEN;

/// Lifetime of a token whose response does not state one: RFC 6749 §5.1 leaves it open, Entra's
/// shortest default is an hour.
const DEFAULT_LIFE: u64 = 3600;

/// Maximum lifetime; Entra's own is 24 hours, 28 with continuous access evaluation.
const MAX_LIFE: u64 = 28 * 3600;

/// An access token. Times are Unix times.
#[derive(Clone, Debug)]
pub struct AccessToken {
    /// The token.
    pub secret: Secret,
    /// From when it should be renewed.
    pub refresh_at: Duration,
    /// From when the service rejects it.
    pub expires_at: Duration,
}

impl AccessToken {
    /// A token that lives `life` seconds from `now`. It is renewed `early` before its expiry, but
    /// in its last quarter at the earliest.
    pub fn new(secret: Secret, now: Duration, life: u64, early: Duration) -> Self {
        let life = Duration::from_secs(life.min(MAX_LIFE));
        let expires_at = now + life;
        Self { secret, refresh_at: expires_at - early.min(life / 4), expires_at }
    }

    /// Whether it needs no renewal yet.
    pub fn is_fresh(&self, now: Duration) -> bool {
        now < self.refresh_at
    }
}

/// Builds the form that requests a token. `None` if the host supplied the token.
pub fn token_request_form(settings: &Settings, server: Server) -> Option<Zeroizing<Vec<u8>>> {
    const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
    // Room for the largest form, so that growing leaves no copy of the secret in memory.
    const ROOM: usize = 64 * 1024;
    let mut form = Serializer::new(String::with_capacity(ROOM));
    form.append_pair("grant_type", "client_credentials");
    form.append_pair("client_id", &settings.client_id);
    form.append_pair("scope", settings.scope(server));
    match &settings.credential {
        Credential::ClientSecret(secret) => {
            // This body is only ever sent to the login server.
            form.append_pair("client_secret", secret.expose());
        }
        Credential::ClientAssertion(secret) => {
            form.append_pair("client_assertion_type", ASSERTION_TYPE);
            form.append_pair("client_assertion", secret.expose());
        }
        Credential::AccessToken(_) => return None,
    }
    Some(Zeroizing::new(form.finish().into_bytes()))
}

/// Parses the token in a response of the login server. Its lifetime counts from `asked`, the time
/// of the request.
///
/// `None` if the response contains no usable token.
pub fn from_response(body: &[u8], asked: Duration, early: Duration) -> Option<AccessToken> {
    let members = Members::parse(body)?;
    let secret = Secret::new(members.text("access_token")?);
    if members.text("token_type").is_some_and(|kind| !kind.eq_ignore_ascii_case("bearer")) {
        return None;
    }
    if !is_token(secret.expose()) {
        return None;
    }
    let life = members.raw("expires_in").map_or(Some(DEFAULT_LIFE), seconds)?;
    Some(AccessToken::new(secret, asked, life, early))
}

/// Whether a text can be a token: visible ASCII, and short enough for a header on any host.
pub(crate) fn is_token(text: &str) -> bool {
    (TOKEN.check)(text) && text.len() <= TOKEN.max
}

/// Parses seconds, as a JSON number or, as Entra's older endpoint writes them, as a JSON string.
fn seconds(json: &str) -> Option<u64> {
    let text = json.trim_matches('"');
    let whole = text.split('.').next().unwrap_or_default();
    if text == "null" { Some(DEFAULT_LIFE) } else { whole.parse().ok() }
}

//! A client assertion for one run: who the application is, said to one token endpoint and signed by
//! its certificate.

use host_harness::Origin;
use serde_json::{Value, json};
use time::OffsetDateTime;
use url::Url;
use uuid::Uuid;
use zeroize::Zeroizing;

use super::super::Problem;
use super::certificate::Certificate;
use crate::origins::sign_in;

/// What Microsoft recommends at most.
///
/// The command line makes one call, and the call signs in at its start, so that one assertion is
/// enough; the token that it buys lives for an hour or more. A call that outlasts the token cannot
/// sign in again (the assertion is then out of date), for nothing reaches a connector during a
/// call: a host with longer calls configures its connector with a new assertion before each, and
/// one that must wait for hours asks for the jobs' states from time to time instead.
const LIFE_SECONDS: i64 = 600;

/// An assertion that is made as soon as it is known for whom.
pub(super) struct Assertion {
    name: String,
    certificate: Certificate,
}

impl Assertion {
    pub(super) fn new(name: String, certificate: Certificate) -> Self {
        Self { name, certificate }
    }

    /// The secret's name.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// When its certificate expires.
    pub(super) fn certificate_ends(&self) -> Option<OffsetDateTime> {
        self.certificate.ends()
    }

    /// Makes it for a connector with these settings, which is believed to call these origins.
    pub(super) fn make(
        &self,
        config: &str,
        origins: &[Origin],
    ) -> Result<Zeroizing<String>, Problem> {
        let config: Value = serde_json::from_str(config).unwrap_or_default();
        let client = text(&config, "clientId")?;
        let now = OffsetDateTime::now_utc().unix_timestamp();
        let claims = json!({
            "aud": token_endpoint(&config, origins)?,
            "iss": client,
            "sub": client,
            "jti": Uuid::new_v4().to_string(),
            "nbf": now,
            "iat": now,
            "exp": now + LIFE_SECONDS,
        });
        self.certificate
            .sign(&claims)
            .map_err(|problem| Problem::new(format!("/secrets/{}/key", self.name), problem))
    }
}

/// The token endpoint that the connector will call.
///
/// Without `oAuthServerUrl` its origin is the connector's own answer to `configure`, which says
/// where it signs in: a table of clouds that was kept here could one day say something else. (An
/// origin has no path, and the clouds' servers have none.) With it, it is the operator's word, in
/// the connector's normal form, and must be the connector's answer too. A connector that is not
/// believed has no say: `origins` is empty.
fn token_endpoint(config: &Value, origins: &[Origin]) -> Result<String, Problem> {
    let wrong = |problem| Problem::new("/config/oAuthServerUrl", problem);
    let tenant = text(config, "tenantId")?;
    let server = match (config.get("oAuthServerUrl").and_then(Value::as_str), sign_in(origins)) {
        (None, Some(named)) => named.to_owned(),
        (None, None) => {
            return Err(wrong(
                "is missing: a component that is not the embedded one does not choose it",
            ));
        }
        (Some(url), named) => {
            let url = Url::parse(url).map_err(|_| wrong("is not a URL"))?;
            let origin = url.origin().ascii_serialization();
            if named.is_some_and(|named| named != origin) {
                return Err(wrong(
                    "is not where the connector signs in: for whom to sign is unclear",
                ));
            }
            let segments = url.path().split('/').filter(|segment| !segment.is_empty());
            segments.fold(origin, |server, segment| server + "/" + segment)
        }
    };
    Ok(format!("{server}/{tenant}/oauth2/v2.0/token"))
}

fn text<'a>(config: &'a Value, name: &str) -> Result<&'a str, Problem> {
    let text = config.get(name).and_then(Value::as_str);
    text.ok_or_else(|| {
        Problem::new(format!("/config/{name}"), "is missing: a client assertion names it")
    })
}

#[cfg(test)]
mod tests;

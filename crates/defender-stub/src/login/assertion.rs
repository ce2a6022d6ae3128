//! Client assertions, signed with a certificate or by an issuer that the application trusts.
//!
//! The stub holds no public keys, so it verifies everything except the signature: format, algorithm
//! and claims.

use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde::Deserialize;
use time::OffsetDateTime;

use crate::refusal::entra::{self as refuse, Refusal};
use crate::scenario::Scenario;

const TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// The claims that Entra reads from an assertion.
#[derive(Deserialize)]
struct Claims {
    aud: String,
    iss: String,
    sub: String,
    exp: i64,
    #[serde(default)]
    nbf: i64,
    #[serde(default)]
    jti: Option<String>,
}

/// Checks an assertion that was sent to `endpoint`.
pub(crate) fn check(
    scenario: &Scenario,
    kind: &str,
    assertion: &str,
    endpoint: &str,
    now: OffsetDateTime,
) -> Result<(), Refusal> {
    if kind != TYPE {
        return Err(refuse::UNKNOWN_ASSERTION.because("Client assertion type is not supported."));
    }
    let claims = claims(assertion).ok_or_else(|| {
        refuse::UNKNOWN_ASSERTION.because("Client assertion failed signature validation.")
    })?;
    let now = now.unix_timestamp();
    if claims.exp <= now || claims.nbf > now {
        return Err(
            refuse::ASSERTION_TIME.because("Client assertion is not within its valid time range.")
        );
    }
    let own = claims.iss == scenario.client_id && claims.sub == scenario.client_id;
    let ours = claims.aud.eq_ignore_ascii_case(endpoint) && claims.jti.is_some();
    let federated = scenario.federated_credentials.iter().any(|trusted| {
        trusted.issuer == claims.iss
            && trusted.subject == claims.sub
            && trusted.audience == claims.aud
    });
    if (own && ours) || federated {
        return Ok(());
    }
    if own {
        return Err(refuse::UNKNOWN_ASSERTION
            .because(
                "Client assertion audience claim does not match the token endpoint, or its 'jti' is missing."
            ));
    }
    Err(refuse::NO_FEDERATION
        .because("No matching federated identity record found for presented assertion subject."))
}

fn claims(assertion: &str) -> Option<Claims> {
    // Entra accepts no symmetric algorithm, and never `none`.
    let accepted = [Algorithm::RS256, Algorithm::PS256, Algorithm::ES256];
    if !accepted.contains(&jsonwebtoken::decode_header(assertion).ok()?.alg) {
        return None;
    }
    let mut validation = Validation::default();
    validation.insecure_disable_signature_validation();
    validation.validate_exp = false;
    validation.validate_aud = false;
    validation.required_spec_claims.clear();
    let key = DecodingKey::from_secret(&[]);
    jsonwebtoken::decode(assertion, &key, &validation).ok().map(|data| data.claims)
}

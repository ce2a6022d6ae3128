//! Refusals of the login server, and what to do about the common ones.
//!
//! <https://learn.microsoft.com/en-us/entra/identity-platform/reference-error-codes>.

use serde_json::Value;

use crate::config::Settings;
use crate::error::{Error, Kind, Retry};
use crate::response::{Head, Leaves, Sanitizer, retry_after};

/// An AADSTS number, what kind of failure it is and what to do.
struct Remedy(u64, Kind, &'static str);

use Kind::{Throttled, Unauthenticated, Unavailable};

const REMEDIES: &[Remedy] = &[
    Remedy(7_000_215, Unauthenticated, "the client secret is wrong: use the secret's value, not its ID"),
    Remedy(7_000_222, Unauthenticated, "the client secret has expired: make a new one in Entra"),
    Remedy(
        700_016,
        Unauthenticated,
        "the tenant has no application of this client ID: check `clientId`, `tenantId` and `cloud`",
    ),
    Remedy(7_000_112, Unauthenticated, "the application is disabled: enable it in Entra"),
    Remedy(90_002, Unauthenticated, "there is no such tenant: check `tenantId` and `cloud`"),
    Remedy(900_023, Unauthenticated, "the tenant is neither a GUID nor a domain name of a tenant: check `tenantId`"),
    Remedy(70_011, Unauthenticated, "the scope is not valid: check `oAuthScope`, it ends in /.default"),
    Remedy(1_002_012, Unauthenticated, "the scope is not valid: check `oAuthScope`, it ends in /.default"),
    Remedy(
        500_011,
        Unauthenticated,
        "the tenant does not know the API of this scope: check `oAuthScope` and `cloud`, and that Defender for Endpoint is set up",
    ),
    Remedy(7_000_216, Unauthenticated, "the secret did not arrive: report it"),
    Remedy(7_000_218, Unauthenticated, "the secret did not arrive: report it"),
    Remedy(
        700_027,
        Unauthenticated,
        "the assertion's signature is not of a certificate of the application: add the certificate in Entra",
    ),
    Remedy(700_024, Unauthenticated, "the assertion is not valid at this time: make a new one, and check the clock"),
    Remedy(
        70_021,
        Unauthenticated,
        "no federated credential of the application fits the assertion: check issuer, subject and audience",
    ),
    Remedy(700_211, Unauthenticated, "no federated credential of the application has the assertion's issuer"),
    Remedy(700_212, Unauthenticated, "no federated credential of the application has the assertion's audience"),
    Remedy(700_213, Unauthenticated, "no federated credential of the application has the assertion's subject"),
    Remedy(53_003, Unauthenticated, "conditional access blocks the application: allow it in Entra"),
    Remedy(50_196, Throttled, "too many tokens were asked for: wait"),
    Remedy(90_024, Throttled, "the login server is busy: wait"),
    Remedy(90_055, Throttled, "the login server is busy: wait"),
    Remedy(90_033, Unavailable, "the login server has a passing fault: try again"),
];

/// How long to wait where the login server does not say.
const PAUSE: Retry = Retry::After(60_000);

/// The error that an answer of the login server other than 200 comes down to.
pub fn refusal(head: &Head, body: &[u8], settings: &Settings, clean: &Sanitizer) -> Error {
    let said = Leaves::of(body);
    // What is no login server has other words for it.
    let description = ["error_description", "error/message", "message"].iter().find_map(|name| said.text(name));
    let description = description.unwrap_or_default();
    let number = said.number("error_codes/#").and_then(digits).or_else(|| number_in(description));
    let remedy = REMEDIES.iter().find(|Remedy(known, ..)| Some(*known) == number);
    let host = settings.login.host();
    let kind = match (remedy, head.status) {
        (_, 429) => Throttled,
        (_, 500..) => Unavailable,
        (Some(Remedy(_, kind, _)), _) => *kind,
        (None, 400 | 401 | 403) => Unauthenticated,
        (None, 404) => Kind::NotFound,
        (None, 402 | 405..=499) => Kind::Rejected,
        (None, _) => Kind::MalformedResponse,
    };
    let advice = match (remedy, kind) {
        (Some(Remedy(.., advice)), _) => *advice,
        (None, Throttled) => "too many tokens were asked for: wait",
        (None, Unavailable) => "the login server failed: try again",
        (None, Unauthenticated) => "check `clientId`, `tenantId`, `oAuthScope` and the secret",
        (None, Kind::MalformedResponse) => "redirects are not followed: check `oAuthServerUrl`",
        (None, _) => "check `oAuthServerUrl` and `tenantId`",
    };
    let mut error = Error::new(kind, format!("Sign-in at {host} was refused (status {}): {advice}.", head.status));
    error.retry = match kind {
        Throttled | Unavailable => retry_after(head).map_or(PAUSE, Retry::After),
        _ => Retry::Never,
    };
    error.status = Some(head.status);
    error.code = match number {
        Some(number) => Some(format!("AADSTS{number}")),
        None => said.whole("error").or_else(|| said.whole("error/code")).map(|name| clean.text(name)),
    };
    error.request_id = said.whole("trace_id").map(|id| clean.text(id)).or_else(|| head.request_id(clean));
    match description.lines().next() {
        Some(line) if !line.is_empty() => error.with_detail("serviceMessage", Value::from(clean.text(line))),
        _ => error,
    }
}

/// The number in "AADSTS7000215: …".
fn number_in(description: &str) -> Option<u64> {
    let (_, rest) = description.split_once("AADSTS")?;
    digits(rest)
}

/// The number at the beginning of a text.
fn digits(text: &str) -> Option<u64> {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    text[..end].parse().ok()
}

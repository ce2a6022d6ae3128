//! Errors of the login server, and what to do about the common ones.
//!
//! <https://learn.microsoft.com/en-us/entra/identity-platform/reference-error-codes>.

use serde_json::Value;

use crate::config::Settings;
use crate::error::{Error, Kind, Retry};
use crate::response::{Head, Leaves, Sanitizer, retry_after};
use crate::text::join;

/// AADSTS codes, the kind of error they are, and what to do about them, with the place in Entra.
struct Remedy(&'static [u64], Kind, &'static str);

use Kind::{Throttled, Unauthenticated, Unavailable};

#[rustfmt::skip]
const REMEDIES: &[Remedy] = &[
    Remedy(
        &[7_000_215, 50_012], Unauthenticated,
        "the client secret is wrong: use the secret's value, not its ID (App registrations, Certificates & secrets; a value is shown only once)"
    ),
    Remedy(
        &[7_000_222], Unauthenticated,
        "the client secret has expired: create a new one in Entra (App registrations, Certificates & secrets)"
    ),
    Remedy(
        &[70_002], Unauthenticated,
        "the credentials were rejected: check that the secret or the assertion belongs to `clientId`"
    ),
    Remedy(
        &[700_016, 70_001], Unauthenticated,
        "the tenant has no application with this client ID: check `clientId`, `tenantId` and `cloud` (both IDs are on the application's Overview page in Entra)"
    ),
    Remedy(
        &[7_000_229], Unauthenticated,
        "the application is not set up in this tenant (it has no service principal there): add it as an enterprise application by granting admin consent, or check `tenantId`"
    ),
    Remedy(
        &[7_000_112], Unauthenticated,
        "the application is disabled: enable it in Entra (Enterprise applications, Properties)"
    ),
    Remedy(
        &[700_025], Unauthenticated,
        "the application is a public client, which has no credentials: register a confidential client, or change this one in Entra (Authentication, `Allow public client flows`: No)"
    ),
    Remedy(
        &[90_002], Unauthenticated,
        "there is no such tenant: check `tenantId` and `cloud` (the ID is on the tenant's Overview page in Entra)"
    ),
    Remedy(
        &[900_023], Unauthenticated,
        "the tenant is neither a GUID nor a domain name of a tenant: check `tenantId`"
    ),
    Remedy(
        &[50_059], Unauthenticated,
        "the request names no tenant: set `tenantId` to the tenant's own GUID or domain name"
    ),
    Remedy(
        &[50_034, 50_020], Unauthenticated,
        "the tenant does not know the account: check `tenantId` and `clientId`"
    ),
    Remedy(
        &[900_382, 900_384, 90_038, 90_051], Unauthenticated,
        "the tenant is in another cloud: set `cloud` (`gccHigh` or `dod` for tenants of the US government)"
    ),
    Remedy(
        &[70_011, 1_002_012, 700_022, 28_002, 28_003], Unauthenticated,
        "the scope is not valid: check `oAuthScope`, it ends in /.default"
    ),
    Remedy(
        &[500_011, 650_052], Unauthenticated,
        "the tenant does not know the API of this scope: check `oAuthScope` and `cloud`, and that Defender for Endpoint is set up (WindowsDefenderATP is then among the tenant's enterprise applications)"
    ),
    Remedy(
        &[500_014], Unauthenticated,
        "the API of this scope is disabled in the tenant: enable its enterprise application in Entra, and check the tenant's licence"
    ),
    Remedy(
        &[65_001, 65_005, 650_057], Unauthenticated,
        "no administrator has consented to the application's permissions for this API: grant consent in Entra (API permissions, `Grant admin consent`)"
    ),
    Remedy(
        &[7_000_216, 7_000_218, 900_144, 90_014], Unauthenticated,
        "the request arrived without its body or with part of it: a proxy or the host lost the rest"
    ),
    Remedy(
        &[9_002_313, 900_561], Unauthenticated,
        "the request arrived changed: by a proxy or the host, or `tenantId`, `clientId` or `oAuthScope` contains stray characters"
    ),
    Remedy(
        &[700_027, 50_013], Unauthenticated,
        "the assertion was not signed with a certificate of the application: add the certificate in Entra (App registrations, Certificates)"
    ),
    Remedy(
        &[700_024], Unauthenticated,
        "the assertion is not valid now: create a new one, and check the clock"
    ),
    Remedy(
        &[700_021, 700_023, 50_027], Unauthenticated,
        "the assertion does not match: its issuer and subject must be `clientId`, its audience the tenant's token endpoint"
    ),
    Remedy(
        &[70_021], Unauthenticated,
        "no federated credential of the application matches the assertion: check issuer, subject and audience (App registrations, Federated credentials)"
    ),
    Remedy(
        &[700_211], Unauthenticated,
        "no federated credential of the application has the assertion's issuer"
    ),
    Remedy(
        &[700_212], Unauthenticated,
        "no federated credential of the application has the assertion's audience"
    ),
    Remedy(
        &[700_213], Unauthenticated,
        "no federated credential of the application has the assertion's subject"
    ),
    Remedy(
        &[53_003], Unauthenticated,
        "conditional access blocks the application: allow it in Entra (Conditional Access; the sign-in logs name the policy)"
    ),
    Remedy(&[50_196], Throttled, "too many token requests: wait"),
    Remedy(&[90_024, 90_055], Throttled, "the login server is busy: wait"),
    Remedy(&[90_033], Unavailable, "the login server failed temporarily: try again"),
];

/// Advice for an unknown AADSTS code, by OAuth error (RFC 6749 §5.2).
fn advice_for(name: Option<&str>) -> &'static str {
    match name {
        Some("invalid_client") => "check `clientId`, and the secret or the assertion",
        Some("unauthorized_client" | "access_denied") => {
            "check `clientId` and `tenantId`, and the application in Entra"
        }
        Some("invalid_scope" | "invalid_resource" | "invalid_target") => {
            "check `oAuthScope` and `cloud`"
        }
        Some("invalid_request" | "unsupported_grant_type") => {
            "check `tenantId`, `clientId`, `oAuthScope` and `cloud`"
        }
        _ => "check `cloud`, `tenantId`, `clientId`, `oAuthScope` and the credentials",
    }
}

/// Pause when the login server does not give one.
const PAUSE: Retry = Retry::After(60_000);

/// Maps a response of the login server other than 200 to an error.
pub fn refusal(head: &Head, body: &[u8], settings: &Settings, clean: &Sanitizer) -> Error {
    let error_body = Leaves::parse(body);
    // Something other than a login server uses other member names.
    let description = ["error_description", "error/message", "message"]
        .iter()
        .find_map(|name| error_body.text(name));
    let (description, trace) = split_description(description.unwrap_or_default());
    let number =
        error_body.number("error_codes/#").and_then(digits).or_else(|| number_in(&description));
    let remedy = REMEDIES
        .iter()
        .find(|Remedy(known, ..)| number.is_some_and(|number| known.contains(&number)));
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
        (None, Throttled) => "too many token requests: wait",
        (None, Unavailable) => "the login server failed: try again",
        (None, Unauthenticated) => advice_for(error_body.text("error")),
        (None, Kind::MalformedResponse) => "redirects are not followed: check `oAuthServerUrl`",
        (None, _) => "check `oAuthServerUrl` and `tenantId`",
    };
    let retry = match kind {
        Throttled | Unavailable => retry_after(head).map_or(PAUSE, Retry::After),
        _ => Retry::Never,
    };
    let code = match number {
        Some(number) => Some(format!("AADSTS{number}")),
        None => error_body
            .whole("error")
            .or_else(|| error_body.whole("error/code"))
            .map(|name| clean.text(name)),
    };
    let trace = error_body.whole("trace_id").or(trace).map(|id| clean.text(id));
    let error = Error::new(
        kind,
        format!("Sign-in at {host} was refused (status {}): {advice}.", head.status),
    )
    .with_retry(retry)
    .with_status(head.status)
    .with_code(code)
    .with_request_id(trace.or_else(|| head.request_id(clean)));
    match description.is_empty() {
        true => error,
        false => error.with_detail("serviceMessage", Value::from(clean.text(&description))),
    }
}

/// Microsoft's page about an AADSTS code.
pub fn help_url(code: &str, settings: &Settings) -> Option<String> {
    let number = code.strip_prefix("AADSTS")?;
    Some(format!("{}/error?code={number}", settings.login.origin()))
}

/// Splits a description into one line of text and the trace ID: Entra appends IDs and time, on
/// separate lines or on the same one.
fn split_description(description: &str) -> (String, Option<&str>) {
    const MARKS: [&str; 3] = ["Trace ID:", "Correlation ID:", "Timestamp:"];
    let end =
        MARKS.iter().filter_map(|mark| description.find(mark)).min().unwrap_or(description.len());
    let (sentence, rest) = description.split_at(end);
    let trace = rest.strip_prefix(MARKS[0]).and_then(|rest| rest.split_ascii_whitespace().next());
    (join(&sentence.split_ascii_whitespace().collect::<Vec<_>>(), " "), trace)
}

/// Extracts the number from "AADSTS7000215: …".
fn number_in(description: &str) -> Option<u64> {
    let (_, rest) = description.split_once("AADSTS")?;
    digits(rest)
}

/// Parses the digits at the start of a text.
fn digits(text: &str) -> Option<u64> {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    text[..end].parse().ok()
}

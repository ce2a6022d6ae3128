//! Maps error responses and transport failures to `Error`.
//!
//! The HTTP status decides first: Microsoft's codes are not a closed set.
//! <https://learn.microsoft.com/en-us/defender-endpoint/api/common-errors>.

use serde_json::Value;

use super::error_body::ErrorBody;
use super::quota_pause::parse_quota_pause;
use super::{Head, NOT_A_COLLECTION, Sanitizer, retry_after};
use crate::catalogue::{Effect, Server};
use crate::error::{Error, Kind, Retry};
use crate::request::ApiRequest;
use crate::transport::{Cause, Delivery, TransportError};

/// Pause before a read is retried, unless the service gives one.
const RETRY_READ: Retry = Retry::After(5_000);

/// Pause after a 429 that does not give one.
const RETRY_THROTTLED: Retry = Retry::After(RETRY_THROTTLED_MS);

const RETRY_THROTTLED_MS: u64 = 60_000;

/// Maps a response of the API other than success to an error.
///
/// A request that the service itself rejected was not carried out, unless the code says that an
/// earlier one may have been. A rejection from something in between proves nothing: a gateway that
/// retries may have forwarded the first attempt.
pub fn fault(
    request: &ApiRequest,
    head: &Head,
    body: &[u8],
    renewable: bool,
    clean: &Sanitizer,
) -> Error {
    let error_body = ErrorBody::read(body, head.status);
    let action = request.action.name;
    let status = head.status;
    let is_own = error_body.is_own || head.is_own();
    let may_have_run = !request.is_read() && !is_own;
    // The lost part of a damaged code may be the part that matters.
    let code =
        error_body.code.as_deref().filter(|code| !code.is_empty() && !code.contains('\u{fffd}'));
    let kind = match (status, code) {
        (_, Some("ActiveRequestAlreadyExists")) => Kind::Conflict,
        (409, _) if !request.is_read() && is_own => Kind::Conflict,
        (401, _) => Kind::Unauthenticated,
        (403, _) => Kind::Forbidden,
        (404 | 410, _) if may_have_run || is_missing_resource(request, &error_body, status) => {
            Kind::NotFound
        }
        (404 | 410, _) => Kind::MalformedResponse,
        (429, _) => Kind::Throttled,
        (408, _) => Kind::Unavailable,
        (400..=499, _) => Kind::Rejected,
        (500.., _) => Kind::Unavailable,
        _ => Kind::MalformedResponse,
    };
    let server = address_setting(request.server);
    let message = match kind {
        Kind::Conflict if request.action.effect != Effect::Disrupt => {
            format!(
                "`{action}` was rejected: it conflicts with what exists; check that before you try again."
            )
        }
        Kind::Conflict => {
            format!(
                "`{action}` was rejected: another action is running on the machine; wait for it or cancel it."
            )
        }
        Kind::Unavailable if request.is_read() && request.action.budget.is_for_queries() => {
            format!(
                "The service failed or did not finish the query in time (status {status}): narrow it before you try again; each attempt costs the tenant's quota."
            )
        }
        Kind::Unavailable if request.is_read() => {
            format!("The service failed (status {status}): try again.")
        }
        Kind::Unavailable => {
            format!(
                "The service failed (status {status}), and `{action}` may have been carried out: check (`getActions` for machine actions) before you try again."
            )
        }
        Kind::MalformedResponse if matches!(status, 404 | 410) && is_own => {
            format!(
                "`{action}` was rejected: the service has nothing at this address (status {status}): check `{server}`, which must not include the path in its documentation."
            )
        }
        Kind::MalformedResponse | Kind::NotFound
            if !is_own && !may_have_run && matches!(status, 404 | 410) =>
        {
            format!(
                "`{action}` got status {status}, but not recognisably from the service: check `{server}`, gateways and proxies."
            )
        }
        Kind::MalformedResponse => {
            format!(
                "The service answered `{action}` with status {status}, which is not supported: check `{server}`."
            )
        }
        _ if may_have_run => {
            format!(
                "`{action}` got status {status}, but not recognisably from the service: a gateway or proxy may have forwarded it before, so it may have been carried out: check (`getActions` for machine actions) before you try again."
            )
        }
        Kind::Unauthenticated if !renewable => {
            format!(
                "`{action}` was rejected: the host's access token is not valid; configure the connector with a new one."
            )
        }
        Kind::Unauthenticated => {
            format!(
                "`{action}` was rejected with a new token too: check that `oAuthScope` matches `apiUrl`, and the tenant's Defender licence."
            )
        }
        Kind::Forbidden => {
            format!(
                "`{action}` was rejected: grant the application the permission that it lacks in Entra, with admin consent."
            )
        }
        Kind::NotFound if error_body.code.as_deref() != Some(RESOURCE_NOT_FOUND) => {
            format!(
                "`{action}`: the service has no such resource; check the parameters and `{server}`."
            )
        }
        Kind::NotFound => {
            format!("`{action}`: the service has no such resource; check the parameters.")
        }
        Kind::Throttled => {
            format!("`{action}` was not carried out: too many requests.")
        }
        _ => format!("`{action}` was rejected (status {status})."),
    };
    let pause = retry_after(head)
        .or_else(|| parse_quota_pause(error_body.message.as_deref()?).filter(|_| status == 429));
    let retry = match kind {
        Kind::Unavailable if request.is_read() => pause.map_or(RETRY_READ, Retry::After),
        Kind::MalformedResponse if request.is_read() => Retry::Never,
        // The running job may come from this very request, sent earlier.
        Kind::Conflict | Kind::Unavailable | Kind::MalformedResponse => Retry::Unknown,
        _ if may_have_run => Retry::Unknown,
        // It may be the rejection of a duplicate of a running request, without saying so.
        Kind::Rejected if !request.is_read() && code.is_none() => Retry::Unknown,
        Kind::Throttled => pause.map_or(RETRY_THROTTLED, Retry::After),
        _ => Retry::Never,
    };
    let mut error = Error::new(kind, message)
        .with_retry(retry)
        .with_status(status)
        .with_code(error_body.code.map(|code| clean.text(&code)).filter(|code| !code.is_empty()))
        .with_request_id(head.request_id_or(error_body.request_id.as_deref(), clean));
    if let (Kind::Throttled, Retry::Unknown) = (kind, retry) {
        let pause = pause.unwrap_or(RETRY_THROTTLED_MS);
        error = error.with_detail("retryAfterMilliseconds", Value::from(pause));
    }
    match error_body.message {
        Some(text) => error.with_detail("serviceMessage", Value::from(clean.text(&text))),
        None => error,
    }
}

/// Whether a response certainly comes from the service, judging by its headers or error object, and
/// not from something in between.
pub fn is_own(head: &Head, body: &[u8]) -> bool {
    head.is_own() || ErrorBody::read(body, head.status).is_own
}

/// The setting that has the address of a server.
fn address_setting(server: Server) -> &'static str {
    match server {
        Server::Defender => "apiUrl",
        Server::Graph => "graphUrl",
    }
}

/// Error for a success response that cannot be decoded.
pub fn malformed(request: &ApiRequest, head: &Head, what: &str, clean: &Sanitizer) -> Error {
    let action = request.action.name;
    let advice = match what == NOT_A_COLLECTION {
        true => format!(": check `{}`, gateways and proxies", address_setting(request.server)),
        false => String::new(),
    };
    let error = match request.is_read() {
        true => Error::new(
            Kind::MalformedResponse, format!("The response to `{action}` {what}{advice}.")
        ),
        false => Error::new(
            Kind::MalformedResponse,
            format!(
                "The response to `{action}` {what}, and it may have been carried out: check (`getActions` for machine actions) before you try again."
            ),
        )
        .with_retry(Retry::Unknown),
    };
    error.with_status(head.status).with_request_id(head.request_id(clean))
}

/// Maps a response of result storage other than 200 to an error.
/// <https://learn.microsoft.com/en-us/rest/api/storageservices/blob-service-error-codes>.
pub fn storage_fault(head: &Head, body: &[u8], host: &str, clean: &Sanitizer) -> Error {
    let status = head.status;
    let error_body = ErrorBody::read(body, status);
    let (kind, advice) = match status {
        403 | 404 | 410 => (
            Kind::NotFound,
            "the link has expired or the file does not exist yet; request it again",
        ),
        429 => (Kind::Throttled, "too many requests"),
        400..=499 => (Kind::Rejected, "it was rejected"),
        500.. => (Kind::Unavailable, "try again"),
        200..=299 => (Kind::MalformedResponse, "the response is not the whole file"),
        _ => (Kind::MalformedResponse, "redirects are not followed"),
    };
    let retry = match kind {
        Kind::Throttled => retry_after(head).map_or(RETRY_THROTTLED, Retry::After),
        Kind::Unavailable | Kind::NotFound => retry_after(head).map_or(RETRY_READ, Retry::After),
        _ => Retry::Never,
    };
    let code = head.header("x-ms-error-code").or(error_body.code.as_deref());
    Error::new(kind, format!("The file could not be read from {host} (status {status}): {advice}."))
        .with_retry(retry)
        .with_status(status)
        .with_code(code.map(|code| clean.text(code)).filter(|code| !code.is_empty()))
        .with_request_id(head.request_id_or(error_body.request_id.as_deref(), clean))
}

/// Returns the kind of error for a transport failure.
pub fn error_kind(failure: TransportError) -> Kind {
    match failure.cause {
        Cause::Denied
        | Cause::AddressDenied
        | Cause::Misconfigured
        | Cause::Header(_)
        | Cause::Unsendable => Kind::Denied,
        Cause::ResponseTimeout | Cause::ConnectTimeout => Kind::TimedOut,
        Cause::Protocol | Cause::TooLarge => Kind::MalformedResponse,
        Cause::Dns
        | Cause::Address
        | Cause::Connect
        | Cause::Tls
        | Cause::Broken
        | Cause::RequestBody
        | Cause::Internal => Kind::Unreachable,
    }
}

/// Error for a request that got no response.
pub fn no_response(failure: TransportError, host: &str, idempotent: bool) -> Error {
    let kind = error_kind(failure);
    let description = failure.description();
    let advice = match (failure.delivery, idempotent, kind) {
        (_, _, Kind::Denied) if failure.cause == Cause::Misconfigured => {
            "; nothing was sent: fix the host's settings"
        }
        (_, _, Kind::Denied) if failure.cause == Cause::Unsendable => "; nothing was sent",
        (_, _, Kind::Denied) => "; allow it there",
        (Delivery::MaybeSent, false, _) => {
            ", and it may have been carried out: check (`getActions` for machine actions) before you try again"
        }
        (Delivery::NotSent, false, _) => "; nothing was sent",
        (_, true, _) => "; check the network path and try again",
    };
    let retry = match (failure.delivery, idempotent, kind) {
        (_, _, Kind::Denied) => Retry::Never,
        (Delivery::MaybeSent, false, _) => Retry::Unknown,
        // A retry would fail in the same way.
        (_, _, Kind::MalformedResponse) => Retry::Never,
        _ => RETRY_READ,
    };
    Error::new(kind, format!("No response from {host}: {description}{advice}.")).with_retry(retry)
}

/// The API's own code for a resource that does not exist, or an empty list.
const RESOURCE_NOT_FOUND: &str = "ResourceNotFound";

/// Whether the API itself says that a list is empty. A missing route has another code, and so has
/// anything that a gateway says. Graph answers an empty list with an empty list.
pub fn says_nothing_found(request: &ApiRequest, error: &Error) -> bool {
    request.server == Server::Defender
        && (error.kind(), error.status(), error.code())
            == (Kind::NotFound, Some(404), Some(RESOURCE_NOT_FOUND))
}

/// Whether a 404 may mean the resource in the parameters, and not only the address.
fn is_missing_resource(request: &ApiRequest, error_body: &ErrorBody, status: u16) -> bool {
    // A list is identified by its route alone.
    let is_list =
        request.is_read() && request.action.route().is_some_and(|route| !route.path.contains('{'));
    !is_list
        || (status == 404
            && error_body.is_own
            && error_body.code.as_deref() == Some(RESOURCE_NOT_FOUND))
}

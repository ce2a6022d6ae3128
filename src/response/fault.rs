//! Failures: what an answer that is no success comes down to, and what no answer at all does.
//!
//! The HTTP status counts first: Microsoft's codes are not a closed set.
//! <https://learn.microsoft.com/en-us/defender-endpoint/api/common-errors>.

use serde_json::Value;

use super::error_body::ErrorBody;
use super::window::window_of;
use super::{Head, NO_COLLECTION, Sanitizer, retry_after};
use crate::catalogue::{Effect, Server};
use crate::error::{Error, Kind, Retry};
use crate::request::ApiRequest;
use crate::transport::{Cause, Sent, TransportError};

/// How long to wait before a read is repeated where the service does not say.
const READ_AGAIN: Retry = Retry::After(5_000);

/// How long to wait after a 429 that does not say.
const THROTTLED_AGAIN: Retry = Retry::After(THROTTLED_AGAIN_MS);

const THROTTLED_AGAIN_MS: u64 = 60_000;

/// Maps a response of the API other than success to an error.
///
/// What the service itself refuses was not carried out, except where its code says that it may have
/// been before. A refusal of something on the way proves nothing: a gateway that repeats requests
/// may have handed the first one on.
pub fn fault(
    request: &ApiRequest,
    head: &Head,
    body: &[u8],
    renewable: bool,
    clean: &Sanitizer,
) -> Error {
    let said = ErrorBody::read(body, head.status);
    let action = request.action.name;
    let status = head.status;
    let is_own = said.is_own || head.is_own();
    let in_doubt = !request.is_read() && !is_own;
    // What was lost of a code may be what counts.
    let code = said.code.as_deref().filter(|code| !code.is_empty() && !code.contains('\u{fffd}'));
    let kind = match (status, code) {
        (_, Some("ActiveRequestAlreadyExists")) => Kind::Conflict,
        (409, _) if !request.is_read() && is_own => Kind::Conflict,
        (401, _) => Kind::Unauthenticated,
        (403, _) => Kind::Forbidden,
        (404 | 410, _) if in_doubt || is_about_a_thing(request, &said, status) => Kind::NotFound,
        (404 | 410, _) => Kind::MalformedResponse,
        (429, _) => Kind::Throttled,
        (408, _) => Kind::Unavailable,
        (400..=499, _) => Kind::Rejected,
        (500.., _) => Kind::Unavailable,
        _ => Kind::MalformedResponse,
    };
    let server = match request.server {
        Server::Defender => "apiUrl",
        Server::Graph => "graphUrl",
    };
    let message = match kind {
        Kind::Conflict if request.action.effect != Effect::Disrupt => {
            format!(
                "`{action}` was refused: it conflicts with what is there; look before you repeat it."
            )
        }
        Kind::Conflict => {
            format!(
                "`{action}` was refused: another action is under way on the machine; wait for it or cancel it."
            )
        }
        Kind::Unavailable if request.is_read() && request.action.budget.is_of_queries() => {
            format!(
                "The service failed or did not end the query in time (status {status}): narrow it before you try again, each try costs the tenant's quota."
            )
        }
        Kind::Unavailable if request.is_read() => {
            format!("The service failed (status {status}): try again.")
        }
        Kind::Unavailable => {
            format!(
                "The service failed (status {status}) and `{action}` may have been carried out: look what is there (`getActions` for machine actions) before you repeat it."
            )
        }
        Kind::MalformedResponse if matches!(status, 404 | 410) && is_own => {
            format!(
                "`{action}` was refused: the service has nothing at that address (status {status}): check `{server}`, which is the server alone, without the path that its documentation shows."
            )
        }
        Kind::MalformedResponse | Kind::NotFound
            if !is_own && !in_doubt && matches!(status, 404 | 410) =>
        {
            format!(
                "`{action}` was answered with status {status}, and not recognisably by the service: check `{server}`, and gateways and proxies on the way."
            )
        }
        Kind::MalformedResponse => {
            format!(
                "The service answered with status {status}, which `{action}` does not follow: check `{server}`."
            )
        }
        _ if in_doubt => {
            format!(
                "`{action}` was answered with status {status}, but not recognisably by the service: a gateway or proxy may have handed it on before, so it may have been carried out: look what is there (`getActions` for machine actions) before you repeat it."
            )
        }
        Kind::Unauthenticated if !renewable => {
            format!(
                "`{action}` was refused: the access token that the host gave is not taken; configure the connector with a new one."
            )
        }
        Kind::Unauthenticated => {
            format!(
                "`{action}` was refused with a new token too: check that `oAuthScope` fits `apiUrl`, and the tenant's Defender licence."
            )
        }
        Kind::Forbidden => {
            format!(
                "`{action}` was refused: the application lacks a permission: grant it in Entra, with admin consent."
            )
        }
        Kind::NotFound if said.code.as_deref() != Some(MISSING) => {
            format!(
                "`{action}` was refused: the service does not know what the parameters name; check them, and `{server}`."
            )
        }
        Kind::NotFound => {
            format!(
                "`{action}` was refused: the service does not know what the parameters name; check them."
            )
        }
        Kind::Throttled => {
            format!("`{action}` was not carried out: too many calls.")
        }
        _ => format!("`{action}` was refused (status {status})."),
    };
    let pause =
        retry_after(head).or_else(|| window_of(said.message.as_deref()?).filter(|_| status == 429));
    let retry = match kind {
        Kind::Unavailable if request.is_read() => pause.map_or(READ_AGAIN, Retry::After),
        Kind::MalformedResponse if request.is_read() => Retry::Never,
        // What is under way may be this very request, sent before.
        Kind::Conflict | Kind::Unavailable | Kind::MalformedResponse => Retry::Unknown,
        _ if in_doubt => Retry::Unknown,
        // It may be the refusal of what is under way, and say nothing of it.
        Kind::Rejected if !request.is_read() && code.is_none() => Retry::Unknown,
        Kind::Throttled => pause.map_or(THROTTLED_AGAIN, Retry::After),
        _ => Retry::Never,
    };
    let mut error = Error::new(kind, message)
        .with_retry(retry)
        .with_status(status)
        .with_code(said.code.map(|code| clean.text(&code)).filter(|code| !code.is_empty()))
        .with_request_id(head.request_id_or(said.request_id.as_deref(), clean));
    if let (Kind::Throttled, Retry::Unknown) = (kind, retry) {
        let pause = pause.unwrap_or(THROTTLED_AGAIN_MS);
        error = error.with_detail("retryAfterMilliseconds", Value::from(pause));
    }
    match said.message {
        Some(text) => error.with_detail("serviceMessage", Value::from(clean.text(&text))),
        None => error,
    }
}

/// Whether an answer is recognisably the service's own, by its headers or its error object, and not
/// that of something on the way.
pub fn is_own(head: &Head, body: &[u8]) -> bool {
    head.is_own() || ErrorBody::read(body, head.status).is_own
}

/// The error that an answer comes down to which is no failure but can't be read either.
pub fn malformed(request: &ApiRequest, head: &Head, what: &str, clean: &Sanitizer) -> Error {
    let action = request.action.name;
    let advice = if what == NO_COLLECTION {
        ": check `apiUrl`, and gateways and proxies on the way"
    } else {
        ""
    };
    let error = match request.is_read() {
        true => Error::new(
            Kind::MalformedResponse, format!("The answer to `{action}` {what}{advice}.")
        ),
        false => Error::new(
            Kind::MalformedResponse,
            format!(
                "The answer to `{action}` {what}, and it may have been carried out: look what is there (`getActions` for machine actions) before you repeat it."
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
    let said = ErrorBody::read(body, status);
    let (kind, advice) = match status {
        403 | 404 | 410 => {
            (Kind::NotFound, "the link has expired or the file is not there yet; ask for it again")
        }
        429 => (Kind::Throttled, "too many calls"),
        400..=499 => (Kind::Rejected, "it was refused"),
        500.. => (Kind::Unavailable, "try again"),
        200..=299 => (
            Kind::MalformedResponse,
            "the whole file was asked for, and a part or something else was given",
        ),
        _ => (Kind::MalformedResponse, "redirects are not followed"),
    };
    let retry = match kind {
        Kind::Throttled => retry_after(head).map_or(THROTTLED_AGAIN, Retry::After),
        Kind::Unavailable | Kind::NotFound => retry_after(head).map_or(READ_AGAIN, Retry::After),
        _ => Retry::Never,
    };
    let code = head.header("x-ms-error-code").or(said.code.as_deref());
    Error::new(kind, format!("The file could not be read from {host} (status {status}): {advice}."))
        .with_retry(retry)
        .with_status(status)
        .with_code(code.map(|code| clean.text(code)).filter(|code| !code.is_empty()))
        .with_request_id(head.request_id_or(said.request_id.as_deref(), clean))
}

/// What a failure of the way there is called.
pub fn kind_of(failure: TransportError) -> Kind {
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

/// The error that no answer comes down to.
pub fn no_answer(failure: TransportError, host: &str, repeatable: bool) -> Error {
    let kind = kind_of(failure);
    let words = failure.words();
    let advice = match (failure.sent, repeatable, kind) {
        (_, _, Kind::Denied) if failure.cause == Cause::Misconfigured => {
            "; nothing was sent: fix its settings"
        }
        (_, _, Kind::Denied) if failure.cause == Cause::Unsendable => "; nothing was sent",
        (_, _, Kind::Denied) => "; allow it there",
        (Sent::Maybe, false, _) => {
            ", and it may have been carried out: look what is there (`getActions` for machine actions) before you repeat it"
        }
        (Sent::No, false, _) => "; nothing was sent",
        (_, true, _) => "; check the way there and try again",
    };
    let retry = match (failure.sent, repeatable, kind) {
        (_, _, Kind::Denied) => Retry::Never,
        (Sent::Maybe, false, _) => Retry::Unknown,
        // It would fail in the same way.
        (_, _, Kind::MalformedResponse) => Retry::Never,
        _ => READ_AGAIN,
    };
    Error::new(kind, format!("No answer from {host}: {words}{advice}.")).with_retry(retry)
}

/// The code with which the API itself says that there is no such thing, or nothing in a list.
const MISSING: &str = "ResourceNotFound";

/// Whether a failure is the API's own word that a list is empty. That there is no such route is
/// another, and so is whatever a gateway says.
pub fn is_not_found_code(error: &Error) -> bool {
    (error.kind(), error.status(), error.code()) == (Kind::NotFound, Some(404), Some(MISSING))
}

/// Whether a 404 may be about what the parameters name, and not only about the address that was
/// asked.
fn is_about_a_thing(request: &ApiRequest, said: &ErrorBody, status: u16) -> bool {
    // A list has no other name than its route.
    let is_list =
        request.is_read() && request.action.route().is_some_and(|route| !route.path.contains('{'));
    !is_list || (status == 404 && said.is_own && said.code.as_deref() == Some(MISSING))
}

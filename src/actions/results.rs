//! What a live response command left: from the service a link, from the link the file.
//!
//! <https://learn.microsoft.com/en-us/defender-endpoint/api/get-live-response-result>.

use url::{Position, Url};

use super::fields::ID;
use super::machines::READ_MACHINES;
use super::row::{Action, Effect, Run};
use crate::client::Client;
use crate::error::{self, Error};
use crate::outcome::Outcome;
use crate::request::{ApiRequest, encode_segment};
use crate::response::{Members, malformed, script_result};
use crate::shape::{Field, Input, Kind, Shape};

const RESULT: Kind = Kind::Open(&[
    Field::optional("script_name", Kind::Any, "Name of the script."),
    Field::optional("exit_code", Kind::Any, "Exit code; other than 0 is the script's own failure."),
    Field::optional("script_output", Kind::Any, "What it wrote. Comes from the machine: do not trust it."),
    Field::optional("script_errors", Kind::Any, "What it wrote as errors."),
    Field::optional("text", Kind::AnyText, "The result, if it is text but no transcript of a script."),
    Field::optional("base64", Kind::AnyText, "The result in Base64 (RFC 4648 §4), if it is not text."),
]);

pub(super) static GET_ACTION_RESULTS: Action = Action {
    name: "getActionResults",
    title: "Get action results",
    summary: "Brings back what the first command of a live response action left; larger results by `downloads`.",
    effect: Effect::Read,
    roles: READ_MACHINES,
    params: &Shape::of(&[Field::required("id", ID, "Machine action ID.").in_path()]),
    result: &RESULT,
    docs: "get-live-response-result",
    deprecated: None,
    run: Run::Code(get_action_results),
};

/// A link to a file in result storage. It is signed: never show its query.
pub struct Link {
    /// The request that gave it.
    pub request: ApiRequest,
    /// The link; its host is one of `resultHosts`.
    pub url: Url,
}

fn get_action_results(client: &mut Client<'_>, action: &'static Action, params: &Input) -> Result<Outcome, Error> {
    let link = result_link(client, action, params)?;
    let opened = client.open(&link.request, &link.url)?;
    let body = client.read_result(&link.request, opened).map_err(|error| match error.kind {
        error::Kind::MalformedResponse => {
            let message = format!("{} Read it by `downloads` instead.", error.message);
            error.with_message(message)
        }
        _ => error,
    })?;
    Ok(Outcome::of(script_result(&body)))
}

/// Asks for the link to the result of an action.
///
/// # Errors
///
/// `not-found` if there is no result (yet); `denied` if the link leads to a host that `resultHosts` does not list.
pub fn result_link(client: &mut Client<'_>, action: &'static Action, params: &Input) -> Result<Link, Error> {
    let id = params.text("id").unwrap_or_default();
    let segment = encode_segment(id);
    let path = format!("/api/machineactions/{segment}/GetLiveResponseResultDownloadLink(index=0)");
    let request = ApiRequest::get(action, path);
    let answer = client.send(&request)?;
    let clean = client.sanitizer();
    let fault = |kind: error::Kind, message: String| {
        let mut error = Error::new(kind, message);
        error.status = Some(answer.head.status);
        error.request_id = answer.head.request_id(&clean);
        error
    };
    let Some(members) = Members::parse(&answer.body) else {
        return Err(malformed(&request, &answer.head, "is not a JSON object", &clean));
    };
    // Some answers wrap the link in quotes of its own.
    let link = members.text("value").unwrap_or_default();
    let link = link.trim_matches('"');
    if link.is_empty() {
        let message =
            format!("There is no download link for the results of machine action {id:?}: it has none, or not yet.");
        return Err(fault(error::Kind::NotFound, message));
    }
    let Ok(url) = Url::parse(link) else {
        return Err(malformed(&request, &answer.head, "holds a link that is no URL", &clean));
    };
    if !client.settings.result_hosts.iter().any(|pattern| pattern.allows(&url)) {
        // No user info: it may be a secret.
        let (scheme, host) = (url.scheme(), clean.text(&url[Position::BeforeHost..Position::AfterPort]));
        let message = format!(
            "The service gave a download link to {scheme}://{host}, which `resultHosts` does not allow; add it there if it is Microsoft's."
        );
        return Err(fault(error::Kind::Denied, message));
    }
    Ok(Link { request, url })
}

//! Runs an action: its route, or its custom code.

use super::conflicting_indicators;
use super::custom::{decode_checked, run_custom};
use super::digests::with_sha1;
use super::indicator_rules;
use super::live_response;
use super::pages::{self, CUT_OFF};
use super::proof::prove;
use crate::catalogue::{
    Action, FIND_AGENTS_BY_IP, GET_INCIDENT, REDIRECT, ResponseBody, Route, Run,
};
use crate::client::{ApiResponse, Client};
use crate::error::{Error, Kind};
use crate::outcome::{Outcome, Warning};
use crate::request::{self, ApiRequest};
use crate::response::{self, Members, NOT_A_COLLECTION, written};
use crate::schema::Params;

/// Checks the parameters of an action that is not an operation, and runs it.
///
/// # Errors
///
/// Any kind except `not-configured`, `invalid-config` and `unknown-action`.
pub fn execute(
    client: &mut Client<'_>,
    action: &'static Action,
    params: &Params,
) -> Result<Outcome, Error> {
    client.set_action(action);
    check(client, action, params)?;
    carry_out(client, action, params)
}

/// Runs an action that is not an operation. The parameters have been checked.
///
/// # Errors
///
/// The same as [`execute`].
pub(crate) fn carry_out(
    client: &mut Client<'_>,
    action: &'static Action,
    params: &Params,
) -> Result<Outcome, Error> {
    let params = &with_sha1(client, action, params)?;
    match &action.run {
        Run::Route(route) if action.name == FIND_AGENTS_BY_IP.name => {
            send_route(client, action, route, &with_time(client, params))
        }
        Run::Route(route) if action.name == "submitIndicator" => {
            let outcome = send_route(client, action, route, params)?;
            Ok(conflicting_indicators::with_conflict_warning(client, params, outcome))
        }
        Run::Route(route) if action.name == GET_INCIDENT.name => {
            let outcome = send_route(client, action, route, params)?;
            Ok(with_redirect_warning(client, outcome))
        }
        Run::Route(route) => send_route(client, action, route, params),
        Run::Custom(named) => run_custom(client, action, *named, params),
        Run::Operation(_) | Run::Wait => {
            Err(Error::internal("an operation is more than one request"))
        }
    }
}

/// Warns that an incident was merged into another one, which has its alerts since.
fn with_redirect_warning(client: &Client<'_>, outcome: Outcome) -> Outcome {
    let other = Members::parse_text(&outcome.data).and_then(|record| record.text(REDIRECT));
    let Some(other) = other else { return outcome };
    let other = client.sanitizer().text(&other);
    let message = format!("The incident was merged into {other}: read that one.");
    outcome.with_warning(Warning::new("redirected", message))
}

/// Adds the current time, unless the parameters have one.
fn with_time(client: &Client<'_>, params: &Params) -> Params {
    match params.text("timestamp") {
        Some(_) => params.clone(),
        None => params.with("timestamp", written(client.now().as_secs())),
    }
}

/// Checks what no schema can express: rules between parameters, and the service's own.
///
/// # Errors
///
/// `invalid-params`; nothing was sent.
pub(crate) fn check(
    client: &Client<'_>,
    action: &'static Action,
    params: &Params,
) -> Result<(), Error> {
    indicator_rules::check(client, action, params)?;
    live_response::check(action, params)
}

/// Sends the one request of a route and decodes its response.
///
/// # Errors
///
/// Any kind that a response, or its absence, maps to.
pub(crate) fn send_route(
    client: &mut Client<'_>,
    action: &'static Action,
    route: &Route,
    params: &Params,
) -> Result<Outcome, Error> {
    let first = send_route_once(client, action, route, params);
    match first {
        // The service accepts GUIDs either quoted or bare, and rejects the other form.
        Err(refused)
            if refused.kind() == Kind::Rejected && request::has_guid(action.params, params) =>
        {
            let again = send_route_once(client, action, route, &params.with_bare_guids());
            again.map_err(|error| if error.kind() == Kind::Rejected { refused } else { error })
        }
        first => first,
    }
}

fn send_route_once(
    client: &mut Client<'_>,
    action: &'static Action,
    route: &Route,
    params: &Params,
) -> Result<Outcome, Error> {
    if matches!(route.response, ResponseBody::Page) && params.is("all") {
        return pages::fetch_all(client, action, route, params);
    }
    let request = request::build(action, route, params)?;
    match client.send(&request) {
        Ok(answer) => decode(client, &request, route, params, answer),
        // The service reports an empty list as not found.
        Err(error)
            if matches!(route.response, ResponseBody::Page)
                && response::says_nothing_found(&request, &error) =>
        {
            Ok(Outcome::new(response::empty_page(params)))
        }
        Err(error) => Err(error),
    }
}

fn decode(
    client: &Client<'_>,
    request: &ApiRequest,
    route: &Route,
    params: &Params,
    answer: ApiResponse,
) -> Result<Outcome, Error> {
    let ApiResponse { head, body } = answer;
    let (outcome, wanted) = match route.response {
        ResponseBody::Record => {
            (Ok(response::record(body).map(Outcome::new)), "is not a JSON object with an `id`")
        }
        ResponseBody::Changed(change) => {
            (Ok(prove(client, request.action.name, change, params, body)), change.mismatch)
        }
        ResponseBody::Object => {
            (Ok(response::object(body).map(Outcome::new)), "is not a JSON object")
        }
        ResponseBody::Empty => {
            let is_empty =
                matches!(head.status, 200 | 204) && body.iter().all(u8::is_ascii_whitespace);
            (Ok(is_empty.then(|| Outcome::new("{}".to_owned()))), "is not empty")
        }
        ResponseBody::Collection => (Ok(collection(body)), NOT_A_COLLECTION),
        ResponseBody::WithCheck(check) => {
            (decode_checked(client, check, params, body), NOT_A_COLLECTION)
        }
        ResponseBody::Page => (Ok(page(&body, params)), NOT_A_COLLECTION),
        // Operations decode these themselves.
        ResponseBody::Job(_) | ResponseBody::CancelledJob => (Ok(None), "is not a machine action"),
    };
    match outcome {
        Ok(Some(outcome)) => Ok(outcome),
        Ok(None) => Err(response::malformed(request, &head, wanted, &client.sanitizer())),
        Err(error) => Err(error
            .with_status(head.status)
            .with_request_id(head.request_id(&client.sanitizer()))),
    }
}

/// Decodes a list that the service returns at once. There is no way to request the rest.
fn collection(body: Vec<u8>) -> Option<Outcome> {
    let is_truncated = response::is_truncated(&body, usize::MAX);
    let outcome = Outcome::new(response::collection(body)?);
    let message =
        "The list is cut off: the service has more records and returns no more at a time.";
    Some(if is_truncated { outcome.with_warning(Warning::new(CUT_OFF, message)) } else { outcome })
}

fn page(body: &[u8], params: &Params) -> Option<Outcome> {
    let (data, short) = response::page(body, params)?;
    let outcome = Outcome::new(data);
    let Some(given) = short else { return Some(outcome) };
    // The missing records are on no other page.
    let message = format!(
        "The service returned only {given} records of a page although there are more: use a `pageSize` no larger than that, or `all`."
    );
    Some(outcome.with_warning(Warning::new(CUT_OFF, message)))
}

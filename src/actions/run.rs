//! Carrying an action out: the row's route, or the action's own code.

use super::custom::{checked, custom};
use super::digests::with_sha1;
use super::indicator_rules;
use super::live_response;
use super::other_indicators;
use super::pages::{self, CUT_OFF};
use super::proof::prove;
use crate::catalogue::{Action, Answer, FIND_AGENTS_BY_IP, Route, Run};
use crate::client::{ApiAnswer, Client};
use crate::error::{Error, Kind};
use crate::outcome::{Outcome, Warning};
use crate::request::{self, ApiRequest};
use crate::response::{self, NO_COLLECTION, written};
use crate::shape::Input;

/// Checks the parameters of an action that is no operation, and carries it out.
///
/// # Errors
///
/// Every kind but `not-configured`, `invalid-config` and `unknown-action`.
pub fn execute(
    client: &mut Client<'_>,
    action: &'static Action,
    params: &Input,
) -> Result<Outcome, Error> {
    client.begin(action);
    check(client, action, params)?;
    carry_out(client, action, params)
}

/// Carries out an action that is no operation, with parameters that were checked.
///
/// # Errors
///
/// As [`execute`].
pub(crate) fn carry_out(
    client: &mut Client<'_>,
    action: &'static Action,
    params: &Input,
) -> Result<Outcome, Error> {
    let params = &with_sha1(client, action, params)?;
    match &action.run {
        Run::Route(route) if action.name == FIND_AGENTS_BY_IP.name => {
            perform(client, action, route, &with_time(client, params))
        }
        Run::Route(route) if action.name == "submitIndicator" => {
            let outcome = perform(client, action, route, params)?;
            Ok(other_indicators::warned(client, params, outcome))
        }
        Run::Route(route) => perform(client, action, route, params),
        Run::Custom(named) => custom(client, action, *named, params),
        Run::Operation(_) | Run::Wait => {
            Err(Error::internal("an operation is more than one request"))
        }
    }
}

/// The parameters with the time that it is now, unless they have one.
fn with_time(client: &Client<'_>, params: &Input) -> Input {
    match params.text("timestamp") {
        Some(_) => params.clone(),
        None => params.with("timestamp", written(client.now().as_secs())),
    }
}

/// Checks what no shape says: rules between parameters, and the service's own.
///
/// # Errors
///
/// `invalid-params`; nothing was sent.
pub(crate) fn check(
    client: &Client<'_>,
    action: &'static Action,
    params: &Input,
) -> Result<(), Error> {
    indicator_rules::check(client, action, params)?;
    live_response::check(action, params)
}

/// Sends the one request of a route and reads its answer.
///
/// # Errors
///
/// Every kind that an answer, or none, comes down to.
pub(crate) fn perform(
    client: &mut Client<'_>,
    action: &'static Action,
    route: &Route,
    params: &Input,
) -> Result<Outcome, Error> {
    let first = perform_once(client, action, route, params);
    match first {
        // The service takes GUIDs in quotes or bare, and refuses the one that it does not take.
        Err(refused)
            if refused.kind() == Kind::Rejected && request::has_guid(action.params, params) =>
        {
            let again = perform_once(client, action, route, &params.with_bare_guids());
            again.map_err(|error| if error.kind() == Kind::Rejected { refused } else { error })
        }
        first => first,
    }
}

fn perform_once(
    client: &mut Client<'_>,
    action: &'static Action,
    route: &Route,
    params: &Input,
) -> Result<Outcome, Error> {
    if matches!(route.answer, Answer::Page) && params.is("all") {
        return pages::all(client, action, route, params);
    }
    let request = request::build(action, route, params)?;
    match client.send(&request) {
        Ok(answer) => read(client, &request, route, params, answer),
        // The service calls a list not found when it is empty.
        Err(error)
            if matches!(route.answer, Answer::Page) && response::is_not_found_code(&error) =>
        {
            Ok(Outcome::of(response::empty_page(params)))
        }
        Err(error) => Err(error),
    }
}

fn read(
    client: &Client<'_>,
    request: &ApiRequest,
    route: &Route,
    params: &Input,
    answer: ApiAnswer,
) -> Result<Outcome, Error> {
    let ApiAnswer { head, body } = answer;
    let (outcome, wanted) = match route.answer {
        Answer::Record => {
            (Ok(response::record(body).map(Outcome::of)), "is not a JSON object with an `id`")
        }
        Answer::Changed(change) => {
            (Ok(prove(client, request.action.name, change, params, body)), change.other)
        }
        Answer::Object => (Ok(response::object(body).map(Outcome::of)), "is not a JSON object"),
        Answer::Nothing => {
            let is_empty =
                matches!(head.status, 200 | 204) && body.iter().all(u8::is_ascii_whitespace);
            (
                Ok(is_empty.then(|| Outcome::of("{}".to_owned()))),
                "is not the empty one that tells of success",
            )
        }
        Answer::Collection => (Ok(collection(body)), NO_COLLECTION),
        Answer::Checked(check) => (checked(client, check, params, body), NO_COLLECTION),
        Answer::Page => (Ok(page(&body, params)), NO_COLLECTION),
        // An operation reads these itself.
        Answer::Started(_) | Answer::Cancelled => (Ok(None), "is not a machine action"),
    };
    match outcome {
        Ok(Some(outcome)) => Ok(outcome),
        Ok(None) => Err(response::malformed(request, &head, wanted, &client.sanitizer())),
        Err(error) => Err(error
            .with_status(head.status)
            .with_request_id(head.request_id(&client.sanitizer()))),
    }
}

/// A list that the service gives at once. There is no way to ask for more of it.
fn collection(body: Vec<u8>) -> Option<Outcome> {
    let is_cut = response::is_cut(&body, usize::MAX);
    let outcome = Outcome::of(response::collection(body)?);
    let message = "The service has more records than these, and gives no more at a time: the list is cut off.";
    Some(if is_cut { outcome.with_warning(Warning::new(CUT_OFF, message)) } else { outcome })
}

fn page(body: &[u8], params: &Input) -> Option<Outcome> {
    let (data, short) = response::page(body, params)?;
    let outcome = Outcome::of(data);
    let Some(given) = short else { return Some(outcome) };
    // What is missing here is on no other page.
    let message = format!(
        "The service gave {given} records of a page although there are more: ask for no more at a time (`pageSize`), or for `all`."
    );
    Some(outcome.with_warning(Warning::new(CUT_OFF, message)))
}

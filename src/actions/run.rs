//! Carrying an action out: the row's route, or the action's own code.

use super::indicator_rules;
use super::pages;
use super::proof::prove;
use super::row::{Action, Answer, Route, Run};
use crate::client::{ApiAnswer, Client};
use crate::error::Error;
use crate::operation;
use crate::outcome::Outcome;
use crate::request::{self, ApiRequest};
use crate::response::{self, NO_COLLECTION};
use crate::shape::Input;

/// Carries an action out with parameters that conform to its row.
///
/// # Errors
///
/// Every kind but `not-configured`, `invalid-config` and `unknown-action`.
pub fn execute(client: &mut Client<'_>, action: &'static Action, params: &Input) -> Result<Outcome, Error> {
    client.begin(action);
    indicator_rules::check(client, action, params)?;
    match &action.run {
        Run::Route(route) => perform(client, action, route, params),
        Run::Operation(route) if matches!(route.answer, Answer::Cancelled) => {
            operation::cancel(client, action, route, params)
        }
        Run::Operation(route) => operation::run(client, action, route, params, true),
        Run::Code(run) => run(client, action, params),
    }
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
    if matches!(route.answer, Answer::Page) && params.is("all") {
        return pages::all(client, action, route, params);
    }
    let request = request::build(action, route, params)?;
    match client.send(&request) {
        Ok(answer) => read(client, &request, route, params, answer),
        // The service calls a list not found when it is empty.
        Err(error) if matches!(route.answer, Answer::Page) && response::is_not_found_code(&error) => {
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
        Answer::Record => (Ok(response::record(body).map(Outcome::of)), "is not a JSON object with an `id`"),
        Answer::Changed(change) => (Ok(prove(client, request.action.name, change, params, body)), change.other),
        Answer::Object => (Ok(response::object(body).map(Outcome::of)), "is not a JSON object"),
        Answer::Nothing => {
            let is_empty = matches!(head.status, 200 | 204) && body.iter().all(u8::is_ascii_whitespace);
            (Ok(is_empty.then(|| Outcome::of("{}".to_owned()))), "is not the empty one that tells of success")
        }
        Answer::Collection => (Ok(response::collection(body).map(Outcome::of)), NO_COLLECTION),
        Answer::Checked(read) => (read(client, params, body), NO_COLLECTION),
        Answer::Page => (Ok(response::page(&body, params).map(Outcome::of)), NO_COLLECTION),
        // An operation reads these itself.
        Answer::Started(_) | Answer::Cancelled => (Ok(None), "is not a machine action"),
    };
    match outcome {
        Ok(Some(outcome)) => Ok(outcome),
        Ok(None) => Err(response::malformed(request, &head, wanted, &client.sanitizer())),
        Err(mut error) => {
            error.status = Some(head.status);
            error.request_id = head.request_id(&client.sanitizer());
            Err(error)
        }
    }
}

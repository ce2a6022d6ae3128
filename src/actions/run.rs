//! Carrying an action out: the row's route, or the action's own code.

use serde_json::Value;

use super::row::{Action, Answer, Effect, Route, Run};
use crate::client::{ApiAnswer, Client};
use crate::error::{Error, Kind};
use crate::outcome::Outcome;
use crate::request::{self, ApiRequest, encode_query, quoted};
use crate::response::{self, Expected};
use crate::shape::Input;

/// Carries an action out with parameters that conform to its row.
///
/// # Errors
///
/// Every kind but `not-configured`, `invalid-config` and `unknown-action`.
pub fn execute(client: &mut Client<'_>, action: &'static Action, params: &Input) -> Result<Outcome, Error> {
    match &action.run {
        Run::Route(route) => follow(client, action, route, params),
        Run::Code(run) => run(client, action, params),
    }
}

fn follow(client: &mut Client<'_>, action: &'static Action, route: &Route, params: &Input) -> Result<Outcome, Error> {
    let request = request::build(action, route, params)?;
    match client.send(&request) {
        Ok(answer) => read(client, &request, route, params, answer),
        // The service calls a list not found when it is empty.
        Err(error) if matches!(route.answer, Answer::Page) && response::is_not_found_code(&error) => {
            Ok(Outcome::of(response::empty_page(params)))
        }
        // Only a machine action can be in the way of a machine action.
        Err(error) if error.kind == Kind::Conflict && action.effect == Effect::Disrupt => {
            Err(with_running(client, action, route, params, error))
        }
        Err(error) => Err(error),
    }
}

const COLLECTION: &str = "a JSON object with a list `value`";

fn read(
    client: &Client<'_>,
    request: &ApiRequest,
    route: &Route,
    params: &Input,
    answer: ApiAnswer,
) -> Result<Outcome, Error> {
    let ApiAnswer { head, body } = answer;
    let clean = client.sanitizer();
    let (outcome, wanted) = match route.answer {
        Answer::Record => (Ok(response::record(body).map(Outcome::of)), "a JSON object with an `id`"),
        Answer::Object => (Ok(response::object(body).map(Outcome::of)), "a JSON object"),
        Answer::Nothing => (Ok(Some(Outcome::of("{}".to_owned()))), "empty"),
        Answer::Collection => (Ok(response::collection(body).map(Outcome::of)), COLLECTION),
        Answer::Checked(read) => (read(client, params, body), COLLECTION),
        Answer::Page => (Ok(response::page(&body, params).map(Outcome::of)), COLLECTION),
        Answer::Started { kind } => {
            let expected = Expected { action: request.action.name, kind, params };
            (response::started(body, &expected, &clean), "a machine action")
        }
        Answer::Cancelled => {
            let id = params.text("actionId").unwrap_or_default();
            (response::cancelled(body, id, &clean), "a machine action")
        }
    };
    match outcome {
        Ok(Some(outcome)) => Ok(outcome),
        Ok(None) => Err(response::malformed(request, &head, &format!("is not {wanted}"), &clean)),
        Err(mut error) => {
            error.status = Some(head.status);
            error.request_id = head.request_id(&clean);
            Err(error)
        }
    }
}

/// The same conflict with the machine action that is in the way, if it can be found.
fn with_running(
    client: &mut Client<'_>,
    action: &'static Action,
    route: &Route,
    params: &Input,
    error: Error,
) -> Error {
    let Some(machine) = params.text("id") else { return error.with_detail("machineAction", Value::Null) };
    let filter = format!("machineId eq {} and status in ('Pending','InProgress')", quoted(machine));
    let request = ApiRequest::get(action, format!("/api/machineactions?$top=20&$filter={}", encode_query(&filter)));
    let kind = match route.answer {
        Answer::Started { kind } => kind,
        _ => "",
    };
    // The conflict is the news; that the look-up failed is not.
    let found =
        client.send(&request).ok().and_then(|answer| response::in_the_way(&answer.body, kind, &client.sanitizer()));
    match found {
        Some(running) => error.with_detail("machineAction", running),
        None => error.with_detail("machineAction", Value::Null),
    }
}

//! Runs an action: its route, or its custom code.

use super::conflicting_indicators;
use super::custom::run_custom;
use super::digests::with_sha1;
use super::indicator_rules;
use super::live_response;
use super::route::send_route;
use crate::catalogue::{Action, FIND_AGENTS_BY_IP, GET_INCIDENT, REDIRECT, Run};
use crate::client::Client;
use crate::error::Error;
use crate::outcome::{Outcome, Warning};
use crate::response::{Members, written};
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

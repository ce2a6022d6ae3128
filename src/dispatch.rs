//! Carrying an action out: as an operation, or as one request or code of its own.

use crate::actions;
use crate::catalogue::{Action, Answer, Run};
use crate::client::Client;
use crate::error::Error;
use crate::operation;
use crate::outcome::Outcome;
use crate::shape::Input;

/// Carries an action out with parameters that conform to its row.
///
/// # Errors
///
/// Every kind but `not-configured`, `invalid-config` and `unknown-action`.
pub(crate) fn execute(client: &mut Client<'_>, action: &'static Action, params: &Input) -> Result<Outcome, Error> {
    client.begin(action);
    actions::check(client, action, params)?;
    match &action.run {
        Run::Operation(route) if matches!(route.answer, Answer::Cancelled) => {
            operation::cancel(client, action, route, params)
        }
        Run::Operation(route) => operation::run(client, action, route, params, true),
        Run::Wait => operation::wait_for(client, params),
        Run::Route(_) | Run::Custom(_) => actions::carry_out(client, action, params),
    }
}

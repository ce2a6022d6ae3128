//! Chooses how to run an action: as an operation, as a single request, or with code of its own.

use crate::actions;
use crate::catalogue::{Action, Run};
use crate::client::Client;
use crate::error::Error;
use crate::operation;
use crate::outcome::Outcome;
use crate::schema::Params;

/// Runs an action. The parameters have passed the action's schema.
///
/// # Errors
///
/// Any kind except `not-configured`, `invalid-config` and `unknown-action`.
pub(crate) fn execute(
    client: &mut Client<'_>,
    action: &'static Action,
    params: &Params,
) -> Result<Outcome, Error> {
    client.set_action(action);
    actions::check(client, action, params)?;
    match &action.run {
        Run::Route(_) | Run::Custom(_) => actions::carry_out(client, action, params),
        Run::Operation(_) | Run::Wait => operation::execute(client, action, params, true),
    }
}

//! Carrying an action out: as an operation, or as one request or code of its own.

use crate::actions;
use crate::catalogue::{Action, Run};
use crate::client::Client;
use crate::error::Error;
use crate::operation;
use crate::outcome::Outcome;
use crate::schema::Input;

/// Carries an action out with parameters that conform to its row.
///
/// # Errors
///
/// Every kind but `not-configured`, `invalid-config` and `unknown-action`.
pub(crate) fn execute(
    client: &mut Client<'_>,
    action: &'static Action,
    params: &Input,
) -> Result<Outcome, Error> {
    client.begin(action);
    actions::check(client, action, params)?;
    match &action.run {
        Run::Route(_) | Run::Custom(_) => actions::carry_out(client, action, params),
        Run::Operation(_) | Run::Wait => operation::execute(client, action, params, true),
    }
}

//! Checks Microsoft's rules for live response that no schema can express, before anything is sent.

use serde_json::Value;

use crate::catalogue::{Action, COMMAND_ORDER};
use crate::error::Error;
use crate::schema::{Params, Problem};

/// Checks the order of commands.
///
/// # Errors
///
/// `invalid-params`.
pub(super) fn check(action: &Action, params: &Params) -> Result<(), Error> {
    let commands =
        params.value("commands").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let mut reached = 0;
    for (n, command) in commands.iter().enumerate() {
        let rank =
            COMMAND_ORDER.iter().position(|kind| command.get(kind).is_some()).unwrap_or_default();
        let problem = match () {
            () if rank < reached => "is out of order; the order is putFile, runScript, getFile",
            () if rank != 1 && command.get("args").is_some() => {
                "has `args`; only `runScript` accepts them"
            }
            () => "",
        };
        if !problem.is_empty() {
            return Err(Error::invalid_params(
                action.name,
                &[Problem::new(format!("/commands/{n}"), problem)],
            ));
        }
        reached = rank;
    }
    Ok(())
}

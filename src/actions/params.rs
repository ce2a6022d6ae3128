//! Reads an action's parameters by the schema in its row.

use crate::catalogue::Action;
use crate::error::Error;
use crate::schema::{self, Params};

/// Reads the parameters of an action.
///
/// # Errors
///
/// `invalid-params` with every problem.
pub(crate) fn read_params(action: &Action, params: &str) -> Result<Params, Error> {
    let mut problems = Vec::new();
    let input = match schema::object_from_text(params, "", action.params.max_bytes()) {
        Ok(object) => schema::read(action.params, object, "", &mut problems),
        Err(problem) => {
            problems.push(problem);
            Params::default()
        }
    };
    if problems.is_empty() { Ok(input) } else { Err(Error::invalid_params(action.name, &problems)) }
}

//! The action catalogue: rows of data, in the order in which a person would read them.
//!
//! From the rows come the requests, the schemas, the permissions of `test`, the README's table and the tests' completeness guard.

mod fields;
mod library;
mod live_response;
mod machine_actions;
mod machines;
mod results;
mod row;
mod run;
mod test_connector;

pub use results::{Link, result_link};
pub use row::{Action, Answer, Body, Effect, Roles, Route, Run};
pub use run::execute;

use crate::error::{Error, Kind};

/// Every action.
pub const CATALOGUE: &[&Action] = &[
    &test_connector::TEST_CONNECTOR,
    &machines::GET_AGENT_DETAILS,
    &machines::GET_AGENT_LIST,
    &machines::ISOLATE_HOST,
    &machines::RELEASE_HOST,
    &machine_actions::GET_ACTIONS,
    &machine_actions::CANCEL_ACTION,
    &library::GET_LIBRARY_FILES,
    &live_response::RUN_SCRIPT,
    &results::GET_ACTION_RESULTS,
];

/// The action of that name.
///
/// # Errors
///
/// [`Kind::UnknownAction`], with the name that was probably meant.
pub fn find(name: &str) -> Result<&'static Action, Error> {
    if let Some(action) = CATALOGUE.iter().find(|action| action.name == name) {
        return Ok(action);
    }
    let meant = CATALOGUE.iter().find(|action| action.name.eq_ignore_ascii_case(name));
    let shown: String = name.chars().take(60).collect();
    let message = match meant {
        Some(action) => format!("There is no action {shown:?}; did you mean `{}`?", action.name),
        None => {
            let names: Vec<&str> = CATALOGUE.iter().map(|action| action.name).collect();
            format!("There is no action {shown:?}; there are {}.", names.join(", "))
        }
    };
    Err(Error::new(Kind::UnknownAction, message))
}

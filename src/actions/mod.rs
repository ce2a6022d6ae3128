//! Carries out actions as their catalogue rows describe.
//!
//! Only `custom` and `route` map the names in a row to code. In the order of a call: `params`,
//! rules between parameters (`indicator_rules`, `live_response`), then `run`: a `route` (`pages`,
//! `proof`) or custom code.

mod indicator_rules;
mod live_response;
mod meant;
mod params;

mod custom;
mod route;
mod run;

mod conflicting_indicators;
pub(crate) mod digests;
mod equality;
mod exports;
pub(crate) mod history;
mod imports;
mod isolation;
mod pages;
mod proof;
mod tags;

mod library_upload;
mod links;
pub(crate) mod machine_actions;
mod packages;
pub(crate) mod resolve;
mod results;

pub mod report;
mod test_connector;

pub use crate::catalogue::{
    Action, Body, Budget, CATALOGUE, Change, CollectionCheck, Custom, Effect, JobType,
    ResponseBody, ResultFetcher, Roles, Route, Run, file_action,
};
pub(crate) use crate::catalogue::{GET_ACTIONS, GET_AGENT_LIST};
pub(crate) use custom::fetch_results;
pub(crate) use links::open as open_link;
pub(crate) use packages::package_request;
pub(crate) use params::read_params;
pub(crate) use proof::prove;
pub(crate) use results::result_request;
pub(crate) use route::send_route;
pub use run::execute;
pub(crate) use run::{carry_out, check};

use self::meant::{Meant, Strength, meant};
use crate::edit_distance;
use crate::error::{Error, Kind};
use crate::text::{join, truncated};

/// Finds an action by name.
///
/// # Errors
///
/// [`Kind::UnknownAction`], with the name that was probably meant: never a stronger action, nor the
/// opposite.
pub fn find(name: &str) -> Result<&'static Action, Error> {
    if let Some(action) = CATALOGUE.iter().find(|action| action.name == name) {
        return Ok(action);
    }
    let quoted = truncated(name, 60);
    let known: Vec<(&str, Strength)> =
        CATALOGUE.iter().map(|action| (action.name, action.effect.into())).collect();
    let message = match meant(name, &known) {
        Meant::One(meant) => format!("There is no action {quoted:?}; did you mean `{meant}`?"),
        Meant::Some(others) if !others.is_empty() => {
            format!("There is no action {quoted:?}; similar ones are {}.", join(&others, ", "))
        }
        Meant::Some(_) => {
            let names: Vec<&str> = known.iter().map(|(name, _)| *name).collect();
            format!("There is no action {quoted:?}; there are {}.", join(&names, ", "))
        }
    };
    Err(Error::new(Kind::UnknownAction, message))
}

impl From<Effect> for Strength {
    fn from(effect: Effect) -> Self {
        match effect {
            Effect::Read => Self::Read,
            Effect::Change => Self::Change,
            Effect::Policy => Self::Policy,
            Effect::Disrupt => Self::Disrupt,
        }
    }
}

#[cfg(test)]
mod tests;

//! Actions: what the rows of the catalogue say, done.
//!
//! `custom` is the one place where what a row names is mapped to code. In the order in which a call
//! runs: `params`, rules between them (`indicator_rules`, `live_response`), `run` (a route:
//! `pages`, `proof`), or code of its own.

mod custom;
pub(crate) mod digests;
mod exports;
pub(crate) mod history;
mod imports;
mod indicator_rules;
mod isolation;
mod library_upload;
mod links;
mod live_response;
pub(crate) mod look;
mod meant;
mod other_indicators;
mod packages;
mod pages;
mod params;
mod proof;
pub mod report;
pub(crate) mod resolve;
mod results;
mod run;
mod same;
mod tags;
mod test_connector;

pub use crate::catalogue::{
    Action, Answer, Body, Budget, CATALOGUE, Change, Check, Custom, Effect, Finish, Roles, Route,
    Run, Started, file_action,
};
pub(crate) use crate::catalogue::{GET_ACTIONS, GET_AGENT_LIST};
pub(crate) use custom::finish;
pub(crate) use links::open as open_link;
pub(crate) use packages::package_request;
pub(crate) use params::read_params;
pub(crate) use proof::prove;
pub(crate) use results::result_request;
pub use run::execute;
pub(crate) use run::{carry_out, check, perform};

use self::meant::{Meant, Strength, meant};
use crate::edit_distance;
use crate::error::{Error, Kind};
use crate::text::{join, start};

/// The action of that name.
///
/// # Errors
///
/// [`Kind::UnknownAction`], with the name that was probably meant: never a stronger action, nor the
/// opposite one.
pub fn find(name: &str) -> Result<&'static Action, Error> {
    if let Some(action) = CATALOGUE.iter().find(|action| action.name == name) {
        return Ok(action);
    }
    let shown = start(name, 60);
    let known: Vec<(&str, Strength)> =
        CATALOGUE.iter().map(|action| (action.name, action.effect.into())).collect();
    let message = match meant(name, &known) {
        Meant::One(meant) => format!("There is no action {shown:?}; did you mean `{meant}`?"),
        Meant::Some(others) if !others.is_empty() => {
            format!("There is no action {shown:?}; about the same are {}.", join(&others, ", "))
        }
        Meant::Some(_) => {
            let names: Vec<&str> = known.iter().map(|(name, _)| *name).collect();
            format!("There is no action {shown:?}; there are {}.", join(&names, ", "))
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

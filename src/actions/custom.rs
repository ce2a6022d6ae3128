//! Where what a row of the catalogue names is mapped to code.

use serde_json::Value;

use super::exports::goes_on;
use super::imports::all_imported;
use super::isolation::isolation_state;
use super::library_upload::upload;
use super::packages::package_link;
use super::resolve::{Onboarding, resolve};
use super::results::{action_results, command_results, first_result};
use super::tags::all_tagged;
use super::test_connector::test_connector;
use crate::catalogue::{Action, Check, Custom, Finish, SWITCHED_OFF};
use crate::client::Client;
use crate::error::{self, Error};
use crate::outcome::Outcome;
use crate::response::Record;
use crate::shape::Input;

/// Does what an action has code of its own for.
// Smaller than inlined into its one caller.
#[inline(never)]
pub(super) fn custom(
    client: &mut Client<'_>,
    action: &'static Action,
    custom: Custom,
    params: &Input,
) -> Result<Outcome, Error> {
    match custom {
        Custom::TestConnector => test_connector(client),
        Custom::IsolationState => isolation_state(client, action, params),
        Custom::ResolveHost => resolve_host(client, params),
        Custom::StartInvestigation => Err(Error::new(
            error::Kind::Rejected,
            format!("`{}` was not sent. {SWITCHED_OFF}", action.name),
        )),
        Custom::PackageLink => package_link(client, params),
        Custom::ActionResults => action_results(client, params),
        Custom::LibraryUpload => upload(client, action, params),
    }
}

/// Reads a collection whose success or continuation is in its members; nothing if it is not what it
/// must be.
// Smaller than inlined into its one caller.
#[inline(never)]
pub(super) fn checked(
    client: &Client<'_>,
    check: Check,
    params: &Input,
    body: Vec<u8>,
) -> Result<Option<Outcome>, Error> {
    match check {
        Check::Imported => all_imported(client, params, body),
        Check::Tagged => all_tagged(client, params, body),
        Check::Export => goes_on(client, params, body),
    }
}

/// The result of a machine action that has ended.
pub(crate) fn finish(
    client: &mut Client<'_>,
    finish: Finish,
    record: &Record,
) -> Result<Value, Error> {
    match finish {
        Finish::FirstResult => first_result(client, record),
        Finish::CommandResults => command_results(client, record),
    }
}

fn resolve_host(client: &mut Client<'_>, params: &Input) -> Result<Outcome, Error> {
    let mut found = resolve(client, &[params.to_value()], Onboarding::Required)?;
    let found = found.pop().ok_or_else(|| Error::internal("a name has no result"))??;
    Ok(Outcome::of(found.text))
}

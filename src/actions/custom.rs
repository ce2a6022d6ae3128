//! Maps the names in catalogue rows to code.

use serde_json::Value;

use super::isolation::isolation_state;
use super::library_upload::upload;
use super::packages::package_link;
use super::resolve::{Onboarding, resolve};
use super::results::{action_results, command_results, first_result};
use super::test_connector::test_connector;
use crate::catalogue::{Action, Custom, ResultFetcher, SWITCHED_OFF};
use crate::client::Client;
use crate::error::{self, Error};
use crate::outcome::Outcome;
use crate::response::Record;
use crate::schema::Params;

/// Runs an action that has custom code.
// Not inlined: smaller.
#[inline(never)]
pub(super) fn run_custom(
    client: &mut Client<'_>,
    action: &'static Action,
    custom: Custom,
    params: &Params,
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

/// Fetches the result of a machine action that has ended.
pub(crate) fn fetch_results(
    client: &mut Client<'_>,
    fetch_results: ResultFetcher,
    record: &Record,
) -> Result<Value, Error> {
    match fetch_results {
        ResultFetcher::FirstCommand => first_result(client, record),
        ResultFetcher::AllCommands => command_results(client, record),
    }
}

fn resolve_host(client: &mut Client<'_>, params: &Params) -> Result<Outcome, Error> {
    let mut found = resolve(client, &[params.to_value()], Onboarding::Required)?;
    let found = found.pop().ok_or_else(|| Error::internal("a name has no result"))??;
    Ok(Outcome::new(found.text))
}

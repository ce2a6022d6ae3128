//! Investigation packages: from a collection that has ended, the link to its zip file.

use serde_json::Value;

use super::links::link;
use crate::catalogue::GET_PACKAGE_LINK;
use crate::client::Client;
use crate::error::Error;
use crate::json::{object, to_text};
use crate::outcome::Outcome;
use crate::request::{ApiRequest, encode_segment};
use crate::schema::Input;

pub(super) fn package_link(client: &mut Client<'_>, params: &Input) -> Result<Outcome, Error> {
    let id = params.text("id").unwrap_or_default();
    let url = link(client, &package_request(id), id)?;
    Ok(Outcome::of(to_text(&object(&mut [("value", Value::from(url.as_str()))]))))
}

/// The request for the link to a package.
pub(crate) fn package_request(id: &str) -> ApiRequest {
    ApiRequest::get(
        &GET_PACKAGE_LINK,
        format!("/api/machineactions/{}/getPackageUri", encode_segment(id)),
    )
}

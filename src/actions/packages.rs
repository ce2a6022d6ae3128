//! Investigation packages: the link to the zip file of a finished collection.

use serde_json::Value;

use super::links::link;
use crate::catalogue::GET_PACKAGE_LINK;
use crate::client::Client;
use crate::error::Error;
use crate::json::{object, to_text};
use crate::outcome::Outcome;
use crate::request::{ApiRequest, encode_segment};
use crate::schema::Params;

pub(super) fn package_link(client: &mut Client<'_>, params: &Params) -> Result<Outcome, Error> {
    let id = params.text("id").unwrap_or_default();
    let url = link(client, &package_request(id), id)?;
    Ok(Outcome::new(to_text(&object(&mut [("value", Value::from(url.as_str()))]))))
}

/// Builds the request for the link to a package.
pub(crate) fn package_request(id: &str) -> ApiRequest {
    ApiRequest::get(
        &GET_PACKAGE_LINK,
        format!("/api/machineactions/{}/getPackageUri", encode_segment(id)),
    )
}

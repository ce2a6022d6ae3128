//! Investigation packages: from a collection that has ended, the link to its zip file.
//!
//! <https://learn.microsoft.com/en-us/defender-endpoint/api/get-package-sas-uri>.

use serde_json::Value;

use super::budget;
use super::fields::ID;
use super::links::link;
use super::machines::READ_MACHINES;
use super::row::{Action, Effect, Run};
use crate::client::Client;
use crate::error::Error;
use crate::json::{object, to_text};
use crate::outcome::Outcome;
use crate::request::{ApiRequest, encode_segment};
use crate::shape::{Field, Input, Kind, Shape};

pub(super) static GET_PACKAGE_LINK: Action = Action {
    name: "getPackageLink",
    title: "Get package link",
    summary: "Gives the link to an investigation package, a secret for half an hour; `downloads` streams the package itself.",
    category: "Machine actions",
    effect: Effect::Read,
    roles: READ_MACHINES,
    budget: &budget::PACKAGE_LINKS,
    params: &Shape::of(&[Field::required("id", &ID, "ID of the machine action that collected it.")])
        .with_alias("actionId", "id"),
    result: &Kind::Open(&[Field::required("value", &Kind::AnyText, "The link. It is signed: treat it as a secret.")]),
    docs: "get-package-sas-uri",
    deprecated: None,
    run: Run::Code(get_package_link),
};

fn get_package_link(client: &mut Client<'_>, _: &'static Action, params: &Input) -> Result<Outcome, Error> {
    let id = params.text("id").unwrap_or_default();
    let url = link(client, &package_request(id), id)?;
    Ok(Outcome::of(to_text(&object(&mut [("value", Value::from(url.as_str()))]))))
}

/// The request for the link to a package.
pub(super) fn package_request(id: &str) -> ApiRequest {
    ApiRequest::get(&GET_PACKAGE_LINK, format!("/api/machineactions/{}/getPackageUri", encode_segment(id)))
}

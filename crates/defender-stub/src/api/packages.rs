//! Links to investigation packages: `GET /machineactions/{id}/getPackageUri`.

use serde_json::json;

use super::call::Call;
use super::machine_actions;
use super::roles::MACHINE_READ;
use super::route::{Route, get};
use crate::action::package;
use crate::hosts::PACKAGE_HOST;
use crate::refusal::ApiError;
use crate::reply::Reply;
use crate::signed_link::{self, Target};

pub(super) const ROUTES: &[Route] =
    &[get("/api/machineactions/{id}/getPackageUri", MACHINE_READ, package_link).rate(2, 120)];

/// The link, in quotes within the text, as the documents show it. Not found before the collection
/// is complete, and for actions that collect nothing (undocumented).
fn package_link(call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let action = machine_actions::visible(call)?;
    if package::of(action, call.now).is_none() {
        return Err(ApiError::not_found(format!("No package was found for action {}", action.id)));
    }
    let path = format!("/packages/{}", action.id);
    let target =
        Target { host: PACKAGE_HOST, path, seconds: call.state.scenario.result_link_seconds };
    let link = signed_link::signed(call.state, call.request.host_name(), &target, call.now);
    Ok(Reply::json(
        200,
        &json!({ "@odata.context": call.context("Edm.String"), "value": format!("\"{link}\"") }),
    ))
}

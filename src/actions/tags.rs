//! Tags on many machines: verifies the change of each record.

use serde_json::Value;

use super::proof::{Proof, missing_from_response, not_shown_warning};
use crate::client::Client;
use crate::error::Error;
use crate::outcome::Outcome;
use crate::response;
use crate::schema::Params;

/// The action that reads a machine's record back.
const READ: &str = "getAgentDetails";

/// Checks that each requested machine has a record that shows the change; records of other machines
/// prove nothing.
pub(super) fn all_tagged(
    client: &Client<'_>,
    params: &Params,
    body: Vec<u8>,
) -> Result<Option<Outcome>, Error> {
    let Some(text) = response::collection(body) else { return Ok(None) };
    let is_added = params.text("action") == Some("Add");
    let mut found: Vec<(String, bool)> = Vec::new();
    for row in response::values(text.as_bytes()).unwrap_or_default() {
        let Some(mut proof) = Proof::new(row.get(), params) else { continue };
        proof.check_list("machineTags", "tag", is_added);
        found.push((proof.id().unwrap_or_default(), proof.is_complete()));
    }
    let (mut missing, mut unshown, mut of) = (Vec::new(), Vec::new(), 0);
    for id in params
        .value("ids")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
    {
        of += 1;
        let (mut is_there, mut is_shown) = (false, true);
        for (_, is_complete) in found.iter().filter(|(found, _)| found.eq_ignore_ascii_case(id)) {
            (is_there, is_shown) = (true, is_shown && *is_complete);
        }
        if !is_there {
            missing.push(id);
        } else if !is_shown {
            unshown.push(id);
        }
    }
    if !missing.is_empty() {
        return Err(missing_from_response(
            "setTags",
            READ,
            "machines",
            &missing,
            of,
            &client.sanitizer(),
        ));
    }
    let warning = (!unshown.is_empty()).then(|| not_shown_warning("setTags", READ, &unshown, of));
    Ok(Some(Outcome::new(text).with_warning(warning)))
}

//! The machines that have a file.

use serde_json::{Value, json};

use crate::failure::Failure;
use crate::json;
use crate::known_actions::MACHINES_WITH_FILE;
use crate::session::Session;

/// The device IDs of the machines that a file was seen on.
///
/// # Errors
///
/// There are none, or the service's list is truncated.
pub(super) async fn machines(session: &Session, hash: &str) -> Result<Vec<String>, Failure> {
    let params = json!({ "sha1": hash }).to_string();
    let outcome = session
        .connector
        .execute(MACHINES_WITH_FILE, &params)
        .await
        .map_err(|error| session.failure(error))?;
    all_ids(&json::parse(&outcome.data).unwrap_or_default(), hash)
}

/// The device IDs of a list that has every machine with a file.
fn all_ids(data: &Value, hash: &str) -> Result<Vec<String>, Failure> {
    let list = data["value"].as_array().map(Vec::as_slice).unwrap_or_default();
    let ids: Vec<String> =
        list.iter().filter_map(|machine| machine["id"].as_str()).map(str::to_owned).collect();
    if ids.len() != list.len() || !is_whole(data, list.len()) {
        return Err(Failure::not_found(format!(
            "the service lists only {} of the machines that have {hash}; nothing was sent. Name \
             the machines, or give a list with -f FILE",
            ids.len()
        )));
    }
    if ids.is_empty() {
        return Err(Failure::not_found(format!(
            "no machine is known to have {hash}; nothing was sent. Name the machines to ask them \
             all the same"
        )));
    }
    Ok(ids)
}

/// Whether a list of that many records has all that exist, as far as the service says.
pub(super) fn is_whole(data: &Value, count: usize) -> bool {
    let total = ["total", "@odata.count"].into_iter().filter_map(|name| data[name].as_u64()).max();
    data["complete"] != false
        && data["@odata.nextLink"].is_null()
        && total.is_none_or(|total| total <= count as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_of_machines_that_may_lack_some_is_not_acted_on() {
        let one = json!([{ "id": "a" }]);
        assert_eq!(all_ids(&json!({ "value": one }), "h").expect("a list"), ["a"]);
        assert_eq!(all_ids(&json!({ "value": one, "total": 1 }), "h").expect("a list"), ["a"]);
        for data in [
            json!({ "value": one, "total": 2 }),
            json!({ "value": one, "@odata.count": 2 }),
            json!({ "value": one, "complete": false }),
            json!({ "value": one, "@odata.nextLink": "https://api.example/next" }),
            json!({ "value": [{ "id": "a" }, { "id": null }] }),
            json!({ "value": [] }),
            json!({}),
        ] {
            assert!(all_ids(&data, "h").is_err(), "{data}");
        }
    }
}

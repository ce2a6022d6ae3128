//! A file by its hash: its SHA-1, which is what machines are asked for, and the machines that have
//! it.

use serde_json::{Value, json};

use crate::failure::Failure;
use crate::json;
use crate::session::Session;

/// The SHA-1 of a file that is named by it or by its SHA-256.
///
/// # Errors
///
/// The text is neither, or the service does not know the file.
pub(super) async fn sha1(session: &Session, hash: &str) -> Result<String, Failure> {
    let hash = hash.trim();
    let is_hex = hash.bytes().all(|byte| byte.is_ascii_hexdigit());
    match hash.len() {
        40 if is_hex => return Ok(hash.to_ascii_lowercase()),
        64 if is_hex => {}
        _ => {
            return Err(Failure::params(format!(
                "`{hash}` is no SHA-1 (40 digits) or SHA-256 (64 digits); nothing was sent"
            )));
        }
    }
    let data = read(session, "getFileInfo", hash).await?;
    let known = data["sha256"].as_str().is_some_and(|it| it.eq_ignore_ascii_case(hash));
    match data["sha1"].as_str().filter(|sha1| known && sha1.len() == 40) {
        Some(sha1) => Ok(sha1.to_ascii_lowercase()),
        None => Err(Failure::not_found(format!(
            "the service has no SHA-1 of {hash}; give the SHA-1. Nothing was sent"
        ))),
    }
}

/// The device IDs of the machines that a file was seen on.
///
/// # Errors
///
/// There are none, or the service's list is truncated.
pub(super) async fn machines(session: &Session, sha1: &str) -> Result<Vec<String>, Failure> {
    all_ids(&read(session, "getFileMachines", sha1).await?, sha1)
}

/// The device IDs of a list that has every machine with a file.
fn all_ids(data: &Value, sha1: &str) -> Result<Vec<String>, Failure> {
    let list = data["value"].as_array().map(Vec::as_slice).unwrap_or_default();
    let ids: Vec<String> =
        list.iter().filter_map(|machine| machine["id"].as_str()).map(str::to_owned).collect();
    let total = ["total", "@odata.count"].into_iter().filter_map(|name| data[name].as_u64()).max();
    let is_whole = ids.len() == list.len()
        && data["complete"] != false
        && data["@odata.nextLink"].is_null()
        && total.is_none_or(|total| total <= ids.len() as u64);
    if !is_whole {
        return Err(Failure::not_found(format!(
            "the service lists only {} of the machines that have {sha1}; nothing was sent. Name \
             the machines, or give a list with -f FILE",
            ids.len()
        )));
    }
    if ids.is_empty() {
        return Err(Failure::not_found(format!(
            "no machine is known to have {sha1}; nothing was sent. Name the machines to ask them \
             all the same"
        )));
    }
    Ok(ids)
}

async fn read(session: &Session, action: &str, hash: &str) -> Result<Value, Failure> {
    let name = if action == "getFileInfo" { "hash" } else { "sha1" };
    let params = json!({ name: hash }).to_string();
    let outcome =
        session.connector.execute(action, &params).await.map_err(|error| session.failure(error))?;
    Ok(json::parse(&outcome.data).unwrap_or_default())
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

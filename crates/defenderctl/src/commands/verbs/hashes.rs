//! A file by its hash: its SHA-1, which is what machines are asked for, and the machines that have
//! it.

use serde_json::json;

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
/// There are none.
pub(super) async fn machines(session: &Session, sha1: &str) -> Result<Vec<String>, Failure> {
    let data = read(session, "getFileMachines", sha1).await?;
    let list = data["value"].as_array().into_iter().flatten();
    let ids: Vec<String> =
        list.filter_map(|machine| machine["id"].as_str()).map(str::to_owned).collect();
    if ids.is_empty() {
        return Err(Failure::not_found(format!(
            "no machine is known to have {sha1}; nothing was sent. Name the machines to ask them \
             all the same"
        )));
    }
    Ok(ids)
}

async fn read(session: &Session, action: &str, hash: &str) -> Result<serde_json::Value, Failure> {
    let name = if action == "getFileInfo" { "hash" } else { "sha1" };
    let params = json!({ name: hash }).to_string();
    let outcome =
        session.connector.execute(action, &params).await.map_err(|error| session.failure(error))?;
    Ok(json::parse(&outcome.data).unwrap_or_default())
}

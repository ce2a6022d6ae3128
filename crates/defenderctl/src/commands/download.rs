//! `--to` of an action that leaves a file: streams that file to disk.
//!
//! What has to be started for it is an operation, followed to its end; then the action that fetches
//! the file again fetches it.

use serde_json::Value;

use super::call::{PreparedCall, StartedCall};
use super::fetch::Fetch;
use crate::calls::Plan;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::file::Partial;
use crate::watch::Planned;

/// Carries out a call, and writes the file that comes of it.
pub(super) async fn download(prepared: &PreparedCall<'_>, fetch: Fetch) -> Result<Exit, Failure> {
    // Before anything is sent: the file may be a machine's only copy of something.
    fetch.check()?;
    let PreparedCall { action, params, .. } = prepared;
    // What has to be started is started without waiting, and then followed.
    let fetched_by = action.file_action.as_deref().filter(|again| *again != action.name);
    let (params, wait) = match fetched_by {
        Some(_) => split(&action.name, params)?,
        None => (params.clone(), String::new()),
    };
    let approved = prepared.approve(params).await?;
    let mut partial = Partial::private(&fetch.path).map_err(|error| fetch.unwritable(&error))?;
    let plan = Plan::of(action, &approved.params).for_file(&fetch.path);
    let StartedCall { mut begun, journal, mut watch } =
        prepared.start(&approved, plan, fetch.wanted(&wait))?;
    let call = (action.name.as_str(), approved.params.as_str());
    let mut operation = None;
    let planned = match fetched_by {
        Some(_) => begun.planned(&mut watch, call, journal).await,
        None => Planned::NotOffered,
    };
    let mut document = "{}".to_owned();
    let driven = match (planned, fetched_by) {
        (Planned::Ready(ready), Some(again)) => {
            let operation = operation.insert(*ready);
            let driven = fetch.after(&mut watch, operation, (again, &wait), &mut partial).await;
            document = watch.left_of(operation).document(&watch);
            driven
        }
        (Planned::Over(driven), _) => driven.without_result(),
        // As it was asked for, with what it waits for.
        _ => fetch.directly(&watch, (call.0, &joined(call.1, &wait)), &mut partial).await,
    };
    fetch.conclude(begun, (driven, &document), partial, &watch).await
}

/// The parameters without `wait`, and that as JSON; empty if it was not given.
fn split(action: &str, params: &str) -> Result<(String, String), Failure> {
    let mut params: Value = serde_json::from_str(params).unwrap_or_default();
    if !params["ids"].is_null() || !params["hosts"].is_null() {
        return Err(Failure::params(format!(
            "`{action}` leaves a file on each machine, and --to takes that of one: name one \
             machine; `-o json --to FILE` writes the record of all; nothing was sent"
        )));
    }
    let wait = params
        .as_object_mut()
        .and_then(|params| params.remove("wait"))
        .filter(|wait| !wait.is_null());
    Ok((params.to_string(), wait.map(|wait| wait.to_string()).unwrap_or_default()))
}

fn joined(params: &str, wait: &str) -> String {
    let mut params: Value = serde_json::from_str(params).unwrap_or_default();
    if let (Some(params), Ok(wait)) = (params.as_object_mut(), serde_json::from_str(wait)) {
        params.insert("wait".to_owned(), wait);
    }
    params.to_string()
}

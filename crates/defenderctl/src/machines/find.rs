//! Finding the machines that were named, by the action's own dry run: it looks them up, and checks
//! permissions on the way.

use host_harness::{Action, CallError, ErrorKind};
use serde_json::{Map, Value};

use super::missing::Missing;
use super::near::near;
use super::{Named, named};
use crate::failure::Failure;
use crate::json;
use crate::progress::Progress;
use crate::session::Session;

/// The result of resolving the names.
#[derive(Debug, Default)]
pub(crate) struct Found {
    /// Device IDs, each once, in the order in which the machines were named.
    pub(crate) ids: Vec<String>,
    /// The names of those that were looked up, by their IDs.
    pub(crate) names: Vec<(String, String)>,
    /// What was not found, or is not one machine.
    pub(crate) missing: Vec<Missing>,
}

/// Looks the machines up. `params` are those of the action without its machines.
///
/// # Errors
///
/// The lookup itself failed: nothing is known of any machine.
pub(crate) async fn find(
    session: &Session,
    action: &Action,
    params: &Map<String, Value>,
    written: &[String],
) -> Result<Found, Failure> {
    let named: Vec<Named> = written.iter().map(|text| named(text)).collect();
    let hosts: Vec<Value> = named
        .iter()
        .filter_map(|named| match named {
            Named::Host(host) => Some(host.clone()),
            Named::Id(_) => None,
        })
        .collect();
    let mut answers = if hosts.is_empty() {
        Vec::new()
    } else {
        let progress = Progress::of("looking up the machines");
        let answers = look_up(session, action, params, hosts).await?;
        drop(progress);
        answers
    }
    .into_iter();
    let mut found = Found::default();
    for (text, named) in written.iter().zip(named) {
        let answer = match named {
            Named::Id(id) => Ok((id, None)),
            Named::Host(_) => answers.next().unwrap_or_else(|| Err(Unknown::default())),
        };
        match answer {
            Ok((id, _)) if found.ids.contains(&id) => {}
            Ok((id, name)) => {
                found.names.extend(name.map(|name| (id.clone(), name)));
                found.ids.push(id);
            }
            Err(Unknown { reason, candidates }) => found.missing.push(Missing {
                written: text.clone(),
                reason: reason.unwrap_or_else(|| "it was not found".into()),
                candidates,
                near: Vec::new(),
            }),
        }
    }
    let mut not_found: Vec<&mut Missing> =
        found.missing.iter_mut().filter(|missing| !missing.is_ambiguous()).collect();
    if !not_found.is_empty() {
        let names: Vec<&str> = not_found.iter().map(|missing| missing.written.as_str()).collect();
        let similar = near(session, &names).await;
        for (missing, similar) in not_found.iter_mut().zip(similar) {
            missing.near = similar;
        }
    }
    Ok(found)
}

/// What the connector says of a machine that is not one.
#[derive(Debug, Default, PartialEq)]
struct Unknown {
    reason: Option<String>,
    /// The machines of that name, if it is ambiguous.
    candidates: Option<Vec<Value>>,
}

/// A device ID and a name.
type Known = (String, Option<String>);

/// What is known of each, or the reason why it was not found.
async fn look_up(
    session: &Session,
    action: &Action,
    params: &Map<String, Value>,
    hosts: Vec<Value>,
) -> Result<Vec<Result<Known, Unknown>>, Failure> {
    let mut trial = params.clone();
    trial.remove("wait");
    trial.insert("dryRun".into(), Value::Bool(true));
    trial.insert("maxTargets".into(), hosts.len().into());
    trial.insert("hosts".into(), Value::Array(hosts));
    let trial = Value::Object(trial).to_string();
    let data = match session.connector.execute(&action.name, &trial).await {
        Ok(outcome) => json::parse(&outcome.data),
        // Each machine has an answer of its own: another error is that of all.
        Err(CallError::Plugin(error)) if error.details.as_deref().is_some_and(has_results) => {
            error.details.as_deref().and_then(json::parse)
        }
        Err(error) => {
            let failure = session.failure(error).about(&action.name);
            return Err(failure.with_aside("nothing was sent to any machine"));
        }
    };
    let results = data.and_then(|mut data| data["results"].as_array_mut().map(std::mem::take));
    Ok(results.unwrap_or_default().iter().map(answer).collect())
}

fn has_results(details: &str) -> bool {
    json::parse(details).is_some_and(|details| details["results"].is_array())
}

fn answer(result: &Value) -> Result<Known, Unknown> {
    let text = |name: &str| result["target"][name].as_str().filter(|text| !text.is_empty());
    // A machine that was found and for which the action is refused is no machine that is missing.
    if let Some(id) = text("id") {
        return Ok((id.to_ascii_lowercase(), text("computerDnsName").map(str::to_owned)));
    }
    let error = &result["error"];
    let candidates = || error["details"]["candidates"].as_array().cloned().unwrap_or_default();
    let is_ambiguous = error["kind"] == json::error_kind(ErrorKind::Ambiguous);
    Err(Unknown {
        reason: error["message"].as_str().map(str::to_owned),
        candidates: is_ambiguous.then(candidates),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_machine_is_found_by_its_id_alone() {
        let found = json!({ "target": { "id": "AB", "computerDnsName": "ws" }, "status": "ok" });
        assert_eq!(answer(&found), Ok(("ab".into(), Some("ws".into()))));
        let missing = json!({ "target": { "ip": "10.0.0.1" }, "error": { "message": "no" } });
        let unknown = Unknown { reason: Some("no".into()), candidates: None };
        assert_eq!(answer(&missing), Err(unknown));
        let twin = json!({ "target": {}, "error": {
            "kind": "ambiguous", "details": { "candidates": [{ "id": "a" }] }
        }});
        let unknown = Unknown { reason: None, candidates: Some(vec![json!({ "id": "a" })]) };
        assert_eq!(answer(&twin), Err(unknown));
        assert!(answer(&json!({})).is_err());
    }
}

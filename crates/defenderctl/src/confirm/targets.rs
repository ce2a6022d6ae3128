//! Which machines the parameters name, found by the action itself: a dry run looks them up and
//! checks permissions.

use host_harness::Action;
use serde_json::{Map, Value};

use crate::failure::Failure;
use crate::json;
use crate::session::Session;

/// The parameters that name machines, one or many.
const ONE: [&str; 2] = ["id", "host"];
const MANY: [&str; 2] = ["ids", "hosts"];

/// A machine that an action would be carried out on.
#[derive(Debug, PartialEq)]
pub(super) struct Target {
    /// Device ID.
    pub(super) id: String,
    /// Full name, if the machine was looked up.
    pub(super) name: Option<String>,
    /// The machine action that makes this one needless, as `ensure` found it.
    pub(super) already: Option<String>,
}

/// The machines that the parameters name, each once, in that order. None if the action is not about
/// machines.
///
/// # Errors
///
/// Those of the action's dry run; and if any machine cannot be found, none is acted upon.
pub(super) async fn find(
    session: &Session,
    action: &Action,
    params: &Map<String, Value>,
) -> Result<Vec<Target>, Failure> {
    let schema: Value = serde_json::from_str(&action.params_schema).unwrap_or_default();
    if schema["properties"]["dryRun"].is_null() {
        return Ok(Vec::new());
    }
    let mut trial = params.clone();
    trial.insert("dryRun".into(), Value::Bool(true));
    // There is nothing to wait for.
    trial.remove("wait");
    let outcome = session
        .connector
        .execute(&action.name, &Value::Object(trial).to_string())
        .await
        .map_err(|error| before_the_question(session.failure(error).about(&action.name)))?;
    if !ONE.iter().chain(&MANY).any(|name| params.contains_key(*name)) {
        return Ok(Vec::new());
    }
    let answer = json::parse(&outcome.data).unwrap_or_default();
    read(&answer).ok_or_else(|| {
        Failure::contract(
            "the component's dry run does not say which machines are meant; nothing was sent to any machine"
        )
    })
}

/// Of many machines, some may have been found: none of them was touched.
fn before_the_question(failure: Failure) -> Failure {
    match failure.aside() {
        Some(_) => failure,
        None => failure.with_aside("nothing was sent to any machine"),
    }
}

/// The machines of a dry run, of one or of many. None if one of them has no ID.
fn read(answer: &Value) -> Option<Vec<Target>> {
    let one = |record: &Value, shown: &Value| {
        let text =
            |value: &Value| value.as_str().filter(|text| !text.is_empty()).map(str::to_owned);
        let machine_action = &shown["machineAction"];
        let member = |name: &str| text(&machine_action[name]);
        let already = member("id").map(|id| {
            let kind = member("type").unwrap_or_else(|| "job".into());
            format!("{kind} {id} is {}", member("status").unwrap_or_else(|| "running".into()))
        });
        let target = &record["target"];
        Some(Target { id: text(&target["id"])?, name: text(&target["computerDnsName"]), already })
    };
    let all: Vec<Target> = match answer["results"].as_array() {
        Some(results) => {
            results.iter().map(|record| one(record, &record["data"])).collect::<Option<_>>()?
        }
        None => vec![one(answer, answer)?],
    };
    let mut targets: Vec<Target> = Vec::with_capacity(all.len());
    for target in all {
        if !targets.iter().any(|known| known.id.eq_ignore_ascii_case(&target.id)) {
            targets.push(target);
        }
    }
    (!targets.is_empty()).then_some(targets)
}

/// The parameters with these machines in place of whatever named them: by the time they are sent, a
/// name could mean another.
pub(super) fn pinned(params: &Map<String, Value>, targets: &[String]) -> String {
    let mut pinned = params.clone();
    if !targets.is_empty() {
        let many = MANY.iter().any(|name| params.contains_key(*name));
        for name in ONE.iter().chain(&MANY) {
            pinned.remove(*name);
        }
        let (name, value) = match targets {
            [one] if !many => ("id", Value::from(one.as_str())),
            all => ("ids", Value::from(all)),
        };
        pinned.insert(name.into(), value);
    }
    Value::Object(pinned).to_string()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn target(id: &str) -> Target {
        Target { id: id.into(), name: None, already: None }
    }

    #[test]
    fn machines_of_a_dry_run_are_known_by_their_ids_and_each_is_meant_once() {
        let one = json!({
            "dryRun": true, "target": { "id": "a", "computerDnsName": "ws" },
            "machineAction": null
        });
        let named = Target { name: Some("ws".into()), ..target("a") };
        assert_eq!(read(&one), Some(vec![named]));
        let many = json!({ "results": [
            { "target": { "id": "a" } }, { "target": { "id": "b" } }, { "target": { "id": "A" } },
        ]});
        assert_eq!(read(&many), Some(vec![target("a"), target("b")]));
        for unsure in [
            json!({}),
            json!({ "results": [] }),
            json!({ "results": [{ "target": { "id": "" } }] }),
        ] {
            assert_eq!(read(&unsure), None, "{unsure}");
        }
    }

    #[test]
    fn what_is_sent_names_machines_by_id_alone() {
        let ids = |ids: &[&str]| ids.iter().map(|id| (*id).to_owned()).collect::<Vec<_>>();
        let params = |value: Value| value.as_object().cloned().expect("an object");
        let trials = [
            (
                json!({ "host": { "ip": "10.0.0.1" }, "comment": "c" }),
                ids(&["a"]),
                r#"{"comment":"c","id":"a"}"#,
            ),
            (json!({ "id": "ws" }), ids(&["a"]), r#"{"id":"a"}"#),
            (json!({ "hosts": [{ "ip": "10.0.0.1" }] }), ids(&["a"]), r#"{"ids":["a"]}"#),
            (json!({ "ids": ["a", "b", "a"] }), ids(&["a", "b"]), r#"{"ids":["a","b"]}"#),
            (json!({ "actionId": "x" }), ids(&[]), r#"{"actionId":"x"}"#),
        ];
        for (given, targets, sent) in trials {
            assert_eq!(pinned(&params(given), &targets), sent);
        }
    }
}

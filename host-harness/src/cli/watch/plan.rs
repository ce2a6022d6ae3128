//! What an action and its parameters say about how it will go.

use std::path::Path;
use std::time::Duration;

use host_harness::{Action, Effect};
use serde_json::Value;

use super::record::Record;

/// How a call will go.
#[derive(Debug)]
pub(crate) struct Plan {
    /// The action's name.
    pub(crate) action: String,
    /// Whether it may change anything at the service.
    pub(crate) changes: bool,
    /// Whether it follows machine actions to their end.
    pub(crate) waits: bool,
    /// How often it looks at them.
    pub(crate) poll: Duration,
    /// How long it follows them, in seconds.
    pub(crate) timeout_seconds: u64,
    /// The machine actions that the parameters name.
    pub(crate) named: Vec<Record>,
    /// The comment that its machine actions get.
    pub(crate) comment: Option<String>,
    /// The machines that the parameters name by identifier, of which each is about to get a request of its own.
    pub(crate) machines: Vec<String>,
    /// How many machines they name in other ways.
    pub(crate) names: usize,
    /// Whether the parameters say how often to look.
    pub(crate) sets_poll: bool,
    /// The file that is to come of it.
    pub(crate) file: Option<String>,
}

impl Plan {
    /// How a call of an action will go with these parameters.
    pub(crate) fn of(action: &Action, params: &str) -> Self {
        let params: Value = serde_json::from_str(params).unwrap_or_default();
        let schema: Value = serde_json::from_str(&action.params_schema).unwrap_or_default();
        let wait = &schema["properties"]["wait"];
        let seconds = |name: &str, default: u64| {
            let usual = wait["properties"][name]["default"].as_u64().unwrap_or(default);
            number(&params["wait"][name]).unwrap_or(usual)
        };
        let changes = action.effect != Effect::Read;
        // A read that can wait does nothing else.
        let only_waits = !changes && wait.is_object();
        let ids = if only_waits { [&params["id"], &params["ids"]] } else { [&params["actionId"], &Value::Null] };
        let ids = ids.into_iter().flat_map(|id| id.as_array().map_or(std::slice::from_ref(id), Vec::as_slice));
        Self {
            action: action.name.clone(),
            changes,
            waits: only_waits || params["wait"].is_object(),
            poll: Duration::from_secs(seconds("pollSeconds", 5)),
            timeout_seconds: seconds("timeoutSeconds", 300),
            named: ids.filter_map(|id| Record::named(id.as_str()?)).collect(),
            comment: comment(&params, &schema).filter(|_| changes),
            machines: machines(&params, &schema),
            names: params["hosts"].as_array().map_or(0, Vec::len),
            sets_poll: number(&params["wait"]["pollSeconds"]).is_some(),
            file: None,
        }
    }

    /// The same for the file that the action yields, which it has to wait for.
    pub(crate) fn for_file(self, path: &Path) -> Self {
        Self { waits: self.waits || self.changes, file: Some(path.to_string_lossy().into_owned()), ..self }
    }

    /// Whether it cancels a machine action.
    pub(crate) fn cancels(&self) -> bool {
        self.changes && !self.named.is_empty()
    }

    /// Whether machine actions are what it is about.
    pub(crate) fn follows(&self) -> bool {
        self.changes || self.waits
    }
}

/// The comment, with the reference in front as the connector puts it there.
fn comment(params: &Value, schema: &Value) -> Option<String> {
    let usual = schema["properties"]["comment"]["default"].as_str();
    let comment = params["comment"].as_str().or(usual)?;
    Some(match params["reference"].as_str() {
        Some(reference) => format!("[ref:{reference}] {comment}"),
        None => comment.to_owned(),
    })
}

fn machines(params: &Value, schema: &Value) -> Vec<String> {
    // Every action on machines takes many of them, up to this number.
    let ids = params["ids"].as_array().filter(|_| schema["properties"]["maxTargets"].is_object());
    ids.into_iter().flatten().filter_map(|id| Some(id.as_str()?.to_owned())).collect()
}

/// A whole number, which may be written as a string of digits.
fn number(value: &Value) -> Option<u64> {
    value.as_u64().or_else(|| value.as_str()?.parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn action(name: &str, effect: Effect, waits: bool) -> Action {
        let wait = r#"{"properties":{"wait":{"type":"object","properties":{"pollSeconds":{"default":7}}}}}"#;
        let empty = String::new;
        Action {
            name: name.into(),
            title: empty(),
            summary: empty(),
            effect,
            roles: Vec::new(),
            params_schema: if waits { wait.into() } else { "{}".into() },
            result_schema: empty(),
            deprecated: None,
            docs: empty(),
            category: empty(),
            file_action: None,
            read_posts: Vec::new(),
        }
    }

    fn ids(plan: &Plan) -> Vec<&str> {
        plan.named.iter().map(|record| record.id.as_str()).collect()
    }

    #[test]
    fn a_change_waits_if_it_is_asked_to_and_names_machines() {
        let isolate = action("isolateHost", Effect::Disrupt, true);
        let plan = Plan::of(&isolate, r#"{"id": "m1", "wait": {"timeoutSeconds": 60}}"#);
        assert!(plan.changes && plan.waits && plan.follows() && plan.named.is_empty() && !plan.sets_poll);
        assert_eq!((plan.poll, plan.timeout_seconds), (Duration::from_secs(7), 60));
        let plan = Plan::of(&isolate, r#"{"id": "m1", "comment": "why", "reference": "case 1"}"#);
        assert_eq!(plan.comment.as_deref(), Some("[ref:case 1] why"));
        let plan = Plan::of(&isolate, r#"{"id": "m1"}"#);
        assert!(!plan.waits && plan.for_file(Path::new("out")).waits);
    }

    #[test]
    fn what_waits_or_cancels_names_machine_actions() {
        let wait = action("waitForAction", Effect::Read, true);
        let plan = Plan::of(&wait, r#"{"ids": ["a1", "a 2", "a3"], "wait": {"pollSeconds": 1}}"#);
        assert!(!plan.changes && plan.waits && plan.sets_poll);
        assert_eq!((ids(&plan), plan.poll), (vec!["a1", "a3"], Duration::from_secs(1)));
        let cancel = action("cancelAction", Effect::Disrupt, true);
        assert_eq!(ids(&Plan::of(&cancel, r#"{"actionId": "a1"}"#)), ["a1"]);
        let read = action("getActions", Effect::Read, false);
        let plan = Plan::of(&read, r#"{"id": "a1"}"#);
        assert!(!plan.follows() && plan.named.is_empty());
    }
}

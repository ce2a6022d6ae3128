//! What an action and its parameters say about how it will go.

use std::path::{Path, PathBuf};

use host_harness::{Action, Effect};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::job_actions::JOB_ID;

/// How a call will go.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Plan {
    /// The action's name.
    pub(crate) action: String,
    /// Whether it may change anything at the service.
    pub(crate) changes: bool,
    /// Whether it follows jobs to their end.
    pub(crate) waits: bool,
    /// Whether it cancels a job.
    pub(crate) cancels: bool,
    /// Whether many targets are named, of which each has a result of its own.
    pub(crate) is_many: bool,
    /// How often it looks at jobs, if the parameters say so.
    pub(crate) poll_seconds: Option<u64>,
    /// How long it follows them.
    pub(crate) timeout_seconds: u64,
    /// The file that is to come of it.
    pub(crate) file: Option<PathBuf>,
}

impl Plan {
    /// How a call of an action will go with these parameters.
    pub(crate) fn of(action: &Action, given: &str) -> Self {
        let params: Value = serde_json::from_str(given).unwrap_or_default();
        let schema: Value = serde_json::from_str(&action.params_schema).unwrap_or_default();
        let wait = &schema["properties"]["wait"];
        let usual = wait["properties"]["timeoutSeconds"]["default"].as_u64().unwrap_or(300);
        let changes = !action.only_reads(given);
        // A read that can wait does nothing else.
        let only_waits = action.effect == Effect::Read && wait.is_object();
        let takes_job = !schema["properties"][JOB_ID].is_null();
        Self {
            action: action.name.clone(),
            changes,
            waits: only_waits || params["wait"].is_object(),
            // An action that reads takes a job too, and changes nothing.
            cancels: changes && (params[JOB_ID].is_string() || takes_job),
            is_many: ["ids", "hosts"].iter().any(|name| !params[name].is_null()),
            poll_seconds: number(&params["wait"]["pollSeconds"]),
            timeout_seconds: number(&params["wait"]["timeoutSeconds"]).unwrap_or(usual),
            file: None,
        }
    }

    /// The same for the file that the action yields, which it has to wait for.
    pub(crate) fn for_file(self, path: &Path) -> Self {
        Self { waits: self.waits || self.changes, file: Some(path.to_owned()), ..self }
    }

    /// Whether it is carried out step by step. Of a read that follows nothing there is nothing to
    /// show.
    pub(crate) fn has_steps(&self) -> bool {
        self.changes || self.waits
    }
}

/// A whole number, which may be written as a string of digits.
fn number(value: &Value) -> Option<u64> {
    value.as_u64().or_else(|| value.as_str()?.parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_action::action;

    /// An action that can wait.
    fn waiting(name: &str, effect: Effect) -> Action {
        let wait = r#"{"properties":{"dryRun":{},"wait":{"type":"object","properties":{"timeoutSeconds":{"default":7}}}}}"#;
        Action { params_schema: wait.into(), ..action(name, effect) }
    }

    #[test]
    fn a_change_waits_if_it_is_asked_to() {
        let isolate = waiting("isolateHost", Effect::Disrupt);
        let plan = Plan::of(&isolate, r#"{"id": "m1", "wait": {"pollSeconds": "2"}}"#);
        assert!(plan.changes && plan.waits && plan.has_steps() && !plan.is_many && !plan.cancels);
        assert_eq!((plan.poll_seconds, plan.timeout_seconds), (Some(2), 7));
        let plan = Plan::of(&isolate, r#"{"ids": ["m1"], "wait": {"timeoutSeconds": 60}}"#);
        assert_eq!((plan.poll_seconds, plan.timeout_seconds, plan.is_many), (None, 60, true));
        let plan = Plan::of(&isolate, r#"{"id": "m1"}"#);
        assert!(!plan.waits && plan.for_file(Path::new("out")).waits);
        assert!(!Plan::of(&isolate, r#"{"id": "m1", "dryRun": true}"#).has_steps());
    }

    #[test]
    fn what_reads_has_steps_only_if_it_waits() {
        let wait = Plan::of(&waiting("waitForAction", Effect::Read), r#"{"id": "a1"}"#);
        assert!(!wait.changes && wait.waits && wait.has_steps());
        assert!(!Plan::of(&action("getActions", Effect::Read), "{}").has_steps());
        assert!(
            Plan::of(&waiting("cancelAction", Effect::Disrupt), r#"{"actionId": "a1"}"#).cancels
        );
    }
}

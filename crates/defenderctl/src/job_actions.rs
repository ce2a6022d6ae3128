//! The actions about jobs, known by what the descriptor says of them.

use std::collections::HashMap;

use host_harness::{Action, Descriptor, Effect};
use serde::Deserialize;
use serde::de::IgnoredAny;

/// The parameter by which an action about jobs names one.
pub(crate) const JOB_ID: &str = "actionId";

/// The actions that take a job's ID, each if there is exactly one of its kind.
#[derive(Clone, Debug, Default)]
pub(crate) struct JobActions {
    /// Reads a job.
    pub(crate) look: Option<String>,
    /// Follows jobs to their end.
    pub(crate) wait: Option<String>,
    /// Cancels a job.
    pub(crate) cancel: Option<String>,
}

enum Kind {
    Look,
    Wait,
    Cancel,
}

#[derive(Deserialize)]
struct Schema {
    #[serde(default)]
    properties: HashMap<String, IgnoredAny>,
}

impl JobActions {
    /// Those of a connector.
    pub(crate) fn of(descriptor: &Descriptor) -> Self {
        let mut found: [Vec<&Action>; 3] = Default::default();
        for action in &descriptor.actions {
            if let Some(kind) = kind(action) {
                found[kind as usize].push(action);
            }
        }
        let [look, wait, cancel] = found.map(|found| match found.as_slice() {
            [one] => Some(one.name.clone()),
            _ => None,
        });
        Self { look, wait, cancel }
    }
}

fn kind(action: &Action) -> Option<Kind> {
    let schema: Schema = serde_json::from_str(&action.params_schema).ok()?;
    if !schema.properties.contains_key(JOB_ID) {
        return None;
    }
    match action.effect {
        Effect::Read if schema.properties.contains_key("wait") => Some(Kind::Wait),
        // What yields a file reads what the job has left behind, and not the job.
        Effect::Read => action.file_action.is_none().then_some(Kind::Look),
        Effect::Disrupt => Some(Kind::Cancel),
        Effect::Change | Effect::Policy => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_action::action;

    fn descriptor(actions: Vec<Action>) -> Descriptor {
        let text = String::new;
        Descriptor {
            id: text(),
            name: text(),
            version: text(),
            config_schema: text(),
            secrets_schema: text(),
            error_details_schema: text(),
            actions,
        }
    }

    fn of(name: &str, effect: Effect, properties: &str) -> Action {
        Action {
            params_schema: format!(r#"{{"properties":{{{properties}}}}}"#),
            ..action(name, effect)
        }
    }

    #[test]
    fn an_action_about_jobs_is_known_by_its_parameters_its_effect_and_its_file() {
        let fetch = Action {
            file_action: Some("fetch".into()),
            ..of("fetch", Effect::Read, r#""actionId":{}"#)
        };
        let mut actions = vec![
            of("list", Effect::Read, r#""id":{}"#),
            of("isolate", Effect::Disrupt, r#""id":{},"wait":{}"#),
            of("look", Effect::Read, r#""id":{},"actionId":{"x-aliasOf":"id"}"#),
            of("follow", Effect::Read, r#""ids":{},"wait":{},"actionId":{}"#),
            of("stop", Effect::Disrupt, r#""actionId":{},"wait":{}"#),
            of("annotate", Effect::Change, r#""actionId":{}"#),
            fetch,
        ];
        let known = |actions: &[Action]| {
            let JobActions { look, wait, cancel } = JobActions::of(&descriptor(actions.to_vec()));
            [look, wait, cancel]
        };
        assert_eq!(known(&actions), ["look", "follow", "stop"].map(|name| Some(name.to_owned())));
        actions.push(of("stopAll", Effect::Disrupt, r#""actionId":{}"#));
        assert_eq!(known(&actions)[2], None, "which of the two cancels is not known");
        assert_eq!(known(&[]), [None, None, None]);
    }
}

//! An action for tests, of which only some members matter.

use host_harness::{Action, Effect};

/// An action of that name and effect that takes any parameters.
pub(crate) fn action(name: &str, effect: Effect) -> Action {
    Action {
        name: name.into(),
        title: String::new(),
        summary: String::new(),
        effect,
        roles: Vec::new(),
        params_schema: "{}".into(),
        result_schema: "{}".into(),
        deprecated: None,
        docs: String::new(),
        category: String::new(),
        file_action: None,
        read_posts: Vec::new(),
    }
}

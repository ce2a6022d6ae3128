//! One reference to a secret, tried before it is written into settings.

use std::env;
use std::path::Path;

use serde_json::{Value, json};

use super::secret::Sources;

/// What is wrong with a reference in settings of this folder, if something is. Looks the secret up
/// and forgets it.
pub(crate) fn secret_problem(name: &str, reference: Value, folder: &Path) -> Option<String> {
    let mut problems = Vec::new();
    let sources = Sources::read(json!({ name: reference }), &mut problems);
    drop(sources.resolve(folder, &|name| env::var_os(name), &mut problems));
    problems.into_iter().next().map(|problem| problem.problem)
}

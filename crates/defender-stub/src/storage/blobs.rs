//! Looks up stored files by path. Host names are ignored: links are signed over their path.

use time::OffsetDateTime;

use crate::action::package;
use crate::action::results::Artifact;
use crate::api::exports;
use crate::state::ServiceState;
use crate::template::Template;

/// Finds a file from a path's placeholders.
type Source = fn(&ServiceState, &[String], OffsetDateTime) -> Option<Artifact>;

const SOURCES: [(&str, Source); 3] = [
    ("GET /results/{action}/{index}", result),
    ("GET /packages/{action}", package),
    ("GET /exports/{report}/{part}", export),
];

/// The file at a path.
pub(super) fn find(state: &ServiceState, path: &str, now: OffsetDateTime) -> Option<Artifact> {
    SOURCES
        .iter()
        .find_map(|(template, source)| source(state, &Template::new(template).captures(path)?, now))
}

/// The result of a live response command.
fn result(state: &ServiceState, path: &[String], _now: OffsetDateTime) -> Option<Artifact> {
    let [action, index] = path else { return None };
    state.action(action)?.commands.get(index.parse::<usize>().ok()?)?.artifact.clone()
}

/// An investigation package.
fn package(state: &ServiceState, path: &[String], now: OffsetDateTime) -> Option<Artifact> {
    let [action] = path else { return None };
    package::of(state.action(action)?, now)
}

/// A part of an export.
fn export(state: &ServiceState, path: &[String], now: OffsetDateTime) -> Option<Artifact> {
    let [report, part] = path else { return None };
    exports::files::part(state, report, part, now)
}

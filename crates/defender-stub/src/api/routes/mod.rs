//! The table of routes. To add a route, add a row and a handler to its family's file.

use std::sync::LazyLock;

use super::route::Route;
use super::{
    alert_updates, alerts, exports, hunting, incidents, indicator_batches, indicators,
    investigations, isolation, library_files, library_upload, live_response, machine_actions,
    machine_facts, machine_search, machine_updates, machines, observables, packages,
    recommendations, remediation, response, scores, software, vulnerabilities,
};
use crate::hosts::ServiceId;
use crate::template::{self, Template};

/// The families. If two rows match a path, the first one applies: rows with a fixed segment come
/// before rows with a placeholder in its place.
const FAMILIES: &[&[Route]] = &[
    exports::ROUTES,
    machine_search::ROUTES,
    machines::ROUTES,
    machine_facts::ROUTES,
    machine_updates::ROUTES,
    isolation::ROUTES,
    response::ROUTES,
    live_response::ROUTES,
    machine_actions::ROUTES,
    packages::ROUTES,
    library_files::ROUTES,
    library_upload::ROUTES,
    alert_updates::ROUTES,
    alerts::ROUTES,
    indicator_batches::ROUTES,
    indicators::ROUTES,
    investigations::ROUTES,
    observables::ROUTES,
    software::ROUTES,
    vulnerabilities::ROUTES,
    recommendations::ROUTES,
    scores::ROUTES,
    remediation::ROUTES,
    hunting::ROUTES,
    incidents::ROUTES,
];

/// Every row, in order of precedence.
fn rows() -> impl Iterator<Item = &'static Route> {
    FAMILIES.iter().copied().flatten()
}

/// The result of looking up a path.
pub(crate) enum Lookup {
    /// The route, with its placeholders' values.
    Found(&'static Route, Vec<String>),
    /// The path exists only with these other methods.
    WrongMethod(String),
    /// Nothing.
    Nothing,
}

/// Finds the route for a request.
pub(crate) fn find(service_id: ServiceId, method: &str, path: &str) -> Lookup {
    static TEMPLATES: LazyLock<Vec<(Template, &Route)>> = LazyLock::new(|| {
        rows()
            .map(|route| (Template::new(&format!("{} {}", route.method, route.path)), route))
            .collect()
    });
    let path = template::segments(path);
    let mut others = Vec::new();
    for (template, route) in TEMPLATES.iter().filter(|(_, route)| route.service_id == service_id) {
        let Some(captured) = template.captures_of(&path) else { continue };
        if template.fits_method(method) {
            return Lookup::Found(route, captured);
        }
        if !others.contains(&template.method()) {
            others.push(template.method());
        }
    }
    if others.is_empty() { Lookup::Nothing } else { Lookup::WrongMethod(others.join(", ")) }
}

#[cfg(test)]
mod tests;

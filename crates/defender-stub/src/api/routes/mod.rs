//! The table of routes. To add a route, add a row and a handler to its family's file.

use std::sync::LazyLock;

use super::call::Call;
use super::error::ApiError;
use super::roles::Roles;
use super::{
    alert_updates, alerts, exports, hunting, indicator_batches, indicators, investigations,
    isolation, library_files, library_upload, live_response, machine_actions, machine_facts,
    machine_search, machine_updates, machines, observables, packages, recommendations, remediation,
    response, scores, software, vulnerabilities,
};
use crate::hosts::ServiceId;
use crate::reply::Reply;
use crate::template::{self, Template};

pub(super) type Handler = fn(&mut Call<'_>) -> Result<Reply, ApiError>;

/// One route.
pub(crate) struct Route {
    pub(crate) service_id: ServiceId,
    pub(crate) method: &'static str,
    pub(crate) path: &'static str,
    pub(crate) roles: Roles,
    pub(crate) per_minute: u32,
    pub(crate) per_hour: u32,
    pub(crate) handler: Handler,
}

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
];

pub(super) const fn get(path: &'static str, roles: Roles, handler: Handler) -> Route {
    route("GET", path, roles, handler)
}

pub(super) const fn post(path: &'static str, roles: Roles, handler: Handler) -> Route {
    route("POST", path, roles, handler)
}

pub(super) const fn patch(path: &'static str, roles: Roles, handler: Handler) -> Route {
    route("PATCH", path, roles, handler)
}

pub(super) const fn delete(path: &'static str, roles: Roles, handler: Handler) -> Route {
    route("DELETE", path, roles, handler)
}

/// A route of the API with the default rate limit.
const fn route(method: &'static str, path: &'static str, roles: Roles, handler: Handler) -> Route {
    Route {
        service_id: ServiceId::Api,
        method,
        path,
        roles,
        per_minute: 100,
        per_hour: 1500,
        handler,
    }
}

impl Route {
    /// The same route with another rate limit.
    pub(super) const fn rate(mut self, per_minute: u32, per_hour: u32) -> Self {
        self.per_minute = per_minute;
        self.per_hour = per_hour;
        self
    }

    /// The same route at Graph.
    pub(super) const fn at_graph(mut self) -> Self {
        self.service_id = ServiceId::Graph;
        self
    }
}

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

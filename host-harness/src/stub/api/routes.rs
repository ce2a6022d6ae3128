//! The routes, as rows: adding one is a row here and a handler in its family's file.

use std::sync::LazyLock;

use super::call::Call;
use super::error::ApiError;
use super::{isolation, library_files, live_response, machine_actions, machines};
use crate::stub::hosts::Surface;
use crate::stub::reply::Reply;
use crate::stub::template::Template;

type Handler = fn(&mut Call<'_>) -> Result<Reply, ApiError>;

/// One route.
pub(crate) struct Route {
    pub(crate) surface: Surface,
    pub(crate) method: &'static str,
    pub(crate) path: &'static str,
    /// Of every inner list any one role is enough; all inner lists are needed.
    pub(crate) roles: &'static [&'static [&'static str]],
    pub(crate) per_minute: u32,
    pub(crate) per_hour: u32,
    pub(crate) handler: Handler,
}

const READ: &[&[&str]] = &[&["Machine.Read.All", "Machine.ReadWrite.All"]];
const ISOLATE: &[&[&str]] = &[&["Machine.Isolate"]];
const LIVE_RESPONSE: &[&[&str]] = &[&["Machine.LiveResponse"]];
const LIBRARY: &[&[&str]] = &[&["Library.Manage"]];
/// Cancelling needs the role of any action there is.
const ANY_ACTION: &[&[&str]] = &[&[
    "Machine.CollectForensics",
    "Machine.Isolate",
    "Machine.RestrictExecution",
    "Machine.Scan",
    "Machine.Offboard",
    "Machine.StopAndQuarantine",
    "Machine.LiveResponse",
]];

const ROUTES: &[Route] = &[
    api("GET", "/api/machines", READ, machines::list),
    api("GET", "/api/machines/{id}", READ, machines::get),
    api("POST", "/api/machines/{id}/isolate", ISOLATE, isolation::isolate),
    api("POST", "/api/machines/{id}/unisolate", ISOLATE, isolation::release),
    api("POST", "/api/machines/{id}/runliveresponse", LIVE_RESPONSE, live_response::run).rate(10, 1500),
    api("GET", "/api/machineactions", READ, machine_actions::list),
    api("GET", "/api/machineactions/{id}", READ, machine_actions::get),
    api("POST", "/api/machineactions/{id}/cancel", ANY_ACTION, machine_actions::cancel),
    api(
        "GET",
        "/api/machineactions/{id}/GetLiveResponseResultDownloadLink(index={index})",
        READ,
        live_response::result_link,
    ),
    api("GET", "/api/libraryfiles", LIBRARY, library_files::list),
];

/// A route of the API with the default budget.
const fn api(
    method: &'static str,
    path: &'static str,
    roles: &'static [&'static [&'static str]],
    handler: Handler,
) -> Route {
    Route { surface: Surface::Api, method, path, roles, per_minute: 100, per_hour: 1500, handler }
}

impl Route {
    /// The same route with a budget of its own.
    const fn rate(mut self, per_minute: u32, per_hour: u32) -> Self {
        self.per_minute = per_minute;
        self.per_hour = per_hour;
        self
    }
}

/// What there is at a path.
pub(crate) enum Lookup {
    /// This route, with its placeholders' values.
    Found(&'static Route, Vec<String>),
    /// Only routes with these other methods.
    WrongMethod(String),
    /// Nothing.
    Nothing,
}

/// Finds the route for a request. A row with a literal path comes before a row with a placeholder in its place.
pub(crate) fn find(surface: Surface, method: &str, path: &str) -> Lookup {
    static TEMPLATES: LazyLock<Vec<(Template, &Route)>> = LazyLock::new(|| {
        ROUTES.iter().map(|route| (Template::new(&format!("{} {}", route.method, route.path)), route)).collect()
    });
    let mut others = Vec::new();
    for (template, route) in TEMPLATES.iter().filter(|(_, route)| route.surface == surface) {
        let Some(captured) = template.captures(path) else { continue };
        if template.fits_method(method) {
            return Lookup::Found(route, captured);
        }
        others.push(template.method());
    }
    if others.is_empty() { Lookup::Nothing } else { Lookup::WrongMethod(others.join(", ")) }
}

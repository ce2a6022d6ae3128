//! A row of the table of routes: method, path, roles, limits and handler.

use super::call::Call;
use super::roles::Roles;
use crate::hosts::ServiceId;
use crate::rate::RateLimit;
use crate::refusal::ApiError;
use crate::reply::Reply;

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

    /// Its rate limits.
    pub(crate) fn limit(&self) -> RateLimit {
        let Self { method, path, per_minute, per_hour, .. } = *self;
        RateLimit { method, path, per_minute, per_hour }
    }
}

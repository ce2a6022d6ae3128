//! Checks requests to the API and to Graph in this order: token (401), audience and role (403;
//! Graph says 401 for the audience), fault, rate (429), path (404), method (405), then the checks
//! of the route's handler.

mod alert_updates;
mod alerts;
mod body;
pub(crate) mod call;
pub(crate) mod exports;
mod hunting;
mod incidents;
mod indicator_batches;
mod indicators;
mod investigations;
mod isolation;
mod library_files;
mod library_upload;
pub(crate) mod listing;
mod live_response;
mod machine_actions;
mod machine_facts;
mod machine_search;
mod machine_updates;
mod machines;
mod multipart;
mod observables;
mod packages;
mod recommendations;
mod references;
mod remediation;
mod response;
mod roles;
mod route;
mod routes;
mod scores;
mod software;
mod submit;
mod vulnerabilities;

use uuid::Uuid;

use self::call::Call;
use self::route::Route;
use self::routes::Lookup;
use crate::hosts::{self, ServiceId};
use crate::inject::inject;
use crate::rate::RateLimit;
use crate::refusal::ApiError;
use crate::reply::Reply;
use crate::request::Request;
use crate::state::ServiceState;
use crate::token::{BadToken, Claims};

/// Answers a request to the API or to Graph.
pub(crate) fn answer(state: &mut ServiceState, request: &Request, service_id: ServiceId) -> Reply {
    let claims = match authenticate(state, request, service_id) {
        Ok(claims) => claims,
        Err(refused) => return refused.reply(service_id),
    };
    let found = routes::find(service_id, &request.method, &request.path);
    if let Lookup::Found(route, _) = &found
        && let Err(refused) = authorise(route, &claims)
    {
        return refused.reply(service_id);
    }
    inject(state, request, service_id, |state| {
        carry_out(state, request, claims.clone(), &found)
            .unwrap_or_else(|refused| refused.reply(service_id))
    })
}

/// The limits of the API's route that a request matches.
pub(crate) fn rate_limit(method: &str, path: &str) -> Option<RateLimit> {
    match routes::find(ServiceId::Api, method, path) {
        Lookup::Found(route, _) => Some(route.limit()),
        Lookup::WrongMethod(_) | Lookup::Nothing => None,
    }
}

/// Answers an API request of another application, which has all permissions.
pub(crate) fn answer_another(state: &mut ServiceState, request: &Request) -> Reply {
    let found = routes::find(ServiceId::Api, &request.method, &request.path);
    carry_out(state, request, Claims::default(), &found)
        .unwrap_or_else(|refused| refused.reply(ServiceId::Api))
}

fn authenticate(
    state: &ServiceState,
    request: &Request,
    service_id: ServiceId,
) -> Result<Claims, ApiError> {
    let Some(token) = request.bearer() else {
        return Err(ApiError::unauthorized("No bearer token was sent."));
    };
    let claims = state.tokens.claims(token, state.clock.now()).map_err(|why| {
        ApiError::unauthorized(match why {
            BadToken::Signature => "The token's signature is not valid.",
            BadToken::NotYet => "The token is not valid yet.",
            BadToken::Expired => "The token has expired.",
        })
    })?;
    if hosts::accepts(service_id, request.host_name(), &claims.aud) {
        Ok(claims)
    } else if service_id == ServiceId::Graph {
        Err(ApiError::unauthorized("Access token validation failure. Invalid audience."))
    } else {
        Err(ApiError::forbidden(format!(
            "The token was issued for another resource: {}.",
            claims.aud
        )))
    }
}

fn authorise(route: &Route, claims: &Claims) -> Result<(), ApiError> {
    if !claims.scp.is_empty() {
        return authorise_person(route, &claims.scp);
    }
    let holds = |role: &&str| claims.roles.iter().any(|held| held == role);
    match route.roles.iter().find(|any_of| !any_of.iter().any(holds)) {
        None => Ok(()),
        Some(missing) => Err(ApiError::forbidden(format!(
            "Missing application roles. API required roles: {}, application roles: {}.",
            missing.join(","),
            claims.roles.join(",")
        ))),
    }
}

/// The same for a person, whose roles in Defender are not looked at: the person has all.
fn authorise_person(route: &Route, scp: &str) -> Result<(), ApiError> {
    let needed = roles::of_persons(route.path, route.roles);
    let holds = |name: &&str| scp.split(' ').any(|held| held == *name);
    match needed.iter().find(|any_of| !any_of.iter().any(holds)) {
        None => Ok(()),
        // Undocumented: the sentence for roles, with another word.
        Some(missing) => Err(ApiError::forbidden(format!(
            "Missing application scopes. API required scopes: {}, application scopes: {}.",
            missing.join(","),
            scp.replace(' ', ",")
        ))),
    }
}

fn carry_out(
    state: &mut ServiceState,
    request: &Request,
    claims: Claims,
    found: &Lookup,
) -> Result<Reply, ApiError> {
    let (route, captured) = match found {
        Lookup::Found(route, captured) => (route, captured),
        Lookup::WrongMethod(allowed) => {
            let message = format!(
                "The requested resource does not support http method '{}'.",
                request.method
            );
            return Err(
                ApiError::new(405, "MethodNotAllowed", message).with("allow", allowed.as_str())
            );
        }
        Lookup::Nothing => {
            // Not `ResourceNotFound`: the service uses that for entities and this for routes.
            let uri = format!("{}://{}{}", state.origins.scheme, request.host, request.path);
            let message =
                format!("No HTTP resource was found that matches the request URI '{uri}'.");
            return Err(ApiError::new(404, "NotFound", message));
        }
    };
    let now = state.clock.now();
    if state.scenario.enforce_rate_limits {
        state.rates.count(route.limit(), now)?;
    }
    if request.method == "GET" && !request.body.is_empty() {
        return Err(ApiError::new(400, "BadRequest", "A GET request must not have a body"));
    }
    let mut call = Call { state, request, captured: captured.clone(), claims, now };
    let reply = (route.handler)(&mut call)?;
    Ok(reply.with("request-id", Uuid::new_v4().to_string()))
}

//! Checks requests to the API and to Graph in this order: token (401), audience and role (403;
//! Graph says 401 for the audience), fault, rate (429), path (404), method (405), then the checks
//! of the route's handler.

mod alert_updates;
mod alerts;
mod body;
pub(crate) mod call;
pub(crate) mod error;
pub(crate) mod exports;
mod hunting;
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
pub(crate) mod rate;
mod recommendations;
mod references;
mod remediation;
mod response;
mod roles;
mod routes;
mod scores;
mod software;
mod submit;
mod vulnerabilities;

use uuid::Uuid;

use self::call::Call;
use self::error::ApiError;
use self::routes::{Lookup, Route};
use crate::fault_plan;
use crate::hosts::{self, Surface};
use crate::login::token::{BadToken, Claims};
use crate::reply::Reply;
use crate::request::Request;
use crate::world::World;

/// Answers a request to the API or to Graph.
pub(crate) fn answer(world: &mut World, request: &Request, surface: Surface) -> Reply {
    let claims = match authenticate(world, request, surface) {
        Ok(claims) => claims,
        Err(refused) => return refused.reply(surface),
    };
    let found = routes::find(surface, &request.method, &request.path);
    if let Lookup::Found(route, _) = &found
        && let Err(refused) = authorise(route, &claims)
    {
        return refused.reply(surface);
    }
    fault_plan::inject(world, request, surface, |world| {
        carry_out(world, request, claims.clone(), &found)
            .unwrap_or_else(|refused| refused.reply(surface))
    })
}

/// Answers a request to the API of another application, which may do everything.
pub(crate) fn answer_another(world: &mut World, request: &Request) -> Reply {
    let found = routes::find(Surface::Api, &request.method, &request.path);
    carry_out(world, request, Claims::default(), &found)
        .unwrap_or_else(|refused| refused.reply(Surface::Api))
}

fn authenticate(world: &World, request: &Request, surface: Surface) -> Result<Claims, ApiError> {
    let Some(token) = request.bearer() else {
        return Err(ApiError::unauthorized("No bearer token was sent."));
    };
    let claims = world.tokens.claims(token, world.clock.now()).map_err(|why| {
        ApiError::unauthorized(match why {
            BadToken::Signature => "The token's signature is not valid.",
            BadToken::NotYet => "The token is not valid yet.",
            BadToken::Expired => "The token has expired.",
        })
    })?;
    if hosts::accepts(surface, request.host_name(), &claims.aud) {
        Ok(claims)
    } else if surface == Surface::Graph {
        Err(ApiError::unauthorized("Access token validation failure. Invalid audience."))
    } else {
        Err(ApiError::forbidden(format!(
            "The token was issued for another resource: {}.",
            claims.aud
        )))
    }
}

fn authorise(route: &Route, claims: &Claims) -> Result<(), ApiError> {
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

fn carry_out(
    world: &mut World,
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
            // Not `ResourceNotFound`: that is the service's word for a thing, this one for a route.
            let uri = format!("{}://{}{}", world.origins.scheme, request.host, request.path);
            let message =
                format!("No HTTP resource was found that matches the request URI '{uri}'.");
            return Err(ApiError::new(404, "NotFound", message));
        }
    };
    let now = world.clock.now();
    if world.scenario.enforce_rate_limits {
        world.rates.count(route, now)?;
    }
    if request.method == "GET" && !request.body.is_empty() {
        return Err(ApiError::new(400, "BadRequest", "A GET request must not have a body"));
    }
    let mut call = Call { world, request, captured: captured.clone(), claims, now };
    let reply = (route.handler)(&mut call)?;
    Ok(reply.with("request-id", Uuid::new_v4().to_string()))
}

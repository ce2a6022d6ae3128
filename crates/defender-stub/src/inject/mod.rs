//! Responds to a request as the faults that apply to it prescribe.

mod corrupt;
mod gateway;

use serde_json::json;

use crate::action::By;
use crate::clock::http_date;
use crate::fault::FaultKind;
use crate::hosts::ServiceId;
use crate::refusal::{self, ApiError, entra};
use crate::reply::{Delivery, Reply};
use crate::request::Request;
use crate::state::ServiceState;

/// Answers a request with `carry_out`, unless a fault intervenes.
pub(crate) fn inject(
    state: &mut ServiceState,
    request: &Request,
    service_id: ServiceId,
    carry_out: impl Fn(&mut ServiceState) -> Reply,
) -> Reply {
    let triggered = state.faults.trigger(request);
    let times = if triggered.joint.iter().any(|(_, kind)| matches!(kind, FaultKind::Twice)) {
        2
    } else {
        1
    };
    state.acting = triggered.joint.iter().find_map(|(_, kind)| acting(kind));
    let once = |state: &mut ServiceState| {
        let reply = carry_out(state);
        state.carried_out |= reply.status < 300 && state.acting.is_none();
        reply
    };
    let carry_out = |state: &mut ServiceState| (1..times).fold(once(state), |_, _| once(state));
    let mut reply = match triggered.fault {
        None => carry_out(state),
        Some((index, fault)) => match replacement(&fault.kind, service_id, state) {
            Some(replacement) => {
                state.faults.felt(index);
                if fault.carried_out {
                    carry_out(state);
                }
                replacement
            }
            None => {
                let whole = carry_out(state);
                let corrupted = corrupt::answer(fault.kind, whole.clone(), request, state);
                if corrupted != whole {
                    state.faults.felt(index);
                }
                corrupted
            }
        },
    };
    state.acting = None;
    reply = reply.with("date", http_date(state.clock.now()));
    for (index, kind) in &triggered.joint {
        let corrupted = corrupt::also(kind, reply.clone(), state);
        // These two have already changed how the request was carried out.
        if corrupted != reply || matches!(kind, FaultKind::Twice | FaultKind::ByAnother { .. }) {
            state.faults.felt(*index);
        }
        reply = corrupted;
    }
    reply.faults = triggered.names;
    reply
}

/// The requestor to use instead of the caller, if any.
fn acting(kind: &FaultKind) -> Option<By> {
    match kind {
        FaultKind::ByAnother { requestor, source } => Some(By::another(requestor, source)),
        _ => None,
    }
}

/// The reply that replaces the response, for the faults that replace it.
fn replacement(kind: &FaultKind, service_id: ServiceId, state: &ServiceState) -> Option<Reply> {
    Some(match kind {
        FaultKind::Status { status, headers, body } => {
            let bare = Reply { body: body.clone().into_bytes(), ..Reply::empty(*status) };
            headers.iter().fold(bare, |reply, (name, value)| reply.with(name, value))
        }
        FaultKind::Html { status } => Reply::text(
            *status,
            "text/html; charset=utf-8",
            format!(
                "<!DOCTYPE html>\n<html><head><title>{status}</title></head><body><h1>proxy error</h1></body></html>\n"
            ),
        ),
        FaultKind::Page { page, status } => gateway::page(*page, *status),
        FaultKind::Entra { code, error, message, status, crlf, claims } => {
            let refusal = entra::Envelope {
                code: *code,
                error,
                message,
                is_old: *crlf,
                claims: claims.as_deref(),
            };
            refusal.reply(*status, state.clock.now())
        }
        FaultKind::ApiManagement { status, message } => {
            Reply::json(*status, &json!({ "statusCode": status, "message": message }))
        }
        FaultKind::Empty { status } => Reply::empty(*status),
        FaultKind::Throttle { retry_after, code } => {
            throttled(service_id, code, *retry_after, state)
        }
        FaultKind::Unauthorized => {
            refused(service_id, state, ApiError::unauthorized("The token has expired."))
        }
        FaultKind::NotFound => {
            refused(service_id, state, ApiError::not_found("The resource was not found"))
        }
        FaultKind::Redirect { location, status } => {
            Reply::empty(*status).with("location", location)
        }
        FaultKind::ResetBefore => Reply { delivery: Delivery::Reset, ..Reply::empty(0) },
        _ => return None,
    })
}

fn throttled(
    service_id: ServiceId,
    code: &str,
    retry_after: Option<u64>,
    state: &ServiceState,
) -> Reply {
    if service_id == ServiceId::Login {
        let reply = entra::THROTTLED.because("The request was throttled.").reply(state.clock.now());
        return match retry_after {
            Some(seconds) => reply.with("retry-after", seconds.to_string()),
            None => reply,
        };
    }
    if service_id == ServiceId::Storage {
        let reply = refusal::storage(429, code);
        return match retry_after {
            Some(seconds) => reply.with("retry-after", seconds.to_string()),
            None => reply,
        };
    }
    ApiError::too_many(code, 100, "00:01:00", retry_after).reply(service_id)
}

/// A refusal in the format of the service that sends it.
fn refused(service_id: ServiceId, state: &ServiceState, error: ApiError) -> Reply {
    match service_id {
        ServiceId::Api | ServiceId::Graph => error.reply(service_id),
        ServiceId::Login => {
            let kind = if error.status == 404 { entra::NOT_FOUND } else { entra::WRONG_SECRET };
            kind.because("Refused by a fault of the scenario.").reply(state.clock.now())
        }
        ServiceId::Storage => refusal::storage(error.status, "FaultOfTheScenario"),
    }
}

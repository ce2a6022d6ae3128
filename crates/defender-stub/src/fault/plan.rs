//! Decides which fault applies to a request, and how it changes the response.

use serde_json::json;

use super::action::By;
use super::api::error::ApiError;
use super::clock::http_date;
use super::fault::Fault;
use super::fault_kind::FaultKind;
use super::hosts::ServiceId;
use super::login::refusal;
use super::reply::{Delivery, Reply};
use super::request::Request;
use super::state::ServiceState;
use super::template::Template;
use super::{corrupt, gateway, storage};

/// The active faults, in the order they were added.
#[derive(Debug)]
pub(super) struct FaultPlan {
    faults: Vec<ActiveFault>,
    /// Faults that were removed before they had an effect.
    lifted: Vec<Fault>,
}

/// A fault and the number of requests it has matched.
#[derive(Debug)]
struct ActiveFault {
    template: Template,
    fault: Fault,
    fitted: u32,
    /// Whether it has changed any response.
    was_felt: bool,
}

/// The faults that apply to one request.
#[derive(Default)]
struct Triggered {
    names: Vec<&'static str>,
    /// The fault, with its index in the plan.
    fault: Option<(usize, Fault)>,
    /// Faults that apply in addition.
    joint: Vec<(usize, FaultKind)>,
}

impl FaultPlan {
    pub(super) fn new(faults: Vec<Fault>) -> Self {
        let mut plan = Self { faults: Vec::new(), lifted: Vec::new() };
        faults.into_iter().for_each(|fault| plan.add(fault));
        plan
    }

    pub(super) fn add(&mut self, fault: Fault) {
        self.faults.push(ActiveFault {
            template: Template::new(&fault.on),
            fault,
            fitted: 0,
            was_felt: false,
        });
    }

    pub(super) fn clear(&mut self) {
        let unmatched = self.faults.drain(..).filter(|armed| !armed.was_felt);
        self.lifted.extend(unmatched.map(|armed| armed.fault));
    }

    /// Records that a fault has had an effect.
    fn felt(&mut self, index: usize) {
        if let Some(armed) = self.faults.get_mut(index) {
            armed.was_felt = true;
        }
    }

    /// The faults that have matched no request or changed no response.
    pub(super) fn unmatched(&self) -> Vec<Fault> {
        let in_force = self.faults.iter().filter(|armed| !armed.was_felt).map(|armed| &armed.fault);
        self.lifted.iter().chain(in_force).cloned().collect()
    }

    fn trigger(&mut self, request: &Request) -> Triggered {
        let mut triggered = Triggered::default();
        for (index, armed) in self.faults.iter_mut().enumerate() {
            let is_joint = armed.fault.kind.is_joint();
            if (triggered.fault.is_some() && !is_joint)
                || !armed.template.fits(&request.method, &request.path)
            {
                continue;
            }
            armed.fitted = armed.fitted.saturating_add(1);
            let until = armed.fault.skip.saturating_add(armed.fault.times);
            if armed.fitted <= armed.fault.skip || armed.fitted > until && until != u32::MAX {
                continue;
            }
            triggered.names.push(armed.fault.kind.name());
            match is_joint {
                true => triggered.joint.push((index, armed.fault.kind.clone())),
                false => triggered.fault = Some((index, armed.fault.clone())),
            }
        }
        triggered
    }
}

/// Answers a request with `carry_out`, unless a fault intervenes.
pub(super) fn inject(
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
            let refusal = refusal::Envelope {
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
        let reply =
            refusal::THROTTLED.because("The request was throttled.").reply(state.clock.now());
        return match retry_after {
            Some(seconds) => reply.with("retry-after", seconds.to_string()),
            None => reply,
        };
    }
    if service_id == ServiceId::Storage {
        let reply = storage::refusal(429, code);
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
            let kind = if error.status == 404 { refusal::NOT_FOUND } else { refusal::WRONG_SECRET };
            kind.because("Refused by a fault of the scenario.").reply(state.clock.now())
        }
        ServiceId::Storage => storage::refusal(error.status, "FaultOfTheScenario"),
    }
}

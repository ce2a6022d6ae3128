//! Which fault strikes a request, and how it changes the answer.

use std::time::Duration;

use serde_json::{Value, json};

use super::api::error::ApiError;
use super::fault::{Fault, FaultKind};
use super::gzip;
use super::hosts::Surface;
use super::login::refusal;
use super::reply::{Delivery, Reply};
use super::request::Request;
use super::storage;
use super::template::Template;
use super::world::World;

/// The faults in force, in the order they were added.
#[derive(Debug)]
pub(super) struct FaultPlan {
    faults: Vec<Armed>,
}

/// A fault and how often it has fitted a request.
#[derive(Debug)]
struct Armed {
    template: Template,
    fault: Fault,
    fitted: u32,
}

/// What strikes one request.
#[derive(Default)]
struct Struck {
    delay: Duration,
    names: Vec<&'static str>,
    fault: Option<Fault>,
}

impl FaultPlan {
    pub(super) fn new(faults: Vec<Fault>) -> Self {
        let mut plan = Self { faults: Vec::new() };
        faults.into_iter().for_each(|fault| plan.add(fault));
        plan
    }

    pub(super) fn add(&mut self, fault: Fault) {
        self.faults.push(Armed { template: Template::new(&fault.on), fault, fitted: 0 });
    }

    pub(super) fn clear(&mut self) {
        self.faults.clear();
    }

    fn strike(&mut self, request: &Request) -> Struck {
        let mut struck = Struck::default();
        for armed in &mut self.faults {
            let delays = matches!(armed.fault.kind, FaultKind::Delay { .. });
            if (struck.fault.is_some() && !delays) || !armed.template.fits(&request.method, &request.path) {
                continue;
            }
            armed.fitted = armed.fitted.saturating_add(1);
            let until = armed.fault.skip.saturating_add(armed.fault.times);
            if armed.fitted <= armed.fault.skip || armed.fitted > until && until != u32::MAX {
                continue;
            }
            struck.names.push(armed.fault.kind.name());
            match armed.fault.kind {
                FaultKind::Delay { ms } => struck.delay += Duration::from_millis(ms),
                _ => struck.fault = Some(armed.fault.clone()),
            }
        }
        struck
    }
}

/// Answers a request with `carry_out`, unless a fault comes between.
pub(super) fn inject(
    world: &mut World,
    request: &Request,
    surface: Surface,
    carry_out: impl FnOnce(&mut World) -> Reply,
) -> Reply {
    let struck = world.faults.strike(request);
    let mut reply = match struck.fault {
        None => carry_out(world),
        Some(fault) => match replacement(&fault.kind, surface, world) {
            Some(replacement) => {
                if fault.carried_out {
                    carry_out(world);
                }
                replacement
            }
            None => spoilt(fault.kind, carry_out(world), request, world),
        },
    };
    reply.delay += struck.delay;
    reply.faults = struck.names;
    reply
}

/// The reply that takes the answer's place, for the faults that do that.
fn replacement(kind: &FaultKind, surface: Surface, world: &World) -> Option<Reply> {
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
        FaultKind::Empty { status } => Reply::empty(*status),
        FaultKind::Throttle { retry_after, code } => throttled(surface, code, *retry_after, world),
        FaultKind::Unauthorized => refused(surface, world, ApiError::unauthorized("The token has expired.")),
        FaultKind::NotFound => refused(surface, world, ApiError::not_found("The resource was not found")),
        FaultKind::Redirect { location, status } => Reply::empty(*status).with("location", location),
        FaultKind::ResetBefore => Reply { delivery: Delivery::Reset, ..Reply::empty(0) },
        _ => return None,
    })
}

fn throttled(surface: Surface, code: &str, retry_after: Option<u64>, world: &World) -> Reply {
    if surface == Surface::Login {
        let reply = refusal::THROTTLED.because("The request was throttled.").reply(world.clock.now());
        return match retry_after {
            Some(seconds) => reply.with("retry-after", seconds.to_string()),
            None => reply,
        };
    }
    if surface == Surface::Storage {
        let reply = storage::refusal(429, code);
        return match retry_after {
            Some(seconds) => reply.with("retry-after", seconds.to_string()),
            None => reply,
        };
    }
    ApiError::too_many(code, 100, "00:01:00", retry_after).reply(surface)
}

/// A refusal in the words of the service that gives it.
fn refused(surface: Surface, world: &World, error: ApiError) -> Reply {
    match surface {
        Surface::Api | Surface::Graph => error.reply(surface),
        Surface::Login => {
            let kind = if error.status == 404 { refusal::NOT_FOUND } else { refusal::WRONG_SECRET };
            kind.because("Refused by a fault of the scenario.").reply(world.clock.now())
        }
        Surface::Storage => storage::refusal(error.status, "FaultOfTheScenario"),
    }
}

/// The answer of a request that was carried out, spoilt.
fn spoilt(kind: FaultKind, mut reply: Reply, request: &Request, world: &World) -> Reply {
    match kind {
        FaultKind::ResetAfter => reply.delivery = Delivery::Reset,
        FaultKind::Truncate { bytes } => reply.delivery = Delivery::Truncated(bytes),
        FaultKind::Endless => reply.delivery = Delivery::Endless,
        FaultKind::Garbage { text } => reply.body = text.into_bytes(),
        FaultKind::Bytes { bytes } => reply.body = bytes,
        FaultKind::Oversize { bytes } => reply.body.resize(bytes.max(reply.body.len()), b' '),
        FaultKind::Gzip => {
            reply.body = gzip::wrapped(&reply.body, None);
            reply = reply.with("content-encoding", "gzip");
        }
        FaultKind::EndlessPages => reply.body = with_next_page(&reply.body, request, world),
        _ => {}
    }
    reply
}

/// The page with a link to one more page, each with a link of its own.
fn with_next_page(body: &[u8], request: &Request, world: &World) -> Vec<u8> {
    let Ok(mut page) = serde_json::from_slice::<Value>(body) else { return body.to_vec() };
    let (scheme, host, path) = (world.origins.scheme, &request.host, &request.path);
    let token = uuid::Uuid::new_v4().simple();
    page["@odata.nextLink"] = json!(format!("{scheme}://{host}{path}?$skiptoken={token}"));
    page.to_string().into_bytes()
}

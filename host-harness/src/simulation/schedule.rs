//! What a simulation does: calls, each with what goes wrong during it.

use fastrand::Rng;
use serde_json::{Value, json};

use crate::stub::{Duplicate, Fault, FaultKind, IsolateAgain, demo};

/// A world and the calls that are made in it.
#[derive(Clone, Debug)]
pub struct Schedule {
    /// What the service does with a request for what is under way already.
    pub duplicate: Duplicate,
    /// What an isolation of an isolated machine comes to.
    pub isolate_again: IsolateAgain,
    /// Seconds for which a new machine action is missing from reads.
    pub hidden: f64,
    /// The calls, in order.
    pub steps: Vec<Step>,
}

/// One call and what goes wrong during it.
#[derive(Clone, Debug)]
pub struct Step {
    /// The action.
    pub action: &'static str,
    /// The service's name for the machine action that it starts; empty if it starts none.
    pub kind: &'static str,
    /// The machines that it names.
    pub machines: Vec<String>,
    /// Its parameters.
    pub params: Value,
    /// The faults.
    pub faults: Vec<Fault>,
    /// How many of the next connections are refused.
    pub refused: u32,
    /// Whether all tokens were made worthless before.
    pub revoked: bool,
    /// Whether another instance goes on with the session.
    pub reborn: bool,
    /// Seconds that pass before the call.
    pub pause: u64,
    /// Seconds by which the host's clock is put forward or back before the call.
    pub clock_step: i64,
    /// What somebody does in the portal, and how many seconds after the call began.
    pub portal: Option<(u64, Portal, String)>,
}

/// What somebody does in the portal.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Portal {
    /// Isolates a machine.
    Isolate,
    /// Releases a machine.
    Release,
    /// Cancels what is under way on it.
    Cancel,
}

const MACHINES: [&str; 5] =
    [demo::WINDOWS, demo::LINUX, demo::OFFLINE, demo::DUPLICATE_NEW, "0000000000000000000000000000000000000000"];

impl Schedule {
    /// The schedule of a seed.
    pub fn of(seed: u64) -> Self {
        let mut random = Rng::with_seed(seed);
        let random = &mut random;
        let steps = random.usize(1..6);
        Self {
            duplicate: if random.bool() { Duplicate::Reject } else { Duplicate::ReturnPending },
            isolate_again: if chance(random, 20) { IsolateAgain::Hang } else { IsolateAgain::Succeed },
            hidden: pick(random, &[0.0, 0.0, 2.0, 90.0]),
            steps: (0..steps).map(|_| step(random)).collect(),
        }
    }
}

fn chance(random: &mut Rng, percent: u32) -> bool {
    random.u32(0..100) < percent
}

fn pick<T: Clone>(random: &mut Rng, from: &[T]) -> T {
    from[random.usize(0..from.len())].clone()
}

fn step(random: &mut Rng) -> Step {
    let (action, kind, machines, params) = call(random);
    let faults = random.usize(0..4);
    let portal = chance(random, 15).then(|| {
        let act = pick(random, &[Portal::Isolate, Portal::Release, Portal::Cancel]);
        (random.u64(0..8), act, pick(random, &MACHINES).to_owned())
    });
    Step {
        action,
        kind,
        machines,
        params,
        faults: (0..faults).map(|_| fault(random)).collect(),
        refused: random.u32(0..7).saturating_sub(3),
        revoked: chance(random, 15),
        reborn: chance(random, 15),
        pause: if chance(random, 30) { random.u64(0..4) } else { random.u64(0..4000) },
        clock_step: if chance(random, 10) { random.i64(-5000..5000) } else { 0 },
        portal,
    }
}

/// An action, its type, the machines it names, its parameters.
fn call(random: &mut Rng) -> (&'static str, &'static str, Vec<String>, Value) {
    let script = |name: &str| json!({ "parameters": { "scriptName": name } });
    let (action, kind, mut params) = match random.u32(0..9) {
        0..=2 => ("isolateHost", "Isolate", json!({})),
        3 | 4 => ("releaseHost", "Unisolate", json!({})),
        5 => ("runScript", "LiveResponse", script("triage.ps1")),
        6 => ("runScript", "LiveResponse", script("fail.ps1")),
        7 => ("runAntivirusScan", "RunAntiVirusScan", json!({ "scanType": "Full" })),
        _ => {
            let id = pick(random, &MACHINES);
            return match random.bool() {
                true => ("getAgentDetails", "", Vec::new(), json!({ "id": id })),
                false => ("getActions", "", Vec::new(), json!({ "machineId": id })),
            };
        }
    };
    let single = random.bool();
    let count = if single { 1 } else { random.usize(1..4) };
    let machines: Vec<String> = (0..count).map(|_| pick(random, &MACHINES).to_owned()).collect();
    params["comment"] = format!("case {}", random.u32(0..3)).into();
    match single {
        true => params["id"] = json!(machines[0]),
        false => params["ids"] = json!(machines),
    }
    if chance(random, 30) {
        params["wait"] = json!({ "timeoutSeconds": 40 });
    }
    if chance(random, 30) {
        params["ensure"] = json!(true);
    }
    if chance(random, 5) {
        params["dryRun"] = json!(true);
    }
    if chance(random, 20) {
        params["reference"] = json!("C-7");
    }
    (action, kind, machines, params)
}

fn fault(random: &mut Rng) -> Fault {
    let kind = fault_kind(random);
    let lost = random.bool() && may_hide_success(&kind);
    let fault = Fault::new("*", kind).skip(random.u32(0..4)).times(random.u32(1..4));
    if lost { fault.carried_out() } else { fault }
}

/// Whether a request may have been carried out in spite of such an answer: a gateway that lost the real one. The service itself
/// does not refuse what it has done.
fn may_hide_success(kind: &FaultKind) -> bool {
    match kind {
        FaultKind::Status { status, .. } | FaultKind::Html { status } | FaultKind::Empty { status } => {
            !(400..500).contains(status) || *status == 408
        }
        _ => false,
    }
}

fn fault_kind(random: &mut Rng) -> FaultKind {
    let status = pick(random, &[200_u16, 201, 204, 302, 400, 401, 403, 404, 408, 409, 500, 502, 503, 504]);
    let text = pick(random, &["", "{}", "[]", "null", "<html>", "{\"id\":\"x\"}", "{\"value\":[]}"]).to_owned();
    match random.u32(0..14) {
        0 => FaultKind::Status { status, headers: Vec::new(), body: text },
        1 => FaultKind::Html { status },
        2 => FaultKind::Empty { status },
        3 | 4 => {
            let retry_after = random.bool().then(|| random.u64(0..200));
            FaultKind::Throttle { retry_after, code: "TooManyRequests".to_owned() }
        }
        5 => FaultKind::Unauthorized,
        6 => FaultKind::NotFound,
        7 => FaultKind::ResetBefore,
        8 => FaultKind::ResetAfter,
        9 => FaultKind::Delay { ms: random.u64(0..90_000) },
        10 => FaultKind::Truncate { bytes: random.usize(0..200) },
        11 => FaultKind::Garbage { text },
        12 => FaultKind::Oversize { bytes: 200_000 },
        _ => pick(random, &[FaultKind::Gzip, FaultKind::Endless]),
    }
}

//! Schedules: the calls of a simulation, each with the faults during it.

mod calls;
mod disturbance;
mod faults;
mod names;
mod stepwise;
mod unreadable;

use fastrand::Rng;
use serde_json::Value;

use calls::call;
pub(super) use calls::{commented, request_of};
use defender_stub::{CommentRewrite, Duplicate, EndsAs, Fault, IsolateAgain, demo};
pub use disturbance::Disturbance;
use disturbance::{OTHERS, UNKNOWN, called_success, ends_as, replaced, rewrites};
use faults::fault;
pub(super) use names::machines;
use stepwise::make_operations;
pub use stepwise::{Crash, Host, Point, Stepwise};
pub(super) use unreadable::{HALF, HUGE, deep};

/// A simulated world and the calls made in it.
#[derive(Clone, Debug)]
pub struct Schedule {
    /// The service's response to a request for an action that is already running.
    pub duplicate: Duplicate,
    /// The result of isolating a machine that is already isolated.
    pub isolate_again: IsolateAgain,
    /// The time for which reads do not show a new machine action, in seconds.
    pub visibility_delay: f64,
    /// The connector's share of the service's rate limits, in percent.
    pub percent: u32,
    /// Whether the connector respects the rate limits; false only in a test that checks that
    /// violations are caught.
    pub rate_limited: bool,
    /// Trouble beyond lost and late responses.
    pub disturbances: Vec<Disturbance>,
    /// The service's rewrites of comments.
    pub rewrites: Vec<CommentRewrite>,
    /// Differences between the final records and the requests.
    pub ends_as: Vec<EndsAs>,
    /// How hosts treat operations whose process died; wrong only in tests that check that mistakes
    /// are caught.
    pub host: Host,
    /// The calls, in order.
    pub steps: Vec<Step>,
}

/// One call and the faults during it.
#[derive(Clone, Debug)]
pub struct Step {
    /// The action.
    pub action: &'static str,
    /// The kind of call.
    pub call_kind: CallKind,
    /// The machines it targets, by device ID.
    pub machines: Vec<String>,
    /// Its parameters; if it refers to a machine action, the action's ID is filled in later.
    pub params: Value,
    /// The faults.
    pub faults: Vec<Fault>,
    /// The number of following connections that are refused.
    pub refused: u32,
    /// Whether all tokens are revoked before the call.
    pub revoke_tokens: bool,
    /// Whether a new instance restores the session before the call.
    pub restart_instance: bool,
    /// Seconds that pass before the call.
    pub pause: u64,
    /// Seconds that the host's clock is moved before the call, forward or back.
    pub clock_step: i64,
    /// An action in the portal: seconds after the call began, the action and the machine.
    pub external: Option<(u64, ExternalAction, String)>,
    /// How it runs as an operation; `None` for a plain call.
    pub stepwise: Option<Stepwise>,
}

/// The kind of a call.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum CallKind {
    /// Reads.
    Read,
    /// Starts a machine action of this type.
    Start(&'static str),
    /// Adds a tag to the machines' records.
    Tag,
    /// Deletes an indicator or a file of the library.
    Delete,
    /// Submits indicators.
    Import,
    /// Cancels the machine's last action.
    Cancel,
    /// Follows the machine's last action to its end.
    Follow,
}

/// An action that another user takes in the portal.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum ExternalAction {
    /// Isolates a machine.
    Isolate,
    /// Releases a machine.
    Release,
    /// Cancels the actions in progress on the machine.
    Cancel,
    /// Sends the same request as the call, with the same comment.
    Same {
        /// The requestor.
        requestor: &'static str,
        /// `PublicApi` or `Portal`.
        source: &'static str,
        /// The route: the part of the path after the machine.
        route: &'static str,
        /// The request's body.
        body: Value,
    },
}

const MACHINES: [&str; 5] = [
    demo::WINDOWS,
    demo::LINUX,
    demo::OFFLINE,
    demo::DUPLICATE_NEW,
    "0000000000000000000000000000000000000000",
];

impl Schedule {
    /// The schedule of a seed.
    pub fn of(seed: u64) -> Self {
        let mut random = Rng::with_seed(seed);
        let disturbances = Disturbance::some(&mut random);
        Self::made(random, disturbances)
    }

    /// The schedule of a seed with only these disturbances.
    pub fn with(seed: u64, disturbances: &[Disturbance]) -> Self {
        Self::made(Rng::with_seed(seed), disturbances.to_vec())
    }

    fn made(mut random: Rng, disturbances: Vec<Disturbance>) -> Self {
        let random = &mut random;
        let has = |disturbance: Disturbance| disturbances.contains(&disturbance);
        let count = random.usize(1..6);
        let old = has(Disturbance::Endings) || has(Disturbance::Dates);
        let duplicate = match old && chance(random, 40) {
            true => Duplicate::ReturnEnded,
            false if random.bool() => Duplicate::Reject,
            false => Duplicate::ReturnPending,
        };
        let isolate_again =
            if chance(random, 20) { IsolateAgain::Hang } else { IsolateAgain::Succeed };
        let visibility_delay =
            if has(Disturbance::Fresh) { 90.0 } else { pick(random, &[0.0, 0.0, 2.0, 90.0]) };
        let percent = pick(random, &[100, 100, 20, 1]);
        // Sometimes leave hardly any time between the calls, so that the rate limits are reached.
        let mut steps: Vec<Step> = match chance(random, 20) {
            true => (0..count + 4)
                .map(|_| Step { pause: random.u64(0..3), ..step(random, &disturbances) })
                .collect(),
            false => (0..count).map(|_| step(random, &disturbances)).collect(),
        };
        if old {
            // Repeat the same call, so that an earlier action could be mistaken for the new one.
            for n in (1..steps.len()).filter(|_| random.bool()) {
                let Step { action, call_kind, machines, params, .. } = steps[0].clone();
                steps[n] = Step { action, call_kind, machines, params, ..steps[n].clone() };
            }
        }
        if has(Disturbance::Fresh) {
            for n in 1..steps.len() {
                follow_at_once(random, &mut steps, n);
            }
        }
        make_operations(random, &mut steps);
        Self {
            duplicate,
            isolate_again,
            visibility_delay,
            percent,
            rate_limited: true,
            host: Host::Careful,
            rewrites: match () {
                () if has(Disturbance::Comments) => rewrites(random),
                // Then the comment does not show whose action it is.
                () if has(Disturbance::Others) && chance(random, 30) => vec![replaced()],
                () => Vec::new(),
            },
            ends_as: match () {
                () if has(Disturbance::Endings) => vec![ends_as(random)],
                () if has(Disturbance::Unreadable) => vec![called_success()],
                () => Vec::new(),
            },
            disturbances,
            steps,
        }
    }
}

/// Makes a call that follows or cancels an action target that of the call before, at once.
fn follow_at_once(random: &mut Rng, steps: &mut [Step], n: usize) {
    if matches!(steps[n].call_kind, CallKind::Follow | CallKind::Cancel)
        && matches!(steps[n - 1].call_kind, CallKind::Start(_))
    {
        let machine = steps[n - 1].machines.first().filter(|machine| !machine.is_empty()).cloned();
        (steps[n].machines, steps[n].pause) = (machine.into_iter().collect(), random.u64(0..20));
        if steps[n].machines.is_empty() {
            steps[n].machines = vec![demo::WINDOWS.to_owned()];
        }
    }
}

fn chance(random: &mut Rng, percent: u32) -> bool {
    random.u32(0..100) < percent
}

fn pick<T: Clone>(random: &mut Rng, from: &[T]) -> T {
    from[random.usize(0..from.len())].clone()
}

fn step(random: &mut Rng, disturbances: &[Disturbance]) -> Step {
    let (action, call_kind, machines, params) = call(random, disturbances);
    // Without usual faults, the disturbances are not hidden by them.
    let quiet = !disturbances.is_empty() && random.bool();
    let mut faults = Vec::new();
    for disturbance in disturbances {
        if random.bool() {
            faults.extend(disturbance.faults(random));
        }
    }
    let usual = if quiet { 0 } else { random.usize(0..4) };
    faults.extend((0..usual).map(|_| fault(random)));
    let external = chance(random, 15).then(|| {
        let act = pick(
            random,
            &[ExternalAction::Isolate, ExternalAction::Release, ExternalAction::Cancel],
        );
        (random.u64(0..8), act, pick(random, &MACHINES).to_owned())
    });
    let same = disturbances.contains(&Disturbance::Others) && random.bool();
    let same = same.then(|| request_of(action, &params)).flatten().map(|(route, mut body)| {
        let (mut requestor, mut source) = pick(random, &OTHERS);
        // Then only the comment differs.
        if random.bool() {
            ((requestor, source), body["Comment"]) = (UNKNOWN, "for another reason".into());
        }
        let machine = machines.first().filter(|machine| !machine.is_empty()).cloned();
        let act = ExternalAction::Same { requestor, source, route, body };
        (random.u64(0..8), act, machine.unwrap_or_else(|| demo::WINDOWS.to_owned()))
    });
    let hidden = disturbances.contains(&Disturbance::Unreadable) && random.bool();
    let hidden = match call_kind {
        CallKind::Start("Isolate") if hidden => Some(ExternalAction::Isolate),
        CallKind::Start("Unisolate") if hidden => Some(ExternalAction::Release),
        _ => None,
    };
    // Another user's action that only its comment distinguishes.
    let hidden = hidden.zip(machines.first().filter(|machine| !machine.is_empty()).cloned());
    let external = same.or(hidden.map(|(act, machine)| (0, act, machine))).or(external);
    Step {
        action,
        call_kind,
        machines,
        params,
        faults,
        refused: if quiet { 0 } else { random.u32(0..7).saturating_sub(3) },
        revoke_tokens: !quiet && chance(random, 15),
        restart_instance: chance(random, 15),
        pause: if chance(random, 30) { random.u64(0..4) } else { random.u64(0..4000) },
        clock_step: if chance(random, 10) { random.i64(-5000..5000) } else { 0 },
        external,
        stepwise: None,
    }
}

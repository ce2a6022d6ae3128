//! What a simulation does: calls, each with what goes wrong during it.

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

/// A world and the calls that are made in it.
#[derive(Clone, Debug)]
pub struct Schedule {
    /// What the service does with a request for what is under way already.
    pub duplicate: Duplicate,
    /// What an isolation of an isolated machine comes to.
    pub isolate_again: IsolateAgain,
    /// Seconds for which a new machine action is missing from reads.
    pub hidden: f64,
    /// How much of the service's budgets the connector may use, in percent.
    pub percent: u32,
    /// Whether the connector keeps to the budgets; only a test that must see it caught says no.
    pub paces: bool,
    /// What goes wrong beside lost and late answers.
    pub disturbances: Vec<Disturbance>,
    /// How the service writes comments.
    pub rewrites: Vec<CommentRewrite>,
    /// What records show at their end that was not asked for.
    pub ends_as: Vec<EndsAs>,
    /// What hosts do with operations whose process died; only tests that must see them caught have wrong ones.
    pub host: Host,
    /// The calls, in order.
    pub steps: Vec<Step>,
}

/// One call and what goes wrong during it.
#[derive(Clone, Debug)]
pub struct Step {
    /// The action.
    pub action: &'static str,
    /// What it does.
    pub doing: Doing,
    /// The machines that it is about, by device ID.
    pub machines: Vec<String>,
    /// Its parameters; of one that is about a machine action, without its identifier.
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
    /// How it is carried out as an operation, if it is not one call.
    pub stepwise: Option<Stepwise>,
}

/// What a call does.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Doing {
    /// Reads.
    Read,
    /// Starts a machine action that the service calls so.
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

/// What somebody does in the portal.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Portal {
    /// Isolates a machine.
    Isolate,
    /// Releases a machine.
    Release,
    /// Cancels what is under way on it.
    Cancel,
    /// Does what the call does, with the same comment.
    Same {
        /// Who.
        requestor: &'static str,
        /// `PublicApi` or `Portal`.
        source: &'static str,
        /// Which request: what follows the machine in the path.
        route: &'static str,
        /// The request's body.
        body: Value,
    },
}

const MACHINES: [&str; 5] =
    [demo::WINDOWS, demo::LINUX, demo::OFFLINE, demo::DUPLICATE_NEW, "0000000000000000000000000000000000000000"];

impl Schedule {
    /// The schedule of a seed.
    pub fn of(seed: u64) -> Self {
        let mut random = Rng::with_seed(seed);
        let disturbances = Disturbance::some(&mut random);
        Self::made(random, disturbances)
    }

    /// The schedule of a seed with these disturbances alone.
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
        let isolate_again = if chance(random, 20) { IsolateAgain::Hang } else { IsolateAgain::Succeed };
        let hidden = if has(Disturbance::Fresh) { 90.0 } else { pick(random, &[0.0, 0.0, 2.0, 90.0]) };
        let percent = pick(random, &[100, 100, 20, 1]);
        // Now and then there is no time between the calls, so that the budgets are reached.
        let mut steps: Vec<Step> = match chance(random, 20) {
            true => (0..count + 4).map(|_| Step { pause: random.u64(0..3), ..step(random, &disturbances) }).collect(),
            false => (0..count).map(|_| step(random, &disturbances)).collect(),
        };
        if old {
            // The same again, so that what was there before could be taken for it.
            for n in (1..steps.len()).filter(|_| random.bool()) {
                let Step { action, doing, machines, params, .. } = steps[0].clone();
                steps[n] = Step { action, doing, machines, params, ..steps[n].clone() };
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
            hidden,
            percent,
            paces: true,
            host: Host::Careful,
            rewrites: match () {
                () if has(Disturbance::Comments) => rewrites(random),
                // Then it is not the comment that tells whose an action is.
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

/// What follows a machine action follows that of the call before, at once.
fn follow_at_once(random: &mut Rng, steps: &mut [Step], n: usize) {
    if matches!(steps[n].doing, Doing::Follow | Doing::Cancel) && matches!(steps[n - 1].doing, Doing::Start(_)) {
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
    let (action, doing, machines, params) = call(random, disturbances);
    // Whatever may go wrong hides the rest, if it always does.
    let quiet = !disturbances.is_empty() && random.bool();
    let mut faults = Vec::new();
    for disturbance in disturbances {
        if random.bool() {
            faults.extend(disturbance.faults(random));
        }
    }
    let usual = if quiet { 0 } else { random.usize(0..4) };
    faults.extend((0..usual).map(|_| fault(random)));
    let portal = chance(random, 15).then(|| {
        let act = pick(random, &[Portal::Isolate, Portal::Release, Portal::Cancel]);
        (random.u64(0..8), act, pick(random, &MACHINES).to_owned())
    });
    let same = disturbances.contains(&Disturbance::Others) && random.bool();
    let same = same.then(|| request_of(action, &params)).flatten().map(|(route, mut body)| {
        let (mut requestor, mut source) = pick(random, &OTHERS);
        // Then it is the comment alone.
        if random.bool() {
            ((requestor, source), body["Comment"]) = (UNKNOWN, "for another reason".into());
        }
        let machine = machines.first().filter(|machine| !machine.is_empty()).cloned();
        let act = Portal::Same { requestor, source, route, body };
        (random.u64(0..8), act, machine.unwrap_or_else(|| demo::WINDOWS.to_owned()))
    });
    let hidden = disturbances.contains(&Disturbance::Unreadable) && random.bool();
    let hidden = match doing {
        Doing::Start("Isolate") if hidden => Some(Portal::Isolate),
        Doing::Start("Unisolate") if hidden => Some(Portal::Release),
        _ => None,
    };
    // An action of another person, which only its comment shows.
    let hidden = hidden.zip(machines.first().filter(|machine| !machine.is_empty()).cloned());
    let portal = same.or(hidden.map(|(act, machine)| (0, act, machine))).or(portal);
    Step {
        action,
        doing,
        machines,
        params,
        faults,
        refused: if quiet { 0 } else { random.u32(0..7).saturating_sub(3) },
        revoked: !quiet && chance(random, 15),
        reborn: chance(random, 15),
        pause: if chance(random, 30) { random.u64(0..4) } else { random.u64(0..4000) },
        clock_step: if chance(random, 10) { random.i64(-5000..5000) } else { 0 },
        portal,
        stepwise: None,
    }
}

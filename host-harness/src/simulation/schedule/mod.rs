//! What a simulation does: calls, each with what goes wrong during it.

mod calls;
mod faults;

use fastrand::Rng;
use serde_json::Value;

use crate::stub::{Duplicate, Fault, IsolateAgain, demo};
use calls::call;
use faults::fault;

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
    /// Cancels the machine's last action.
    Cancel,
    /// Follows the machine's last action to its end.
    Follow,
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
            percent: pick(random, &[100, 100, 20, 1]),
            paces: true,
            // Now and then there is no time between the calls, so that the budgets are reached.
            steps: match chance(random, 20) {
                true => (0..steps + 4).map(|_| Step { pause: random.u64(0..3), ..step(random) }).collect(),
                false => (0..steps).map(|_| step(random)).collect(),
            },
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
    let (action, doing, machines, params) = call(random);
    let faults = random.usize(0..4);
    let portal = chance(random, 15).then(|| {
        let act = pick(random, &[Portal::Isolate, Portal::Release, Portal::Cancel]);
        (random.u64(0..8), act, pick(random, &MACHINES).to_owned())
    });
    Step {
        action,
        doing,
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

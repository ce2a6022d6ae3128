//! Calls that run as operations, step by step, on hosts that crash.

use fastrand::Rng;

use super::{Step, chance, pick};

/// How a call runs as an operation.
#[derive(Clone, Debug)]
pub struct Stepwise {
    /// Whether it may start while earlier operations are still running.
    pub joins: bool,
    /// Whether the second process plans it, which shares only the journals with the first.
    pub elsewhere: bool,
    /// The crashes of its process.
    pub crashes: Vec<Crash>,
    /// The seed of the host's random decisions.
    pub chance: u64,
}

/// The end of a process and of everything it had not stored. A new process takes over all its
/// operations.
#[derive(Clone, Debug)]
pub struct Crash {
    /// The step of the operation, counting lost steps; the plan is step 0.
    pub at: u32,
    /// The moment within the step.
    pub point: Point,
    /// Whether the next process restores the session of the previous one.
    pub restored: bool,
    /// The difference between the wall clocks of the next process and the previous one, in seconds.
    pub clock_step: i64,
    /// Seconds until the next process takes over.
    pub pause: u64,
}

/// A moment within a step.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Point {
    /// Before the journal notes that the step is about to start.
    BeforeNote,
    /// After the note, before anything else.
    BeforeRequest,
    /// While a request is in flight.
    Inside {
        /// The number of requests that succeed first; `None` stops at the first one that changes
        /// something.
        after: Option<u32>,
        /// Whether the request still reaches the service.
        arrives: bool,
    },
    /// After the step, before the journal stores its result.
    BeforeKept,
    /// After the journal has stored the result.
    AfterKept,
}

/// How hosts treat an operation whose process died in a step that sends. All but the first are
/// wrong: tests use them to check that the judge catches them.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Host {
    /// Recovers the operation.
    Careful,
    /// Advances the same checkpoint again.
    AdvancesAgain,
    /// Assumes the request was not sent, and plans the call again.
    PlansAgain,
    /// Assumes the step is done.
    Forgets,
    /// Recovers, but two hosts may hold the same checkpoint.
    SharesCheckpoints,
}

/// Turns some of the calls into operations.
pub(super) fn make_operations(random: &mut Rng, steps: &mut [Step]) {
    let share = pick(random, &[0, 50, 100]);
    for step in steps {
        if chance(random, share) {
            let count = pick(random, &[0, 0, 1, 1, 2, 3]);
            let crashes = (0..count).map(|_| crash(random)).collect();
            let (joins, elsewhere) = (random.bool(), chance(random, 20));
            step.stepwise = Some(Stepwise { joins, elsewhere, crashes, chance: random.u64(..) });
        }
    }
}

fn crash(random: &mut Rng) -> Crash {
    let point = match random.u32(0..8) {
        0 => Point::BeforeNote,
        1 => Point::BeforeRequest,
        2 | 3 => Point::Inside { after: None, arrives: random.bool() },
        4 => Point::Inside { after: Some(random.u32(0..5)), arrives: random.bool() },
        5 | 6 => Point::BeforeKept,
        _ => Point::AfterKept,
    };
    Crash {
        at: pick(random, &[0, 1, 1, 1, 2, 2, 3, 4, 6, 9]),
        point,
        restored: random.bool(),
        clock_step: if chance(random, 25) { random.i64(-600..600) } else { 0 },
        pause: if random.bool() { random.u64(0..5) } else { random.u64(0..600) },
    }
}

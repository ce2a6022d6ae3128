//! Calls that are carried out as operations, step by step, by hosts that crash.

use fastrand::Rng;

use super::{Step, chance, pick};

/// How a call is carried out as an operation.
#[derive(Clone, Debug)]
pub struct Stepwise {
    /// Whether it begins while the operations before it may still go on.
    pub joins: bool,
    /// Whether the second process plans it, which shares nothing with the first but the journals.
    pub elsewhere: bool,
    /// When its process dies.
    pub crashes: Vec<Crash>,
    /// What the host decides by chance is decided by this.
    pub chance: u64,
}

/// The end of a process, with all that it had not kept. Another one goes on with all of its operations.
#[derive(Clone, Debug)]
pub struct Crash {
    /// In which step of the operation, those that were lost included; the plan is step 0.
    pub at: u32,
    /// When within it.
    pub point: Point,
    /// Whether the next process has the session of the one before.
    pub restored: bool,
    /// By how many seconds the next process's wall clock differs from that of the one before.
    pub clock_step: i64,
    /// Seconds until the next process goes on.
    pub pause: u64,
}

/// A moment of a step.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Point {
    /// Before the journal notes that the step is about to be taken.
    BeforeNote,
    /// After the note, before anything else.
    BeforeRequest,
    /// With a request under way.
    Inside {
        /// How many requests went well; none: it is the first that changes something.
        after: Option<u32>,
        /// Whether the request still reaches the service.
        arrives: bool,
    },
    /// After the step, before the journal keeps what it gave.
    BeforeKept,
    /// After that.
    AfterKept,
}

/// What hosts do with an operation whose process died in a step that sends. All but the first are wrong: for tests, which must see
/// them caught.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Host {
    /// They recover.
    Careful,
    /// They advance the same checkpoint again.
    AdvancesAgain,
    /// They take it for not sent, and plan the call again.
    PlansAgain,
    /// They take it for done.
    Forgets,
    /// They recover, but two of them may have the same checkpoint.
    SharesCheckpoints,
}

/// Makes operations of some of the calls.
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

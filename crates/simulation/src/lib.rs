//! Runs thousands of random calls with random faults: the connector's core, compiled natively,
//! against the stub's state machine.
//!
//! ```text
//! seed ─▶ schedule ─▶ world (clock, network, service) ─▶ the connector's core ─▶ judge ─▶ stats, or a violation
//! ```
//!
//! Nothing here really waits: simulated time passes when the connector sleeps. A schedule depends
//! on its seed alone, so a violation can be reproduced; it is then shrunk to what is needed to
//! trigger it.

mod host;
mod judge;
mod network;
mod run;
mod schedule;
mod shrink;
mod stats;
mod world;

pub use network::{Network, Shared};
pub use run::{run, run_schedule};
pub use schedule::{
    CallKind, Crash, Disturbance, ExternalAction, Host, Point, Schedule, Step, Stepwise,
};
pub use shrink::shrink;
pub use stats::{Row, Stats};
pub use world::Violation;

//! Runs thousands of random calls with random faults: the connector's core, compiled natively,
//! against the stub's state machine.
//!
//! ```text
//! seed ─▶ schedule ─▶ world (clock, network, service) ─▶ the connector's core ─▶ judge ─▶ tally, or a violation
//! ```
//!
//! Nothing here really waits: simulated time passes when the connector sleeps. A schedule depends
//! on its seed alone, so a violation can be reproduced; it is then shrunk to what is needed to
//! trigger it.

mod host;
mod judge;
mod run;
mod schedule;
mod shrink;
mod tally;
mod world;

pub use run::{Violation, run, run_schedule};
pub use schedule::{Crash, Disturbance, Doing, Host, Point, Portal, Schedule, Step, Stepwise};
pub use shrink::shrink;
pub use tally::{Row, Tally};
pub use world::{Network, Shared};

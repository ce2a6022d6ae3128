//! Thousands of random calls with random faults: the connector's core, natively, against the stub's state machine.
//!
//! ```text
//! seed ─▶ schedule ─▶ world (clock, network, service) ─▶ the connector's core ─▶ judge ─▶ tally, or a violation
//! ```
//!
//! Nothing here waits: time passes when somebody sleeps. A schedule is made of its seed alone, so a violation can be looked at
//! again; it is shrunk to what is needed for it.

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

//! Properties of every input and every schedule.

mod inputs;
mod simulation;
mod soak;

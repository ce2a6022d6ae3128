//! Thousands of random calls with random faults; `host-harness simulate` runs as many as asked.
//!
//! What must hold whatever goes wrong (DESIGN §5): one call carries out at most one disruptive request a machine; a success is
//! proven by the service's own record; what was or may have been carried out is never called "not carried out"; what the service
//! said is not lost; the call ends by its deadline.

use host_harness::simulation::{Schedule, run, shrink};

/// Schedules a run.
const SEEDS: u64 = 2000;

#[test]
fn whatever_goes_wrong_the_rules_hold() {
    for seed in 0..SEEDS {
        if run(seed, false).is_err() {
            let (least, violation) = shrink(&Schedule::of(seed), false).unwrap();
            panic!("seed {seed}: {violation}\n{least:#?}");
        }
    }
}

#[test]
fn a_client_that_repeats_blindly_is_caught() {
    let twice = |seed: &u64| run(*seed, true).is_err_and(|violation| violation.words.starts_with("twice"));
    let caught: Vec<u64> = (0..300).filter(twice).collect();
    assert!(caught.len() >= 3, "{} of 300 schedules noticed that requests were repeated", caught.len());
    let whole = Schedule::of(caught[0]);
    let (least, violation) = shrink(&whole, true).unwrap();
    assert!(least.steps.len() <= whole.steps.len() && violation.step < least.steps.len(), "{violation} {least:#?}");
}

//! Thousands of random calls with random faults; `host-harness simulate` runs as many as asked.
//!
//! What must hold whatever goes wrong (DESIGN §5): of requests that change something none is sent again unless it was certainly not
//! carried out; a success is proven by the service's own record; what was or may have been carried out is never called "not
//! carried out"; status, code and request id of the service are not lost; no minute and no hour holds more requests than the
//! service's budgets allow; the call ends by its deadline.

use std::time::Duration;

use defender_connector::client::{Event, Next, RetryPolicy, next};
use defender_connector::transport::Sent;
use host_harness::simulation::{Schedule, run, run_schedule, shrink};

/// Schedules a run.
const SEEDS: u64 = 2000;

#[test]
fn whatever_goes_wrong_the_rules_hold() {
    for seed in 0..SEEDS {
        if run(seed, next).is_err() {
            let (least, violation) = shrink(&Schedule::of(seed), next).unwrap();
            panic!("seed {seed}: {violation}\n{least:#?}");
        }
    }
}

/// As ours, but takes what changes something for a read.
fn blind(event: Event, _: bool, repetition: u32, max: u32, chance: u32) -> Next {
    next(event, true, repetition, max, chance)
}

/// As ours, but repeats where the connection broke, since "the request surely did not arrive".
fn hopeful(event: Event, repeatable: bool, repetition: u32, max: u32, chance: u32) -> Next {
    match event {
        Event::NoAnswer(failure) if failure.sent == Sent::Maybe && repetition == 0 => {
            Next::Repeat(Duration::from_secs(1))
        }
        _ => next(event, repeatable, repetition, max, chance),
    }
}

#[test]
fn a_policy_that_repeats_what_may_have_been_carried_out_is_caught() {
    let policies: [RetryPolicy; 2] = [blind, hopeful];
    for policy in policies {
        let twice = |seed: &u64| {
            let found = run(*seed, policy);
            found.is_err_and(|violation| {
                violation.words.starts_with("twice") || violation.words.starts_with("sent twice")
            })
        };
        let caught: Vec<u64> = (0..300).filter(twice).collect();
        assert!(caught.len() >= 10, "{} of 300 schedules noticed that requests were repeated", caught.len());
        let whole = Schedule::of(caught[0]);
        let (least, violation) = shrink(&whole, policy).unwrap();
        assert!(least.steps.len() <= whole.steps.len() && violation.step < least.steps.len(), "{violation} {least:#?}");
    }
}

#[test]
fn a_connector_that_does_not_keep_to_the_budgets_is_caught() {
    let over = |seed: &u64| {
        let hasty = Schedule { paces: false, ..Schedule::of(*seed) };
        let found = run_schedule(&hasty, next);
        found.is_err_and(|violation| ["within", "had to refuse"].iter().any(|words| violation.words.contains(words)))
    };
    let caught = (0..300).filter(over).count();
    assert!(caught >= 10, "{caught} of 300 schedules noticed that budgets were exceeded");
}

//! Thousands of random calls with random faults. `cargo run --release -p simulation` runs any
//! number.
//!
//! The rules that must always hold: a request that changes something is sent again only if it was
//! certainly not carried out; no action on a machine that the name does not identify uniquely; the
//! service's own complete record of our action proves each success; an action that was or may have
//! been carried out is never reported as "not carried out", and our own action is not a conflict; a
//! truncated list is not reported as complete; the service's status, code and request ID are not
//! lost; no minute and no hour has more requests than the rate limits allow; the call ends by its
//! deadline.

use std::time::Duration;

use defender_connector::client::{Attempt, Event, RetryDecision, RetryPolicy, decide_retry};
use defender_connector::transport::Delivery;
use simulation::{Disturbance, Host, Schedule, run, run_schedule, shrink};

/// The number of schedules per run.
const SEEDS: u64 = 2000;

#[test]
fn whatever_goes_wrong_the_rules_hold() {
    for seed in 0..SEEDS {
        if run(seed, decide_retry).is_err() {
            let (least, violation) = shrink(&Schedule::of(seed), decide_retry).unwrap();
            panic!("seed {seed}: {violation}\n{least:#?}");
        }
    }
}

#[test]
fn whatever_goes_wrong_alone_the_rules_hold() {
    for disturbance in Disturbance::ALL {
        for seed in 0..SEEDS / 10 {
            let schedule = Schedule::with(seed, &[disturbance]);
            if run_schedule(&schedule, decide_retry).is_err() {
                let (least, violation) = shrink(&schedule, decide_retry).unwrap();
                panic!("{disturbance:?}, seed {seed}: {violation}\n{least:#?}");
            }
        }
    }
}

#[test]
fn a_seed_is_always_the_same_schedule() {
    for seed in 0..100 {
        assert_eq!(
            format!("{:?}", Schedule::of(seed)),
            format!("{:?}", Schedule::of(seed)),
            "{seed}"
        );
    }
}

/// Our policy, except that it treats every 429 as the service's own.
fn trusting(attempt: Attempt) -> RetryDecision {
    match attempt.event {
        Event::Response { status: 429, .. } if attempt.repetition < attempt.max => {
            RetryDecision::Retry(Duration::from_secs(1))
        }
        _ => decide_retry(attempt),
    }
}

#[test]
fn a_policy_that_repeats_what_a_gateway_refused_is_caught() {
    let twice = |seed: &u64| {
        let found = run_schedule(&Schedule::with(*seed, &[Disturbance::Gateway]), trusting);
        found.is_err_and(|violation| {
            ["twice", "sent twice"].iter().any(|words| violation.words.starts_with(words))
        })
    };
    let caught = (0..300).filter(twice).count();
    assert!(caught >= 10, "{caught} of 300 schedules noticed that requests were repeated");
}

/// Our policy, except that it treats changes as reads.
fn blind(attempt: Attempt) -> RetryDecision {
    decide_retry(Attempt { idempotent: true, ..attempt })
}

/// Our policy, except that it retries after a broken connection, since "the request surely did not
/// arrive".
fn hopeful(attempt: Attempt) -> RetryDecision {
    match attempt.event {
        Event::NoResponse(failure)
            if failure.delivery == Delivery::MaybeSent && attempt.repetition == 0 =>
        {
            RetryDecision::Retry(Duration::from_secs(1))
        }
        _ => decide_retry(attempt),
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
        assert!(
            caught.len() >= 10,
            "{} of 300 schedules noticed that requests were repeated",
            caught.len()
        );
        let whole = Schedule::of(caught[0]);
        let (least, violation) = shrink(&whole, policy).unwrap();
        assert!(
            least.steps.len() <= whole.steps.len() && violation.step < least.steps.len(),
            "{violation} {least:#?}"
        );
    }
}

#[test]
fn a_connector_that_does_not_keep_to_the_budgets_is_caught() {
    let over = |seed: &u64| {
        let hasty = Schedule { rate_limited: false, ..Schedule::of(*seed) };
        let found = run_schedule(&hasty, decide_retry);
        found.is_err_and(|violation| {
            ["within", "had to refuse"].iter().any(|words| violation.words.contains(words))
        })
    };
    let caught = (0..300).filter(over).count();
    assert!(caught >= 10, "{caught} of 300 schedules noticed that budgets were exceeded");
}

/// The number of schedules that detect hosts which continue like this after a crash, and their
/// messages.
fn caught(host: Host, words: &[&str]) -> usize {
    let is_caught = |seed: &u64| {
        let wrong = Schedule { host, ..Schedule::of(*seed) };
        let found = run_schedule(&wrong, decide_retry);
        found.is_err_and(|violation| words.iter().any(|words| violation.words.starts_with(words)))
    };
    let caught: Vec<u64> = (0..500).filter(is_caught).collect();
    // The shrunk schedule still shows it.
    if let Some(seed) = caught.first() {
        let whole = Schedule { host, ..Schedule::of(*seed) };
        let (least, violation) = shrink(&whole, decide_retry).unwrap();
        let step = &least.steps[violation.step];
        assert!(
            least.steps.len() <= whole.steps.len() && step.stepwise.is_some(),
            "{violation} {least:#?}"
        );
    }
    caught.len()
}

#[test]
fn a_host_that_advances_again_what_it_should_have_recovered_is_caught() {
    let caught = caught(Host::AdvancesAgain, &["twice", "sent twice"]);
    assert!(caught >= 10, "{caught} of 500 schedules noticed that a checkpoint was advanced twice");
}

#[test]
fn a_host_that_plans_again_what_it_should_have_recovered_is_caught() {
    let caught = caught(Host::PlansAgain, &["twice", "sent twice"]);
    assert!(caught >= 10, "{caught} of 500 schedules noticed that a call was planned twice");
}

#[test]
fn a_host_that_takes_for_done_what_it_should_have_recovered_is_caught() {
    let caught = caught(
        Host::Forgets,
        &["no machine action is reported", "never sent", "nothing was changed", "it is"],
    );
    assert!(caught >= 10, "{caught} of 500 schedules noticed that nothing proves it");
}

#[test]
fn two_hosts_that_share_a_checkpoint_are_caught() {
    let caught = caught(Host::SharesCheckpoints, &["twice", "sent twice"]);
    assert!(caught >= 10, "{caught} of 500 schedules noticed that a checkpoint had two owners");
}

//! Runs a schedule: call after call, each judged by what really happened.

use defender_connector::client::RetryPolicy;
use defender_stub::{Scenario, Service};

use super::host;
use super::network::Network;
use super::schedule::{Disturbance, Schedule, Step, machines};
use super::stats::Stats;
use super::world::{Violation, World};

/// Runs the schedule of a seed under a retry policy.
///
/// # Errors
///
/// A rule was broken.
pub fn run(seed: u64, policy: RetryPolicy) -> Result<Stats, Violation> {
    run_schedule(&Schedule::of(seed), policy)
}

/// Runs a schedule.
///
/// # Errors
///
/// A rule was broken.
pub fn run_schedule(schedule: &Schedule, policy: RetryPolicy) -> Result<Stats, Violation> {
    let service = Service::new(Scenario {
        duplicate_isolate: schedule.duplicate,
        isolate_again: schedule.isolate_again,
        propagation_seconds: schedule.visibility_delay,
        // The connector does not count requests that others or a proxy send.
        enforce_rate_limits: ![Disturbance::Others, Disturbance::Proxy]
            .iter()
            .any(|kind| schedule.disturbances.contains(kind)),
        comment_rewrites: schedule.rewrites.clone(),
        ends_as: schedule.ends_as.clone(),
        ..Scenario::default()
    });
    service.with_scenario(|scenario| scenario.machines.extend(machines()));
    let percent = if schedule.rate_limited { schedule.percent } else { 0 };
    let mut world = World::new(schedule, Network::new(service), percent, policy)
        .map_err(|words| Violation { step: 0, words })?;
    let mut n = 0;
    while let Some(step) = schedule.steps.get(n) {
        let violation = |words: String| Violation { step: n, words };
        if step.restart_instance {
            world.restart_instance(step.clock_step > 0).map_err(violation)?;
        }
        let joins = |step: &&Step| step.stepwise.as_ref().is_some_and(|stepwise| stepwise.joins);
        match &step.stepwise {
            Some(_) => {
                let count = 1 + schedule.steps[n + 1..].iter().take_while(joins).count();
                host::run(&mut world, n..n + count)?;
                n += count;
            }
            None => {
                world.call(step).map_err(violation)?;
                n += 1;
            }
        }
    }
    Ok(world.stats)
}

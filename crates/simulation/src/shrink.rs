//! Shrinks a schedule that breaks a rule to a minimal one that still does.

use defender_connector::client::RetryPolicy;

use super::run::run_schedule;
use super::schedule::{Crash, Schedule, Stepwise};
use super::world::Violation;

/// The smallest schedule found that still breaks a rule, and the violation; `None` if it breaks
/// none.
pub fn shrink(schedule: &Schedule, policy: RetryPolicy) -> Option<(Schedule, Violation)> {
    let mut least = schedule.clone();
    let mut found = run_schedule(&least, policy).err()?;
    // Calls after the violation are irrelevant.
    least.steps.truncate(found.step + 1);
    loop {
        let smaller = candidates(&least).into_iter().find_map(|smaller| {
            let violation = run_schedule(&smaller, policy).err()?;
            Some((smaller, violation))
        });
        match smaller {
            Some((smaller, violation)) => (least, found) = (smaller, violation),
            None => return Some((least, found)),
        }
    }
}

/// Variants of the schedule with one thing removed.
fn candidates(schedule: &Schedule) -> Vec<Schedule> {
    let mut all = Vec::new();
    let mut without = |change: &dyn Fn(&mut Schedule)| {
        let mut smaller = schedule.clone();
        change(&mut smaller);
        all.push(smaller);
    };
    for n in 0..schedule.steps.len() {
        let step = &schedule.steps[n];
        without(&|smaller| {
            smaller.steps.remove(n);
        });
        for fault in 0..step.faults.len() {
            without(&|smaller| {
                smaller.steps[n].faults.remove(fault);
            });
        }
        if step.refused > 0 {
            without(&|smaller| smaller.steps[n].refused = 0);
        }
        if step.revoke_tokens {
            without(&|smaller| smaller.steps[n].revoke_tokens = false);
        }
        if step.restart_instance {
            without(&|smaller| smaller.steps[n].restart_instance = false);
        }
        if step.pause > 0 {
            without(&|smaller| smaller.steps[n].pause = 0);
        }
        if step.clock_step != 0 {
            without(&|smaller| smaller.steps[n].clock_step = 0);
        }
        if step.external.is_some() {
            without(&|smaller| smaller.steps[n].external = None);
        }
        let Some(stepwise) = &step.stepwise else { continue };
        without(&|smaller| smaller.steps[n].stepwise = None);
        let mut alter = |change: &dyn Fn(&mut Stepwise)| {
            without(&|smaller| {
                if let Some(stepwise) = &mut smaller.steps[n].stepwise {
                    change(stepwise);
                }
            });
        };
        if stepwise.joins {
            alter(&|stepwise| stepwise.joins = false);
        }
        if stepwise.elsewhere {
            alter(&|stepwise| stepwise.elsewhere = false);
        }
        for (crash, Crash { restored, clock_step, pause, .. }) in
            stepwise.crashes.iter().enumerate()
        {
            alter(&|stepwise| {
                stepwise.crashes.remove(crash);
            });
            if *restored {
                alter(&|stepwise| stepwise.crashes[crash].restored = false);
            }
            if *clock_step != 0 {
                alter(&|stepwise| stepwise.crashes[crash].clock_step = 0);
            }
            if *pause > 0 {
                alter(&|stepwise| stepwise.crashes[crash].pause = 0);
            }
        }
    }
    all
}

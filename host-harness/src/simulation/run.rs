//! Running a schedule: call after call, each judged by what really happened.

use std::fmt;
use std::time::Duration;

use defender_connector::client::RetryPolicy;
use defender_connector::clock::Clock;
use defender_connector::connector::Connector;
use serde_json::json;

use super::judge::{Before, CALL_TIMEOUT, judge};
use super::schedule::{Disturbance, Doing, Schedule, Step, machines};
use super::tally::Tally;
use super::world::Network;
use crate::stub::{Scenario, Service};

/// A rule that was broken.
#[derive(Clone, Debug)]
pub struct Violation {
    /// In which call, counted from 0.
    pub step: usize,
    /// What is wrong.
    pub words: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "in call {}: {}", self.step, self.words)
    }
}

/// Runs the schedule of a seed, with a policy of what is repeated.
///
/// # Errors
///
/// A rule was broken.
pub fn run(seed: u64, policy: RetryPolicy) -> Result<Tally, Violation> {
    run_schedule(&Schedule::of(seed), policy)
}

/// Runs a schedule.
///
/// # Errors
///
/// A rule was broken.
pub fn run_schedule(schedule: &Schedule, policy: RetryPolicy) -> Result<Tally, Violation> {
    let service = Service::new(Scenario {
        duplicate_isolate: schedule.duplicate,
        isolate_again: schedule.isolate_again,
        propagation_seconds: schedule.hidden,
        // What others send, or a proxy, is not in the connector's count.
        enforce_rate_limits: ![Disturbance::Others, Disturbance::Proxy]
            .iter()
            .any(|kind| schedule.disturbances.contains(kind)),
        comment_rewrites: schedule.rewrites.clone(),
        ends_as: schedule.ends_as.clone(),
        ..Scenario::default()
    });
    service.with_scenario(|scenario| scenario.machines.extend(machines()));
    let network = Network::new(service);
    let mut tally = Tally::default();
    let percent = if schedule.paces { schedule.percent } else { 0 };
    let mut connector = configured(&network, percent, policy).map_err(|words| Violation { step: 0, words })?;
    let mut known = 0;
    for (n, step) in schedule.steps.iter().enumerate() {
        let violation = |words: String| Violation { step: n, words };
        if step.reborn {
            let session = connector.save();
            connector = configured(&network, percent, policy).map_err(violation)?;
            if let Some(session) = session {
                connector.restore(&session).map_err(|error| violation(format!("its own session: {error:?}")))?;
            }
            // With another clock than the last one's nobody can tell how long ago the last one's requests were.
            if step.clock_step > 0 {
                known = network.service.ledger().len();
            }
        }
        let step = &about_an_action(&network, step);
        let before = prepare(&network, step, known);
        let answer = connector.execute(step.action, &step.params.to_string(), &network, &network);
        network.portal.borrow_mut().take();
        tally.count(step, &answer);
        let outcome = answer.map(|(outcome, _)| outcome);
        judge(step, &outcome, &before, &network, schedule)
            .map_err(|words| violation(format!("{words}\nanswered {outcome:?}")))?;
    }
    tally.schedules = 1;
    Ok(tally)
}

/// The step, with the identifier of its machine's last action if it is about that.
fn about_an_action(network: &Network, step: &Step) -> Step {
    let name = match step.doing {
        Doing::Cancel => "actionId",
        Doing::Follow => "id",
        _ => return step.clone(),
    };
    let actions = network.service.machine_actions();
    let last = actions.iter().rev().find(|action| action["machineId"] == step.machines[0].as_str());
    let mut step = step.clone();
    step.params[name] = last.map_or(json!("00000000-0000-0000-0000-000000000000"), |action| action["id"].clone());
    step
}

fn configured(network: &Network, percent: u32, policy: RetryPolicy) -> Result<Connector, String> {
    let (tenant, client, secret) = network.service.with_scenario(|scenario| {
        (scenario.tenant_id.clone(), scenario.client_id.clone(), scenario.client_secret.clone())
    });
    let limits =
        json!({ "callTimeoutSeconds": CALL_TIMEOUT.as_secs(), "maxResponseBytes": 100_000, "budgetPercent": percent });
    let config = json!({ "tenantId": tenant, "clientId": client, "limits": limits }).to_string();
    let mut connector = Connector::with_retry_policy(policy);
    match connector.configure(&config, &json!({ "clientSecret": secret }).to_string()) {
        Ok(_) => Ok(connector),
        Err(error) => Err(format!("{error:?}")),
    }
}

/// Lets what comes before a call happen.
fn prepare(network: &Network, step: &Step, known: usize) -> Before {
    network.sleep(Duration::from_secs(step.pause));
    network.clock_error.set(network.clock_error.get() + step.clock_step);
    if step.revoked {
        network.service.revoke_tokens();
    }
    network.service.clear_faults();
    step.faults.iter().cloned().for_each(|fault| network.service.add_fault(fault));
    network.refused.set(step.refused);
    let at = |after: u64| network.elapsed() + Duration::from_secs(after);
    *network.portal.borrow_mut() = step.portal.clone().map(|(after, act, machine)| (at(after), act, machine));
    // What another person does at once is there before the call.
    network.sleep(Duration::ZERO);
    let visible = network.service.visible_machine_actions();
    Before {
        actions: network.service.machine_actions(),
        visible,
        sent: network.service.ledger().len(),
        known,
        time: network.elapsed(),
    }
}

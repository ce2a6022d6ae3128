//! Running a schedule: call after call, each judged by what really happened.

use std::fmt;
use std::time::Duration;

use defender_connector::clock::Clock;
use defender_connector::connector::Connector;
use serde_json::json;

use super::judge::{Before, CALL_TIMEOUT, judge};
use super::schedule::{Schedule, Step};
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

/// Runs the schedule of a seed. `repeats` puts a client in the way that sends again whatever failed.
///
/// # Errors
///
/// A rule was broken.
pub fn run(seed: u64, repeats: bool) -> Result<Tally, Violation> {
    run_schedule(&Schedule::of(seed), repeats)
}

/// Runs a schedule.
///
/// # Errors
///
/// A rule was broken.
pub fn run_schedule(schedule: &Schedule, repeats: bool) -> Result<Tally, Violation> {
    let service = Service::new(Scenario {
        duplicate_isolate: schedule.duplicate,
        isolate_again: schedule.isolate_again,
        propagation_seconds: schedule.hidden,
        ..Scenario::default()
    });
    let network = Network::new(service, repeats);
    let mut tally = Tally::default();
    let mut connector = configured(&network, 0)?;
    for (n, step) in schedule.steps.iter().enumerate() {
        if step.reborn {
            let session = connector.save();
            connector = configured(&network, n)?;
            if let Some(session) = session {
                let restored = connector.restore(&session);
                restored.map_err(|error| Violation { step: n, words: format!("its own session: {error:?}") })?;
            }
        }
        let before = prepare(&network, step);
        let answer = connector.execute(step.action, &step.params.to_string(), &network, &network);
        network.portal.borrow_mut().take();
        tally.count(step, &answer);
        let outcome = answer.map(|(outcome, _)| outcome);
        judge(step, &outcome, &before, &network, schedule.duplicate)
            .map_err(|words| Violation { step: n, words: format!("{words}\nanswered {outcome:?}") })?;
    }
    tally.schedules = 1;
    Ok(tally)
}

fn configured(network: &Network, step: usize) -> Result<Connector, Violation> {
    let (tenant, client, secret) = network.service.with_scenario(|scenario| {
        (scenario.tenant_id.clone(), scenario.client_id.clone(), scenario.client_secret.clone())
    });
    let limits = json!({ "callTimeoutSeconds": CALL_TIMEOUT.as_secs(), "maxResponseBytes": 100_000 });
    let config = json!({ "tenantId": tenant, "clientId": client, "limits": limits }).to_string();
    let mut connector = Connector::default();
    match connector.configure(&config, &json!({ "clientSecret": secret }).to_string()) {
        Ok(_) => Ok(connector),
        Err(error) => Err(Violation { step, words: format!("{error:?}") }),
    }
}

/// Lets what comes before a call happen.
fn prepare(network: &Network, step: &Step) -> Before {
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
    let visible = network.service.visible_machine_actions();
    Before {
        actions: network.service.machine_actions(),
        visible,
        sent: network.service.ledger().len(),
        time: network.elapsed(),
    }
}

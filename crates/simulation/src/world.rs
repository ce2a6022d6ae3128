//! The simulated world that a schedule runs in, and one call in it.

use std::fmt;
use std::time::Duration;

use defender_connector::client::RetryPolicy;
use defender_connector::clock::Clock;
use defender_connector::connector::Connector;
use defender_connector::outcome::Usage;
use serde_json::json;

use super::judge::{Before, CALL_TIMEOUT, judge};
use super::network::Network;
use super::schedule::{CallKind, Schedule, Step};
use super::stats::Stats;

/// A rule that was broken.
#[derive(Clone, Debug)]
pub struct Violation {
    /// The index of the call, counted from 0.
    pub step: usize,
    /// A description of the violation.
    pub words: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "in call {}: {}", self.step, self.words)
    }
}

/// The simulated world while a schedule runs in it.
pub(super) struct World<'s> {
    pub(super) schedule: &'s Schedule,
    pub(super) network: Network,
    percent: u32,
    policy: RetryPolicy,
    pub(super) connector: Connector,
    /// The index of the first request whose time the connector can know.
    pub(super) known: usize,
    /// Whether a process has died and lost its request history.
    pub(super) has_crashed: bool,
    pub(super) stats: Stats,
}

impl<'s> World<'s> {
    /// The world at its start, with a connector that is configured.
    pub(super) fn new(
        schedule: &'s Schedule,
        network: Network,
        percent: u32,
        policy: RetryPolicy,
    ) -> Result<Self, String> {
        let connector = configured(&network, percent, policy)?;
        let stats = Stats { schedules: 1, ..Stats::default() };
        Ok(Self {
            schedule,
            network,
            percent,
            policy,
            connector,
            known: 0,
            has_crashed: false,
            stats,
        })
    }

    /// A connector with its config and no session.
    pub(super) fn configured(&self) -> Result<Connector, String> {
        configured(&self.network, self.percent, self.policy)
    }

    /// Replaces the connector by a new instance that restores its session.
    pub(super) fn restart_instance(&mut self, has_other_clock: bool) -> Result<(), String> {
        let session = self.connector.save();
        self.connector = self.configured()?;
        if let Some(session) = session {
            self.connector
                .restore(&session)
                .map_err(|error| format!("its own session: {error:?}"))?;
        }
        // With a different clock, the new instance cannot tell when the earlier requests were sent.
        if has_other_clock {
            self.known = self.network.service.ledger().len();
        }
        Ok(())
    }

    /// Makes one call and judges it.
    pub(super) fn call(&mut self, step: &Step) -> Result<(), String> {
        let network = &self.network;
        network.pass(Duration::from_secs(step.pause));
        network.set_clock_error(network.clock_error() + step.clock_step);
        network.service.clear_faults();
        network.refused.set(0);
        let step = &about_an_action(network, step);
        let before = prepare(network, step, self.known);
        let answer =
            self.connector.execute(step.action, &step.params.to_string(), network, network);
        network.external.borrow_mut().clear();
        let (outcome, usage) = match answer {
            Ok((outcome, usage)) => (Ok(outcome), usage),
            Err(error) => (Err(error), Usage::default()),
        };
        self.stats.count(step, outcome.as_ref(), &usage);
        judge(step, &outcome, &before, network, self.schedule, self.has_crashed)
            .map_err(|words| format!("{words}\nanswered {outcome:?}"))
    }
}

/// The step, with the ID of the machine's last action filled in if it refers to one.
pub(super) fn about_an_action(network: &Network, step: &Step) -> Step {
    let name = match step.call_kind {
        CallKind::Cancel => "actionId",
        CallKind::Follow => "id",
        _ => return step.clone(),
    };
    let actions = network.service.machine_actions();
    let last = actions.iter().rev().find(|action| action["machineId"] == step.machines[0].as_str());
    let mut step = step.clone();
    step.params[name] =
        last.map_or(json!("00000000-0000-0000-0000-000000000000"), |action| action["id"].clone());
    step
}

fn configured(network: &Network, percent: u32, policy: RetryPolicy) -> Result<Connector, String> {
    let (tenant, client, secret) = network.service.with_scenario(|scenario| {
        (scenario.tenant_id.clone(), scenario.client_id.clone(), scenario.client_secret.clone())
    });
    let limits = json!({
        "callTimeoutSeconds": CALL_TIMEOUT.as_secs(), "maxResponseBytes": 100_000,
        "budgetPercent": percent
    });
    let config = json!({ "tenantId": tenant, "clientId": client, "limits": limits }).to_string();
    let mut connector = Connector::with_retry_policy(policy);
    match connector.configure(&config, &json!({ "clientSecret": secret }).to_string()) {
        Ok(_) => Ok(connector),
        Err(error) => Err(format!("{error:?}")),
    }
}

/// Triggers the events that are scheduled with a call.
pub(super) fn prepare(network: &Network, step: &Step, known: usize) -> Before {
    if step.revoke_tokens {
        network.service.revoke_tokens();
    }
    step.faults.iter().cloned().for_each(|fault| network.service.add_fault(fault));
    network.refused.set(network.refused.get() + step.refused);
    let at = |after: u64| network.elapsed() + Duration::from_secs(after);
    network
        .external
        .borrow_mut()
        .extend(step.external.clone().map(|(after, act, machine)| (at(after), act, machine)));
    // Actions that another user takes immediately exist before the call.
    network.pass(Duration::ZERO);
    let visible = network.service.visible_machine_actions();
    Before {
        actions: network.service.machine_actions(),
        visible,
        sent: network.service.ledger().len(),
        known,
        time: network.elapsed(),
    }
}

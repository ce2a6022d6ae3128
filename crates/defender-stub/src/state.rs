//! The state of a service.

use super::action::{Action, By};
use super::clock::Clock;
use super::demo;
use super::fault::FaultPlan;
use super::hosts::Origins;
use super::ledger::Ledger;
use super::machine::Machine;
use super::rate::Rates;
use super::scenario::Scenario;
use super::token::Tokens;

/// The state of one tenant and of the stub around it.
#[derive(Debug)]
pub(super) struct ServiceState {
    pub(super) scenario: Scenario,
    pub(super) origins: Origins,
    pub(super) clock: Clock,
    pub(super) tokens: Tokens,
    pub(super) faults: FaultPlan,
    pub(super) ledger: Ledger,
    pub(super) rates: Rates,
    /// The number of tokens issued.
    pub(super) issued: usize,
    /// Whether the current request was carried out, whatever the response says.
    pub(super) carried_out: bool,
    /// The requestor, if it is not the caller.
    pub(super) acting: Option<By>,
    /// Oldest first.
    pub(super) actions: Vec<Action>,
}

impl ServiceState {
    pub(super) fn new(mut scenario: Scenario, origins: Origins) -> Self {
        scenario.machines.extend((0..scenario.fleet).map(demo::fleet_machine));
        let faults = FaultPlan::new(std::mem::take(&mut scenario.faults));
        Self {
            scenario,
            origins,
            clock: Clock::new(),
            tokens: Tokens::new(),
            faults,
            ledger: Ledger::default(),
            rates: Rates::default(),
            issued: 0,
            carried_out: false,
            acting: None,
            actions: Vec::new(),
        }
    }

    pub(super) fn machine(&self, id: &str) -> Option<&Machine> {
        self.scenario.machines.iter().find(|machine| machine.id.eq_ignore_ascii_case(id))
    }

    pub(super) fn action(&self, id: &str) -> Option<&Action> {
        self.actions.iter().find(|action| action.id.eq_ignore_ascii_case(id))
    }
}

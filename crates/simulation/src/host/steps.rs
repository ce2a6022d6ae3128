//! Runs one step by the rules: note it first, store its result after, and recover if a note was
//! left without a result.

use std::ops::Range;
use std::time::Duration;

use defender_connector::clock::Clock;
use defender_connector::connector::Connector;
use defender_connector::error::Error;
use defender_connector::operation::{Next, Progress, TargetState};
use defender_connector::outcome::Outcome;

use super::Hosts;
use super::flight::Call;
use super::journal::Journal;
use crate::judge::{self, Did, mark_of};
use crate::network::{Death, Network};
use crate::schedule::{Crash, Host, Point};
use crate::world::{about_an_action, prepare};

impl Hosts<'_, '_> {
    /// Runs an operation's next step; a poll (`Look`) includes other operations of the process.
    pub(super) fn step(&mut self, n: usize) -> Result<(), String> {
        let slot = self.flights[n].slot;
        self.world.network.set_clock_error(self.processes[slot].clock_error);
        let Some(journal) = &self.flights[n].journal else { return self.plan(n) };
        let is_standing = journal.is_noted && journal.next == Next::Send;
        match self.host() {
            Host::Forgets if is_standing => {
                let flight = &mut self.flights[n];
                for target in
                    flight.seen.iter_mut().filter(|target| target.state == TargetState::Unsent)
                {
                    (target.state, target.data) = (TargetState::Succeeded, Some("{}".to_owned()));
                }
                flight.outcome = Some(Ok(Outcome::new("{}".to_owned())));
                return Ok(());
            }
            Host::PlansAgain if is_standing => {
                self.flights[n].journal = None;
                return self.plan(n);
            }
            _ => {}
        }
        self.tricks(n)?;
        let journal = self.flights[n].journal.as_ref().ok_or("no journal")?;
        let recovers = match self.host() {
            Host::AdvancesAgain => false,
            _ => journal.is_noted && (journal.next == Next::Send || self.random.bool()),
        };
        if recovers {
            return self.take(&[n], Did::Recover);
        }
        if journal.next == Next::Send {
            return self.take(&[n], Did::Send);
        }
        let looks = self.looks(n);
        self.take(&looks, Did::Look)
    }

    /// The operations to poll together with `n`: others of the same process, due or not.
    fn looks(&mut self, n: usize) -> Vec<usize> {
        let mut looks = vec![n];
        let (slot, now) = (self.flights[n].slot, self.world.network.elapsed());
        let (is_alone, is_early) = (self.random.u32(0..4) == 0, self.random.bool());
        for (other, flight) in self.flights.iter().enumerate() {
            let looks_too =
                flight.journal.as_ref().is_some_and(|journal| journal.next == Next::Look);
            let is_open = other != n && flight.slot == slot && !flight.has_ended();
            if !is_alone && is_open && looks_too && (is_early || flight.due <= now) {
                looks.push(other);
            }
        }
        self.random.shuffle(&mut looks);
        looks
    }

    /// Plans an operation. Planning changes nothing in the service, so a lost plan is simply
    /// repeated.
    fn plan(&mut self, n: usize) -> Result<(), String> {
        let (network, known) = (self.world.network.clone(), self.world.known);
        let flight = &mut self.flights[n];
        let crash = flight.crash();
        if flight.steps == 0 {
            let step = about_an_action(&network, &flight.step);
            self.processes[flight.slot].clock_error += step.clock_step;
            network.set_clock_error(self.processes[flight.slot].clock_error);
            flight.before = Some(prepare(&network, &step, known));
            flight.step = step;
        } else if let Some(before) =
            flight.before.as_mut().filter(|_| self.world.schedule.host != Host::PlansAgain)
        {
            before.actions = network.service.machine_actions();
            before.visible = network.service.visible_machine_actions();
            flight.calls.clear();
        }
        flight.steps += 1;
        let (slot, action, params) =
            (flight.slot, flight.step.action, flight.step.params.to_string());
        let session = crash.and_then(|_| self.processes[slot].connector.save());
        set_death(&network, crash);
        let (answer, sent) = self.measured(slot, Did::Plan, |connector, network| {
            connector.plan(action, &params, network, network)
        })?;
        self.flights[n].calls.push(Call { sent, is_shared: false });
        match (crash, answer) {
            (Some(crash), _) if crash.point != Point::AfterKept => self.crash(slot, crash, session),
            (crash, answer) => {
                let flight = &mut self.flights[n];
                match answer {
                    Ok(progress) => {
                        let has_lock = self.world.schedule.host != Host::SharesCheckpoints;
                        let owner = self.processes[slot].number;
                        flight.mark = mark_of(&progress.checkpoint);
                        flight.journal = Some(Journal::new(
                            progress.checkpoint.clone(),
                            progress.next,
                            owner,
                            has_lock,
                        ));
                        flight.seen.clear();
                        self.keep(n, progress)?;
                    }
                    Err(error) => flight.outcome = Some(Err(error)),
                }
                match crash {
                    Some(crash) => {
                        let session = self.processes[slot].connector.save();
                        self.crash(slot, crash, session)
                    }
                    None => Ok(()),
                }
            }
        }
    }

    /// Runs one step for these operations, unless the process dies first.
    fn take(&mut self, all: &[usize], did: Did) -> Result<(), String> {
        let slot = self.flights[all[0]].slot;
        let crash = all.iter().find_map(|n| self.flights[*n].crash());
        for n in all {
            self.flights[*n].steps += 1;
        }
        let session = crash.and_then(|_| self.processes[slot].connector.save());
        if let Some(crash) = crash.filter(|crash| crash.point == Point::BeforeNote) {
            return self.crash(slot, crash, session);
        }
        let number = self.processes[slot].number;
        // Noting a poll is optional.
        if did != Did::Look || self.random.bool() {
            for n in all {
                self.flights[*n].journal.as_mut().ok_or("no journal")?.before(number)?;
            }
        }
        if let Some(crash) = crash.filter(|crash| crash.point == Point::BeforeRequest) {
            return self.crash(slot, crash, session);
        }
        if did == Did::Recover {
            self.world.stats.recoveries += 1;
            let flight = &mut self.flights[all[0]];
            let is_send = flight.journal.as_ref().is_some_and(|journal| journal.next == Next::Send);
            let target =
                flight.next_target().filter(|target| is_send && !flight.killed.contains(target));
            flight.killed.extend(target);
        }
        let texts =
            all.iter().filter_map(|n| Some(self.flights[*n].journal.as_ref()?.checkpoint.clone()));
        let texts: Vec<String> = texts.collect();
        set_death(&self.world.network, crash);
        let (answers, sent) = self.measured(slot, did, |connector, network| match did {
            Did::Recover => vec![connector.recover(&texts[0], network, network)],
            _ => connector.advance(&texts, network, network),
        })?;
        let is_send =
            self.flights[all[0]].journal.as_ref().is_some_and(|journal| journal.next == Next::Send);
        if did == Did::Recover && is_send && !sent.is_empty() {
            return Err("a recovery sent something".to_owned());
        }
        for n in all {
            self.flights[*n].calls.push(Call { sent: sent.clone(), is_shared: all.len() > 1 });
        }
        if let Some(crash) = crash.filter(|crash| crash.point != Point::AfterKept) {
            return self.crash(slot, crash, session);
        }
        if answers.len() != all.len() {
            return Err(format!("{} answers for {} checkpoints", answers.len(), all.len()));
        }
        for (n, answer) in all.iter().zip(answers) {
            let progress =
                answer.map_err(|error| format!("a good checkpoint is refused: {error:?}"))?;
            let journal = self.flights[*n].journal.as_mut().ok_or("no journal")?;
            journal.after(number, &progress.checkpoint, progress.next)?;
            self.keep(*n, progress)?;
        }
        match crash {
            Some(crash) => {
                let session = self.processes[slot].connector.save();
                self.crash(slot, crash, session)
            }
            None => Ok(()),
        }
    }

    /// Stores a step's result.
    fn keep(&mut self, n: usize, progress: Progress) -> Result<(), String> {
        let flight = &mut self.flights[n];
        judge::progress(&progress, &flight.step, &self.world.network)?;
        flight.take(&progress)?;
        let (all, more) = (&mut flight.usage, &progress.usage);
        all.requests += more.requests;
        all.retries += more.retries;
        flight.due = self.world.network.elapsed() + Duration::from_millis(progress.wait_ms);
        if progress.outcome.is_some() {
            self.refuses_an_end(n)?;
        }
        self.flights[n].outcome = progress.outcome;
        Ok(())
    }

    /// Calls the connector of a process, and judges its requests and its duration.
    pub(super) fn measured<T>(
        &mut self,
        slot: usize,
        did: Did,
        call: impl FnOnce(&mut Connector, &Network) -> T,
    ) -> Result<(T, Range<usize>), String> {
        let network = &self.world.network;
        let (before, began) = (network.service.ledger().len(), network.elapsed());
        network.slept.set(Duration::ZERO);
        let answer = call(&mut self.processes[slot].connector, network);
        let ledger = network.service.ledger();
        let slept = network.slept.get();
        let took = network.elapsed() - began;
        network.revive();
        let known = if self.processes.len() > 1 { before } else { self.world.known };
        let may_be_refused = self.world.has_crashed || self.processes.len() > 1;
        judge::call(did, &ledger[before..], took, slept, may_be_refused)?;
        judge::budgets(&ledger[known..], ledger.len() - before, self.world.schedule.percent)?;
        Ok((answer, before..ledger.len()))
    }
}

fn set_death(network: &Network, crash: Option<&Crash>) {
    if let Some(Crash { point: Point::Inside { after, arrives }, .. }) = crash {
        network.death.set(Some(Death { after: *after, arrives: *arrives }));
    }
}

/// Whether the call was refused with the error that misuse requires.
pub(super) fn is_refused(answer: &Result<Progress, Error>) -> bool {
    answer
        .as_ref()
        .is_err_and(|error| error.kind() == defender_connector::error::Kind::InvalidParams)
}

//! Hosts that run calls as operations, as the contract requires, and crash now and then.
//!
//! `journal` is the state that survives a crash, `process` the state that does not, `flight` an
//! operation in flight. `steps` runs one step, `tricks` tries misuse that the connector must
//! refuse.

mod flight;
mod journal;
mod process;
mod steps;
mod tricks;

use std::ops::Range;
use std::time::Duration;

use defender_connector::clock::Clock;
use fastrand::Rng;

use super::judge;
use super::schedule::{Crash, Host};
use super::world::{Violation, World};
use flight::Flight;
use process::Process;

/// The maximum number of steps of one operation.
const MAX_STEPS: u32 = 400;

/// The maximum duration of one operation.
const MAX_TIME: Duration = Duration::from_secs(2 * 86_400);

/// The processes, the operations in flight, and the hosts' random decisions.
struct Hosts<'w, 's> {
    world: &'w mut World<'s>,
    /// One process, or two that share nothing but the journals.
    processes: Vec<Process>,
    flights: Vec<Flight<'s>>,
    random: Rng,
    /// The number of processes started so far.
    count: u32,
}

/// Runs some calls as concurrent operations and judges each when it ends.
///
/// # Errors
///
/// A rule was broken.
pub(super) fn run(world: &mut World<'_>, calls: Range<usize>) -> Result<(), Violation> {
    let first = calls.start;
    let mut running = 0;
    match Hosts::new(world, calls).and_then(|mut hosts| hosts.run(&mut running)) {
        Ok(()) => Ok(()),
        Err(words) => Err(Violation { step: first + running, words }),
    }
}

impl<'w, 's> Hosts<'w, 's> {
    fn new(world: &'w mut World<'s>, calls: Range<usize>) -> Result<Self, String> {
        let network = world.network.clone();
        network.service.clear_faults();
        network.refused.set(0);
        let mut flights: Vec<Flight<'s>> = Vec::new();
        let mut due = network.elapsed();
        for step in &world.schedule.steps[calls] {
            let Some(stepwise) = &step.stepwise else { continue };
            due +=
                Duration::from_secs(if flights.is_empty() { step.pause } else { step.pause % 30 });
            flights.push(Flight::new(step, stepwise, due));
        }
        let random = Rng::with_seed(flights.first().map_or(0, |flight| flight.stepwise.chance));
        let clock_error = network.clock_error();
        let other = world.configured()?;
        let fresh = world.configured()?;
        let connector = std::mem::replace(&mut world.connector, fresh);
        let mut processes = vec![Process { number: 1, connector, clock_error }];
        if flights.iter().any(|flight| flight.stepwise.elsewhere) {
            processes.push(Process { number: 2, connector: other, clock_error });
        }
        Ok(Self { world, processes, flights, random, count: 2 })
    }

    fn run(&mut self, running: &mut usize) -> Result<(), String> {
        while let Some(n) = self.next() {
            *running = n;
            self.world
                .network
                .pass(self.flights[n].due.saturating_sub(self.world.network.elapsed()));
            self.step(n)?;
            for n in 0..self.flights.len() {
                *running = n;
                self.judge(n)?;
            }
        }
        self.world.network.external.borrow_mut().clear();
        let kept = self.processes.swap_remove(0);
        self.world.network.set_clock_error(kept.clock_error);
        self.world.connector = kept.connector;
        if !self.processes.is_empty() {
            self.forget_requests();
        }
        Ok(())
    }

    /// The operation whose next step is due first.
    fn next(&self) -> Option<usize> {
        let open = (0..self.flights.len()).filter(|n| !self.flights[*n].has_ended());
        open.min_by_key(|n| self.flights[*n].due)
    }

    /// Judges an operation if this step ended it, or if it exceeds the limits.
    fn judge(&mut self, n: usize) -> Result<(), String> {
        let (flight, network) = (&mut self.flights[n], &self.world.network);
        let time = flight
            .before
            .as_ref()
            .map_or(Duration::ZERO, |before| network.elapsed().saturating_sub(before.time));
        if !flight.has_ended() && (flight.steps > MAX_STEPS || time > MAX_TIME) {
            return Err(format!(
                "does not end: {} steps, {time:?}, {:?}",
                flight.steps, flight.seen
            ));
        }
        if !flight.has_ended() || flight.is_judged {
            return Ok(());
        }
        flight.is_judged = true;
        let ledger = network.service.ledger();
        let report = flight.report(&ledger).ok_or("an operation without a beginning")?;
        judge::operation(&report, network, self.world.schedule, self.world.has_crashed).map_err(
            |words| {
                format!(
                    "{words}\nended {:?}\nkilled {:?} {:?}",
                    flight.outcome, flight.killed, flight.seen
                )
            },
        )?;
        if let Some(outcome) = &flight.outcome {
            self.world.stats.count(&flight.step, outcome.as_ref(), &flight.usage);
            self.world.stats.operations += 1;
            self.world.stats.steps += u64::from(flight.steps);
        }
        Ok(())
    }

    /// Ends a process. A new one takes over its operations.
    fn crash(&mut self, slot: usize, crash: &Crash, session: Option<String>) -> Result<(), String> {
        self.world.network.revive();
        self.world.stats.crashes += 1;
        let mut connector = self.world.configured()?;
        if let Some(session) = session.filter(|_| crash.restored) {
            connector.restore(&session).map_err(|error| format!("its own session: {error:?}"))?;
        }
        self.count += 1;
        let before = &self.processes[slot];
        let process = Process {
            number: self.count,
            connector,
            clock_error: before.clock_error + crash.clock_step,
        };
        let died = std::mem::replace(&mut self.processes[slot], process);
        let due = self.world.network.elapsed() + Duration::from_secs(crash.pause);
        for flight in
            self.flights.iter_mut().filter(|flight| flight.slot == slot && !flight.has_ended())
        {
            // The process took its remaining wait with it, so the next one may be early.
            flight.due = if self.random.bool() { due } else { flight.due.max(due) };
            if let Some(journal) = &mut flight.journal {
                journal.release(died.number);
                if !journal.own(self.count) {
                    return Err("the lock of a dead process stays".to_owned());
                }
            }
        }
        self.forget_requests();
        Ok(())
    }

    /// Marks all requests so far as ones whose time the connector cannot know.
    fn forget_requests(&mut self) {
        self.world.known = self.world.network.service.ledger().len();
        self.world.has_crashed = true;
    }

    fn host(&self) -> Host {
        self.world.schedule.host
    }
}

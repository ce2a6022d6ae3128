//! `simulate`: random calls with random faults against the stub's state machine, and what they came to.

use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use clap::Args;
use defender_connector::client::next;
use host_harness::simulation::{Row, Schedule, Tally, run, shrink};

use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::json::{self, Document};
use crate::cli::output::Output;
use crate::cli::progress::Progress;
use crate::cli::table::table;

/// Arguments of `simulate`.
#[derive(Debug, Args)]
pub(crate) struct Simulate {
    /// How many schedules to run
    #[arg(long, default_value_t = 10_000, value_name = "N")]
    seeds: u64,

    /// The seed of the first one; the others follow
    #[arg(long, default_value_t = 0, value_name = "SEED")]
    first: u64,
}

impl Simulate {
    /// Runs the command.
    pub(crate) fn run(self, output: &Output) -> Result<Exit, Failure> {
        let (tally, violations) = self.all();
        if output.is_json() {
            output.result(&document(&tally, &violations))?;
        } else {
            output.result(&text(&tally))?;
            output.note(&format!("{} schedules without a violation, {} with one", tally.schedules, violations.len()));
        }
        output.note(&format!(
            "{} of the calls were operations: {} steps, {} processes died, {} recoveries",
            tally.operations, tally.steps, tally.crashes, tally.recoveries
        ));
        if !violations.is_empty() {
            output.note(&format!("seeds with a violation: {:?}", &violations[..violations.len().min(20)]));
        }
        // One is enough to look at; the others have mostly the same cause.
        if let Some(seed) = violations.first()
            && let Some((least, violation)) = shrink(&Schedule::of(*seed), next)
        {
            output.note(&format!("seed {seed}: {violation}\n{least:#?}"));
        }
        Ok(if violations.is_empty() { Exit::Done } else { Exit::Failed })
    }

    /// What all schedules came to, and the seeds of those that broke a rule.
    fn all(&self) -> (Tally, Vec<u64>) {
        let progress = Progress::of_count("simulate", self.seeds);
        let counter = AtomicU64::new(0);
        let work = || {
            let (mut tally, mut violations) = (Tally::default(), Vec::new());
            loop {
                let n = counter.fetch_add(1, Ordering::Relaxed);
                if n >= self.seeds {
                    return (tally, violations);
                }
                let seed = self.first.wrapping_add(n);
                match run(seed, next) {
                    Ok(one) => tally.add(&one),
                    Err(_) => violations.push(seed),
                }
                progress.advance(1);
            }
        };
        let threads = thread::available_parallelism().map_or(1, usize::from);
        let (mut tally, mut violations) = (Tally::default(), Vec::new());
        thread::scope(|scope| {
            let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
            for worker in workers {
                // A panic in the connector is a finding too, but one that has been printed already.
                let (part, broken) = worker.join().unwrap_or_else(|_| (Tally::default(), vec![u64::MAX]));
                tally.add(&part);
                violations.extend(broken);
            }
        });
        violations.sort_unstable();
        (tally, violations)
    }
}

fn text(tally: &Tally) -> String {
    let row = |(action, row): (&&'static str, &Row)| {
        let name = (*action).to_owned();
        let [calls, succeeded, adopted, refused] =
            [row.calls, row.succeeded, row.adopted, row.refused].map(|n| n.to_string());
        let [unknown, ended_badly, requests, retries] =
            [row.unknown, row.ended_badly, row.requests, row.retries].map(|n| n.to_string());
        [name, calls, succeeded, adopted, refused, unknown, ended_badly, requests, retries]
    };
    let headings =
        ["ACTION", "CALLS", "SUCCEEDED", "ADOPTED", "NOT DONE", "UNKNOWN", "ENDED BADLY", "REQUESTS", "RETRIES"];
    table(headings, tally.rows.iter().map(row))
}

fn document(tally: &Tally, violations: &[u64]) -> String {
    let row = |(action, row): (&&str, &Row)| {
        Document::new()
            .member("action", action)
            .member("calls", row.calls)
            .member("succeeded", row.succeeded)
            .member("adopted", row.adopted)
            .member("notDone", row.refused)
            .member("unknown", row.unknown)
            .member("endedBadly", row.ended_badly)
            .member("requests", row.requests)
            .member("retries", row.retries)
            .finish()
    };
    Document::new()
        .member("schedules", tally.schedules)
        .member("violations", violations)
        .raw("actions", &json::list(tally.rows.iter().map(row)))
        .finish()
}

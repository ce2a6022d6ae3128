//! Makes thousands of random calls with random faults against the stub, and judges them:
//! `cargo run --release -p simulation`.

use std::io::{self, Write};
use std::process::ExitCode;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use clap::Parser;
use comfy_table::{Table, presets};
use defender_connector::client::decide_retry;
use serde_json::{Value, json};
use simulation::{Row, Schedule, Stats, run, shrink};

/// Makes thousands of random calls with random faults against the stub, and judges them.
#[derive(Debug, Parser)]
struct Arguments {
    /// How many schedules to run
    #[arg(long, default_value_t = 10_000, value_name = "N")]
    seeds: u64,

    /// The seed of the first one; the others follow
    #[arg(long, default_value_t = 0, value_name = "SEED")]
    first: u64,

    /// Print one JSON document on stdout
    #[arg(long)]
    json: bool,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let (stats, violations) = arguments.all();
    // If a stream is closed, there is nowhere to report the error.
    let _ = report(&stats, &violations, arguments.json);
    if violations.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn report(stats: &Stats, violations: &[u64], is_json: bool) -> io::Result<()> {
    let (mut out, mut notes) = (io::stdout(), io::stderr());
    if is_json {
        writeln!(out, "{}", document(stats, violations))?;
    } else {
        writeln!(out, "{}", table(stats))?;
    }
    writeln!(
        notes,
        "{} schedules without a violation, {} with one",
        stats.schedules,
        violations.len()
    )?;
    writeln!(
        notes,
        "{} of the calls were operations: {} steps, {} processes died, {} recoveries",
        stats.operations, stats.steps, stats.crashes, stats.recoveries
    )?;
    // One is enough to inspect; the others usually have the same cause.
    if let Some(seed) = violations.first() {
        writeln!(notes, "seeds with a violation: {:?}", &violations[..violations.len().min(20)])?;
        if let Some((least, violation)) = shrink(&Schedule::of(*seed), decide_retry) {
            writeln!(notes, "seed {seed}: {violation}\n{least:#?}")?;
        }
    }
    Ok(())
}

impl Arguments {
    /// The combined statistics of all schedules, and the seeds of those that broke a rule.
    fn all(&self) -> (Stats, Vec<u64>) {
        let counter = AtomicU64::new(0);
        let work = || {
            let (mut stats, mut violations) = (Stats::default(), Vec::new());
            loop {
                let n = counter.fetch_add(1, Ordering::Relaxed);
                if n >= self.seeds {
                    return (stats, violations);
                }
                let seed = self.first.wrapping_add(n);
                match run(seed, decide_retry) {
                    Ok(one) => stats.add(&one),
                    Err(_) => violations.push(seed),
                }
            }
        };
        let threads = thread::available_parallelism().map_or(1, usize::from);
        let (mut stats, mut violations) = (Stats::default(), Vec::new());
        thread::scope(|scope| {
            let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
            for worker in workers {
                // A panic in the connector is a finding too, but one that has been printed already.
                let (part, broken) =
                    worker.join().unwrap_or_else(|_| (Stats::default(), vec![u64::MAX]));
                stats.add(&part);
                violations.extend(broken);
            }
        });
        violations.sort_unstable();
        (stats, violations)
    }
}

fn table(stats: &Stats) -> String {
    let mut table = Table::new();
    table.load_preset(presets::NOTHING).set_header([
        "ACTION",
        "CALLS",
        "SUCCEEDED",
        "ADOPTED",
        "NOT DONE",
        "UNKNOWN",
        "ENDED BADLY",
        "REQUESTS",
        "RETRIES",
    ]);
    for (action, row) in &stats.rows {
        let numbers = [
            row.calls,
            row.succeeded,
            row.adopted,
            row.refused,
            row.unknown,
            row.ended_badly,
            row.requests,
            row.retries,
        ];
        let cells =
            [(*action).to_owned()].into_iter().chain(numbers.iter().map(ToString::to_string));
        table.add_row(cells);
    }
    table.trim_fmt()
}

fn document(stats: &Stats, violations: &[u64]) -> Value {
    let row = |(action, row): (&&str, &Row)| {
        json!({
            "action": action, "calls": row.calls, "succeeded": row.succeeded,
            "adopted": row.adopted,
            "notDone": row.refused, "unknown": row.unknown, "endedBadly": row.ended_badly,
            "requests": row.requests, "retries": row.retries,
        })
    };
    let actions: Vec<Value> = stats.rows.iter().map(row).collect();
    json!({ "schedules": stats.schedules, "violations": violations, "actions": actions })
}

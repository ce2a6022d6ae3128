//! Measures the cost of the sandbox, compared with the same work without it: `cargo run --release
//! -p bench`.
//!
//! `fixture` is the fixture (a stub on loopback and a host), `native` sends the same requests
//! without a sandbox, `sample` has the statistics, and `row` is a row of the table. Every other
//! module of `figures` provides one or two measurements.

mod figures;

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, ValueEnum};
use comfy_table::{Table, presets};
use serde_json::json;

use figures::{Failed, Measure, Row, SampleSize, Verdict};

/// Measures the cost of the sandbox, compared with the same work without it.
#[derive(Debug, Parser)]
struct Arguments {
    /// What to measure [default: everything except the peers]
    #[arg(value_name = "FIGURE")]
    figures: Vec<Measure>,

    /// Run a tenth of the repetitions
    #[arg(long)]
    quick: bool,

    /// Also measure axios in Node and requests in Python, installed into this folder; needs node,
    /// npm and python3
    #[arg(long, value_name = "DIR")]
    peers: Option<PathBuf>,

    /// The command line whose start is measured [default: the one next to this program]
    #[arg(long, value_name = "FILE")]
    defenderctl: Option<PathBuf>,

    /// Print one JSON document on stdout
    #[arg(long)]
    json: bool,
}

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match arguments.run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            // If stderr is closed, there is nowhere left to report to.
            let _ = writeln!(std::io::stderr(), "error: {problem}");
            ExitCode::FAILURE
        }
    }
}

impl Arguments {
    async fn run(self) -> Result<(), Failed> {
        let mut stderr = std::io::stderr();
        if cfg!(debug_assertions) {
            writeln!(
                stderr,
                "warning: this is no release build: run `cargo run --release -p bench`"
            )?;
        }
        let sample_size = SampleSize { quick: self.quick };
        let mut rows = Vec::new();
        for figure in self.wanted()? {
            writeln!(stderr, "{} …", name(figure))?;
            // Runs on a worker of the runtime, as a server's requests would, not on the main
            // thread.
            let measured = tokio::spawn(figure.rows(
                sample_size,
                self.peers.clone(),
                self.defenderctl.clone(),
            ))
            .await;
            let failed = |error| format!("`{}` could not be measured: {error}", name(figure));
            rows.extend(measured.map_err(Into::into).flatten().map_err(failed)?);
        }
        let text = if self.json { document(&rows, sample_size) } else { table(&rows) };
        writeln!(std::io::stdout(), "{text}")?;
        writeln!(stderr, "{}", machine())?;
        Ok(())
    }

    fn wanted(&self) -> Result<Vec<Measure>, Failed> {
        if self.peers.is_none() && self.figures.contains(&Measure::Peers) {
            return Err("`peers` needs a folder to install them into: add `--peers DIR`".into());
        }
        let all = || Measure::value_variants().iter().copied();
        let wanted = |figure: &Measure| match figure {
            Measure::Peers => self.peers.is_some(),
            _ => self.figures.is_empty() || self.figures.contains(figure),
        };
        Ok(all().filter(wanted).collect())
    }
}

fn name(figure: Measure) -> String {
    figure.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
}

/// Describes the machine that the measurements depend on.
fn machine() -> String {
    let processors = std::thread::available_parallelism().map_or(1, usize::from);
    let build = if cfg!(debug_assertions) { "development" } else { "release" };
    format!(
        "{processors} processors, {} {}, {build} build",
        std::env::consts::OS,
        std::env::consts::ARCH
    )
}

fn table(rows: &[Row]) -> String {
    let mut table = Table::new();
    table.load_preset(presets::NOTHING).set_header(["FIGURE", "MEASURED", "TARGET", "VERDICT"]);
    for row in rows {
        table.add_row([&row.figure, &row.measured, &row.target, row.verdict.word()]);
    }
    table.trim_fmt()
}

fn document(rows: &[Row], sample_size: SampleSize) -> String {
    let row = |row: &Row| {
        let samples = row.samples.iter().map(|(name, sample)| {
            let micros = |percent| sample.percentile(percent).as_secs_f64() * 1e6;
            json!({
                "name": name, "count": sample.count(), "minMicros": micros(0),
                "p50Micros": micros(50),
                "p90Micros": micros(90), "p99Micros": micros(99), "maxMicros": micros(100),
            })
        });
        let met = match row.verdict {
            Verdict::Met => Some(true),
            Verdict::Missed => Some(false),
            Verdict::None => None,
        };
        json!({
            "figure": row.figure, "measured": row.measured, "target": row.target, "met": met,
            "samples": samples.collect::<Vec<_>>(),
        })
    };
    let rows: Vec<_> = rows.iter().map(row).collect();
    json!({ "machine": machine(), "quick": sample_size.quick, "rows": rows }).to_string()
}

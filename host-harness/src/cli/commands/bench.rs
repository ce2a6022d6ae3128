//! `bench`: what the sandbox costs, beside the same work without it.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::bench::{Effort, Measure, Row, Verdict};
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::json::{self, Document};
use crate::cli::output::Output;
use crate::cli::progress::Progress;
use crate::cli::table::table;

/// Arguments of `bench`.
#[derive(Debug, Args)]
pub(crate) struct Bench {
    /// What to measure; everything but the peers if not said
    #[arg(value_name = "FIGURE")]
    figures: Vec<Measure>,

    /// A tenth of the repetitions
    #[arg(long)]
    quick: bool,

    /// Measure axios in Node and requests in Python too, and install them into this folder; needs node, npm and python3
    #[arg(long, value_name = "DIR")]
    peers: Option<PathBuf>,
}

impl Bench {
    /// Runs the command. A figure that misses its target is a result, not a failure.
    pub(crate) async fn run(self, output: &Output) -> Result<Exit, Failure> {
        if cfg!(debug_assertions) {
            output.warning("this is no release build: run `cargo run --release -p host-harness -- bench`");
        }
        let effort = Effort { quick: self.quick };
        let mut rows = Vec::new();
        for figure in self.wanted()? {
            let _progress = Progress::of(&name(figure));
            // Where a server's requests are served: on a worker of the runtime, not on the main thread.
            let measured = tokio::spawn(figure.rows(effort, self.peers.clone())).await;
            let failed = |error| Failure::local(format!("`{}` could not be measured: {error}", name(figure)));
            rows.extend(measured.map_err(Into::into).flatten().map_err(failed)?);
        }
        if output.is_json() {
            output.result(&document(&rows, effort))?;
        } else {
            output.result(&text(&rows))?;
            output.note(&machine());
        }
        Ok(Exit::Done)
    }

    fn wanted(&self) -> Result<Vec<Measure>, Failure> {
        if self.peers.is_none() && self.figures.contains(&Measure::Peers) {
            return Err(Failure::settings("`peers` needs a folder to install them into: add `--peers DIR`"));
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

/// What the figures depend on.
fn machine() -> String {
    let processors = std::thread::available_parallelism().map_or(1, usize::from);
    let build = if cfg!(debug_assertions) { "development" } else { "release" };
    format!("{processors} processors, {} {}, {build} build", std::env::consts::OS, std::env::consts::ARCH)
}

fn text(rows: &[Row]) -> String {
    let row = |row: &Row| [row.figure.clone(), row.measured.clone(), row.target.clone(), row.verdict.word().to_owned()];
    table(["FIGURE", "MEASURED", "TARGET", "VERDICT"], rows.iter().map(row))
}

fn document(rows: &[Row], effort: Effort) -> String {
    let row = |row: &Row| {
        let samples = row.samples.iter().map(|(name, sample)| {
            let micros = |percent| sample.percentile(percent).as_secs_f64() * 1e6;
            Document::new()
                .member("name", name)
                .member("count", sample.count())
                .member("minMicros", micros(0))
                .member("p50Micros", micros(50))
                .member("p90Micros", micros(90))
                .member("p99Micros", micros(99))
                .member("maxMicros", micros(100))
                .finish()
        });
        let met = match row.verdict {
            Verdict::Met => Some(true),
            Verdict::Missed => Some(false),
            Verdict::None => None,
        };
        Document::new()
            .member("figure", &row.figure)
            .member("measured", &row.measured)
            .member("target", Some(&row.target).filter(|target| !target.is_empty()))
            .member("met", met)
            .raw("samples", &json::list(samples))
            .finish()
    };
    Document::new()
        .member("machine", machine())
        .member("quick", effort.quick)
        .raw("rows", &json::list(rows.iter().map(row)))
        .finish()
}

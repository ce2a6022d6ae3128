//! The measurements, one or two per module.

mod connections;
mod fixture;
mod hosts;
mod instances;
mod latency;
mod list;
mod native;
mod neighbours;
mod peers;
mod row;
mod sample;
mod size;
mod start;
mod throughput;

pub(crate) use row::{Row, Verdict};

use std::path::PathBuf;

use clap::ValueEnum;

/// Why a measurement failed.
pub(crate) type Failed = Box<dyn std::error::Error + Send + Sync>;

/// The available measurements, in the order of the table.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(crate) enum Measure {
    /// Latency of a warm call, over TLS and plain TCP, compared with the same native request
    Latency,
    /// The same compared with axios in Node and requests in Python
    Peers,
    /// Time to create an instance
    Instantiate,
    /// Time from process start to the first result
    Start,
    /// Memory of an idle connector
    Memory,
    /// Connections opened for many connectors
    Connections,
    /// A list of 10,000 machines
    List,
    /// Many concurrent connectors
    Throughput,
    /// Calls beside a hostile connector
    Neighbours,
    /// Size of the component
    Size,
    /// Requests needed to isolate and follow many hosts
    Hosts,
}

/// The number of repetitions.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SampleSize {
    /// Runs a tenth of the repetitions, for a quick look rather than for the record.
    pub(crate) quick: bool,
}

impl SampleSize {
    /// Returns the number of repetitions: `full`, or a tenth of it.
    pub(crate) fn times(self, full: usize) -> usize {
        if self.quick { (full / 10).max(1) } else { full }
    }
}

impl Measure {
    /// Runs the measurement. The peers are installed into `peers`; the command line is this program
    /// or the given one.
    pub(crate) async fn rows(
        self,
        sample_size: SampleSize,
        peers: Option<PathBuf>,
        defenderctl: Option<PathBuf>,
    ) -> Result<Vec<Row>, Failed> {
        match self {
            Self::Latency => latency::rows(sample_size).await,
            Self::Peers => peers::rows(sample_size, peers.unwrap_or_default()).await,
            Self::Instantiate => instances::making(sample_size).await,
            Self::Start => start::rows(sample_size, defenderctl).await,
            Self::Memory => instances::memory(sample_size).await,
            Self::Connections => connections::rows().await,
            Self::List => list::rows(sample_size).await,
            Self::Throughput => throughput::rows(sample_size).await,
            Self::Neighbours => neighbours::rows(sample_size).await,
            Self::Size => size::rows(),
            Self::Hosts => hosts::rows(sample_size).await,
        }
    }
}

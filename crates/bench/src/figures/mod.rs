//! The figures, one or two a module.

mod connections;
mod hosts;
mod instances;
mod latency;
mod list;
mod native;
mod peers;
mod place;
mod row;
mod sample;
mod size;
mod start;
mod throughput;

pub(crate) use row::{Row, Verdict};

use std::path::PathBuf;

use clap::ValueEnum;

/// Why a figure could not be taken.
pub(crate) type Failed = Box<dyn std::error::Error + Send + Sync>;

/// What can be measured, in the order of the table.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(crate) enum Measure {
    /// A warm call, by TLS and plain, against the same request made natively
    Latency,
    /// The same against axios in Node and requests in Python
    Peers,
    /// Making an instance
    Instantiate,
    /// From the start of the process to the first result
    Start,
    /// Memory of an idle connector
    Memory,
    /// Connections opened for many connectors
    Connections,
    /// A list of 10,000 machines
    List,
    /// Many connectors at once
    Throughput,
    /// Size of the component
    Size,
    /// Requests for isolating and following many hosts
    Hosts,
}

/// How much to measure.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Effort {
    /// A tenth of the repetitions: for a look, not for a record.
    pub(crate) quick: bool,
}

impl Effort {
    /// So many repetitions, or a tenth of them.
    pub(crate) fn times(self, full: usize) -> usize {
        if self.quick { (full / 10).max(1) } else { full }
    }
}

impl Measure {
    /// Takes the figures; the peers are installed into a folder, and the command line is this program or the one beside us.
    pub(crate) async fn rows(
        self,
        effort: Effort,
        peers: Option<PathBuf>,
        defenderctl: Option<PathBuf>,
    ) -> Result<Vec<Row>, Failed> {
        match self {
            Self::Latency => latency::rows(effort).await,
            Self::Peers => peers::rows(effort, peers.unwrap_or_default()).await,
            Self::Instantiate => instances::making(effort).await,
            Self::Start => start::rows(effort, defenderctl).await,
            Self::Memory => instances::memory(effort).await,
            Self::Connections => connections::rows().await,
            Self::List => list::rows(effort).await,
            Self::Throughput => throughput::rows(effort).await,
            Self::Size => size::rows(),
            Self::Hosts => hosts::rows(effort).await,
        }
    }
}

//! Resource limits of an instance, and the limiter that enforces them.

mod compile;
mod download;

use std::time::Duration;

use wasmtime::ResourceLimiter;

pub use compile::{CompileLimit, CompileLimits};
pub use download::DownloadLimit;

/// Resource limits. Each applies to one instance unless noted otherwise; a new instance starts from
/// zero.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Limits {
    /// Linear memory, summed over all memories of the instance. 256 MiB: a page of 10,000 machines
    /// is about 15 MB as text and a few times that when parsed. It also bounds what one call may
    /// copy out of an instance, even if the same memory is referenced repeatedly.
    pub memory_bytes: usize,
    /// Elements of each table. 20,000: tables hold functions, and the component has a few hundred.
    pub table_elements: usize,
    /// Core instances, memories and tables, each. 32: a component built with Rust's std consists of
    /// about ten.
    pub instances: usize,
    /// Instances of one host that use preallocated pool slots. 1,000: each reserves 4 GiB of
    /// address space but no memory, and address space runs out at about 30,000. Further instances
    /// are allocated on demand, a few microseconds slower each; 0 disables the pool.
    pub pooled_instances: u32,
    /// Concurrent calls of one connector, each on its own instance, created when first needed. 4: a
    /// service that allows a hundred calls a minute is busy with one.
    pub parallel_calls: usize,
    /// Open handles (requests, bodies, streams, timers). 1,000: the connector holds about ten at a
    /// time.
    pub handles: usize,
    /// Requests in progress, until their responses are read or dropped. 64: the connector has one,
    /// and one for each file being read.
    pub requests: usize,
    /// Wall-clock time for one call, including waiting. 600 s: isolating a machine takes the
    /// service minutes; raise it for actions that wait longer.
    pub call_time: Duration,
    /// CPU time for one call. 30 s: the largest page parses in well under one.
    pub compute_time: Duration,
    /// Time that reading one file may take, all reads together. 6 h: time for 3 GiB at 150 KB/s.
    pub download_time: Duration,
    /// Bytes of a file that must come in a second, on average over
    /// [`download_window`](Self::download_window). 1 KiB: a sender that gives less only holds its
    /// place.
    pub download_rate: u64,
    /// Over how much time of reading the rate of a file is averaged. 60 s.
    pub download_window: Duration,
    /// How often a computing instance yields and its time is checked. 10 ms: coarse enough to cost
    /// nothing.
    pub tick: Duration,
    /// How much of the instance's most recent stderr output is kept. 16 KiB: a panic message and
    /// its context.
    pub stderr_bytes: usize,
    /// Host memory that one set of header fields may use. 128 KiB, the runtime's own default.
    pub header_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            memory_bytes: 256 << 20,
            table_elements: 20_000,
            instances: 32,
            pooled_instances: 1_000,
            parallel_calls: 4,
            handles: 1_000,
            requests: 64,
            call_time: Duration::from_secs(600),
            compute_time: Duration::from_secs(30),
            download_time: Duration::from_secs(6 * 3600),
            download_rate: 1 << 10,
            download_window: Duration::from_secs(60),
            tick: Duration::from_millis(10),
            stderr_bytes: 16 << 10,
            header_bytes: 128 << 10,
        }
    }
}

/// Tracks the memory of one instance.
#[derive(Debug)]
pub(crate) struct Accountant {
    memory_bytes: usize,
    table_elements: usize,
    instances: usize,
    used_bytes: usize,
    refused: bool,
}

impl Accountant {
    pub(crate) fn new(limits: &Limits) -> Self {
        Self {
            memory_bytes: limits.memory_bytes,
            table_elements: limits.table_elements,
            instances: limits.instances,
            used_bytes: 0,
            refused: false,
        }
    }

    /// Whether an allocation was ever refused: a later trap is then attributed to the memory limit,
    /// which the trap itself does not say.
    pub(crate) fn has_refused(&self) -> bool {
        self.refused
    }
}

impl ResourceLimiter for Accountant {
    fn memory_growing(
        &mut self,
        current: usize,
        desired: usize,
        _maximum: Option<usize>,
    ) -> wasmtime::Result<bool> {
        let grown = self.used_bytes.saturating_add(desired.saturating_sub(current));
        let granted = grown <= self.memory_bytes;
        if granted {
            self.used_bytes = grown;
        } else {
            self.refused = true;
        }
        Ok(granted)
    }

    fn table_growing(
        &mut self,
        _current: usize,
        desired: usize,
        _maximum: Option<usize>,
    ) -> wasmtime::Result<bool> {
        Ok(desired <= self.table_elements)
    }

    fn instances(&self) -> usize {
        self.instances
    }

    fn tables(&self) -> usize {
        self.instances
    }

    fn memories(&self) -> usize {
        self.instances
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memories_share_one_limit_and_a_refusal_is_remembered() {
        let limits = Limits { memory_bytes: 3 << 16, ..Limits::default() };
        let mut accountant = Accountant::new(&limits);
        assert!(accountant.memory_growing(0, 2 << 16, None).unwrap());
        assert!(accountant.memory_growing(0, 1 << 16, None).unwrap());
        assert!(!accountant.has_refused());
        assert!(!accountant.memory_growing(1 << 16, 2 << 16, None).unwrap());
        assert!(accountant.has_refused());
    }

    #[test]
    fn a_table_grows_to_its_limit_and_not_beyond() {
        let limits = Limits { table_elements: 10, ..Limits::default() };
        let mut accountant = Accountant::new(&limits);
        assert!(accountant.table_growing(0, 10, None).unwrap());
        assert!(!accountant.table_growing(10, 11, None).unwrap());
        assert!(!accountant.table_growing(0, usize::MAX, None).unwrap());
        assert!(!accountant.has_refused(), "that was no memory");
    }
}

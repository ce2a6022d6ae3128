//! What an instance may use of this machine, and the accountant who enforces it.

use std::time::Duration;

use wasmtime::ResourceLimiter;

/// What an instance may use. Every limit holds for one instance unless it says otherwise; a new instance starts afresh.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Limits {
    /// Linear memory, all memories of the instance together. 256 MiB: a page of 10,000 machines is about 15 MB as text and a
    /// few times that when parsed. No more than that comes out of an instance in one call either, however often the same memory
    /// is named in it.
    pub memory_bytes: usize,
    /// Elements of each table. 20,000: tables hold functions, and the component has a few hundred.
    pub table_elements: usize,
    /// Core instances, memories and tables, each. 32: a component of Rust's std is made of about ten.
    pub instances: usize,
    /// Instances of one host that get their memory from places reserved for them. 1,000: each takes 4 GiB of addresses, no
    /// memory, and addresses run out at about 30,000. More instances are made without a place, for some microseconds each; 0
    /// reserves none.
    pub pooled_instances: u32,
    /// Calls that one connector serves side by side, each by an instance of its own that is made when it is needed first. 4: a
    /// service that allows a hundred calls a minute is busy with one.
    pub parallel_calls: usize,
    /// Open handles (requests, bodies, streams, timers). 1,000: the connector holds about ten at a time.
    pub handles: usize,
    /// Requests under way, until their answers are read or given up. 64: the connector has one, and one for each file being read.
    pub requests: usize,
    /// Time on the wall for one call, waiting included. 600 s: the service takes minutes to isolate a machine; raise it for
    /// actions that wait longer.
    pub call_time: Duration,
    /// Time for one call in which the instance computes rather than waits. 30 s: the biggest page parses in well under one.
    pub compute_time: Duration,
    /// How often a computing instance gives way to others and has its time looked at. 10 ms: coarse enough to cost nothing.
    pub tick: Duration,
    /// How much of what the instance writes to stderr is kept, the latest counting. 16 KiB: a panic's message and its surroundings.
    pub stderr_bytes: usize,
    /// Memory of the host that one set of header fields may take. 128 KiB, the runtime's own default.
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
            tick: Duration::from_millis(10),
            stderr_bytes: 16 << 10,
            header_bytes: 128 << 10,
        }
    }
}

/// Keeps the books of one instance's memory.
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

    /// Whether memory was ever refused: a trap after that is for want of memory, which the trap itself does not tell.
    pub(crate) fn has_refused(&self) -> bool {
        self.refused
    }
}

impl ResourceLimiter for Accountant {
    fn memory_growing(&mut self, current: usize, desired: usize, _maximum: Option<usize>) -> wasmtime::Result<bool> {
        let grown = self.used_bytes.saturating_add(desired.saturating_sub(current));
        let granted = grown <= self.memory_bytes;
        if granted {
            self.used_bytes = grown;
        } else {
            self.refused = true;
        }
        Ok(granted)
    }

    fn table_growing(&mut self, _current: usize, desired: usize, _maximum: Option<usize>) -> wasmtime::Result<bool> {
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

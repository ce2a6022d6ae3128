//! Faults: what can go wrong between a request and its answer, per route and per count.

use serde::Deserialize;

use super::fault_kind::FaultKind;

/// One fault: where it strikes, how often, and what it does.
///
/// ```
/// use host_harness::stub::{Fault, FaultKind};
/// let second_poll_loses_its_token = Fault::new("GET /api/machineactions/{id}", FaultKind::Unauthorized).skip(1);
/// ```
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Fault {
    /// The requests it fits, as `METHOD /path/{placeholder}`; see [`Template`](super::Template).
    pub on: String,
    /// How many fitting requests pass unharmed first.
    #[serde(default)]
    pub skip: u32,
    /// How many requests it strikes after that.
    #[serde(default = "once")]
    pub times: u32,
    /// Whether the request is carried out although the answer does not say so.
    #[serde(default)]
    pub carried_out: bool,
    /// What it does.
    pub kind: FaultKind,
}

impl Fault {
    /// A fault that strikes the first fitting request.
    pub fn new(on: impl Into<String>, kind: FaultKind) -> Self {
        Self { on: on.into(), skip: 0, times: once(), carried_out: false, kind }
    }

    /// The same fault, striking this many requests.
    #[must_use]
    pub fn times(mut self, times: u32) -> Self {
        self.times = times;
        self
    }

    /// The same fault, striking every fitting request.
    #[must_use]
    pub fn always(self) -> Self {
        self.times(u32::MAX)
    }

    /// The same fault, after this many fitting requests have passed unharmed.
    #[must_use]
    pub fn skip(mut self, skip: u32) -> Self {
        self.skip = skip;
        self
    }

    /// The same fault, on a request that is carried out all the same: a gateway that loses the answer.
    #[must_use]
    pub fn carried_out(mut self) -> Self {
        self.carried_out = true;
        self
    }
}

fn once() -> u32 {
    1
}

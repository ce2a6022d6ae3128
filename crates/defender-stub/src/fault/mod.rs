//! Faults: what can go wrong between a request and its response, by route and by count.

mod forms;
mod kind;
mod names;
mod plan;

use std::fmt;

use serde::Deserialize;

pub use self::forms::{DateForm, GatewayPage};
pub use self::kind::FaultKind;
pub(crate) use self::plan::FaultPlan;

/// One fault: where it strikes, how often, and what it does.
///
/// ```
/// use defender_stub::{Fault, FaultKind};
/// let second_poll_loses_its_token = Fault::new("GET /api/machineactions/{id}", FaultKind::Unauthorized).skip(1);
/// ```
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[cfg_attr(
    feature = "schema",
    schemars(description = "One fault: which requests it strikes, how often, and what it does.")
)]
pub struct Fault {
    /// Which requests it fits, as `METHOD /path/{placeholder}`. `*` as the method or as the last
    /// segment fits anything.
    pub on: String,
    /// How many fitting requests pass unharmed before it strikes.
    #[serde(default)]
    pub skip: u32,
    /// How many requests it strikes after that.
    #[serde(default = "once")]
    pub times: u32,
    /// Whether the service carries out the request although its response is replaced.
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

    /// The same fault, on a request that is carried out all the same: a gateway that loses the
    /// answer.
    #[must_use]
    pub fn carried_out(mut self) -> Self {
        self.carried_out = true;
        self
    }
}

/// What it does and to which requests: `resetAfter on POST /api/machines/{id}/isolate (skip 1)`.
impl fmt::Display for Fault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} on {}", self.kind.name(), self.on)?;
        match self.skip {
            0 => Ok(()),
            skip => write!(formatter, " (skip {skip})"),
        }
    }
}

fn once() -> u32 {
    1
}

//! A row of the results table.

use super::sample::Sample;

/// A measurement with its target.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    /// What was measured.
    pub(crate) figure: String,
    /// The result, with its unit.
    pub(crate) measured: String,
    /// The target; empty for a figure that only provides context.
    pub(crate) target: String,
    /// Whether the target is met.
    pub(crate) verdict: Verdict,
    /// The underlying measurements, by name.
    pub(crate) samples: Vec<(&'static str, Sample)>,
}

/// Whether a measurement meets its target.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Verdict {
    Met,
    Missed,
    /// No target is set.
    None,
}

impl Row {
    /// Creates a row without a target.
    pub(crate) fn new(figure: impl Into<String>, measured: impl Into<String>) -> Self {
        Self {
            figure: figure.into(),
            measured: measured.into(),
            target: String::new(),
            verdict: Verdict::None,
            samples: Vec::new(),
        }
    }

    /// Sets the target and whether it is met.
    pub(crate) fn target(mut self, target: impl Into<String>, met: bool) -> Self {
        self.target = target.into();
        self.verdict = if met { Verdict::Met } else { Verdict::Missed };
        self
    }

    /// Adds the underlying measurements.
    pub(crate) fn sample(mut self, name: &'static str, sample: &Sample) -> Self {
        self.samples.push((name, sample.clone()));
        self
    }
}

impl Verdict {
    /// Returns the verdict as one word.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Met => "met",
            Self::Missed => "missed",
            Self::None => "",
        }
    }
}

//! One line of the table.

use super::sample::Sample;

/// One figure, with what it should be.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    /// What was measured.
    pub(crate) figure: String,
    /// What it came to, with its unit.
    pub(crate) measured: String,
    /// What it should be; empty for a figure that only helps to read others.
    pub(crate) target: String,
    /// Whether it is.
    pub(crate) verdict: Verdict,
    /// The measurements behind it, by name.
    pub(crate) samples: Vec<(&'static str, Sample)>,
}

/// Whether a figure is what it should be.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Verdict {
    Met,
    Missed,
    /// There is no target.
    None,
}

impl Row {
    /// A figure without a target.
    pub(crate) fn new(figure: impl Into<String>, measured: impl Into<String>) -> Self {
        Self {
            figure: figure.into(),
            measured: measured.into(),
            target: String::new(),
            verdict: Verdict::None,
            samples: Vec::new(),
        }
    }

    /// What it should be, and whether it is.
    pub(crate) fn target(mut self, target: impl Into<String>, met: bool) -> Self {
        self.target = target.into();
        self.verdict = if met { Verdict::Met } else { Verdict::Missed };
        self
    }

    /// Adds measurements.
    pub(crate) fn sample(mut self, name: &'static str, sample: &Sample) -> Self {
        self.samples.push((name, sample.clone()));
        self
    }
}

impl Verdict {
    /// In a word.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Met => "met",
            Self::Missed => "missed",
            Self::None => "",
        }
    }
}

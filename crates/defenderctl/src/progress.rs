//! Signs of life while a call takes its time. Drawn on stderr, and only where that is a terminal.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Fast enough to look alive, slow enough for a remote terminal.
const TICK: Duration = Duration::from_millis(120);

/// A line that turns while work goes on, with the time it takes. It vanishes when dropped.
pub(crate) struct Progress(ProgressBar);

impl Progress {
    /// Work of unknown length.
    pub(crate) fn of(label: &str) -> Self {
        Self::start(ProgressBar::no_length(), "{spinner} {msg} {elapsed}", label)
    }

    /// A call that tells how far it is, in words of its own.
    pub(crate) fn of_watch(label: &str) -> Self {
        Self::start(ProgressBar::no_length(), "{spinner} {wide_msg}", label)
    }

    /// A transfer of this number of bytes, if known.
    pub(crate) fn of_bytes(label: &str, total: Option<u64>) -> Self {
        match total {
            Some(total) => Self::start(
                ProgressBar::new(total),
                "{spinner} {msg} {bar:30} {bytes}/{total_bytes} {eta}",
                label,
            ),
            None => {
                Self::start(ProgressBar::no_length(), "{spinner} {msg} {bytes} {elapsed}", label)
            }
        }
    }

    fn start(bar: ProgressBar, template: &str, label: &str) -> Self {
        bar.set_draw_target(ProgressDrawTarget::stderr());
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        bar.set_message(super::style::clean(label));
        bar.enable_steady_tick(TICK);
        Self(bar)
    }

    /// How far it is.
    pub(crate) fn say(&self, words: &str) {
        self.0.set_message(super::style::clean(words));
    }

    /// Leaves a line behind, above the one that changes.
    pub(crate) fn note(&self, words: &str) {
        self.0.println(super::style::clean(words));
    }

    /// Takes the line away while something else is printed.
    pub(crate) fn suspended<T>(&self, print: impl FnOnce() -> T) -> T {
        self.0.suspend(print)
    }

    /// Counts bytes that arrived.
    pub(crate) fn advance(&self, bytes: u64) {
        self.0.inc(bytes);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}

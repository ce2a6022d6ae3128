//! Where words go: results to stdout, everything else to stderr.

use std::borrow::Cow;
use std::io::{self, ErrorKind, IsTerminal, Write};

use time::OffsetDateTime;

use super::explain;
use super::failure::Failure;
use super::json;
use super::style::{BAD, CARE, clean, clean_json, clean_line, has_colour, paint};
use super::wrap::{hanging, stdout_width};

/// The two streams of a command.
pub(crate) struct Output {
    json: bool,
}

impl Output {
    /// Results as one JSON document, or as text.
    pub(crate) fn new(json: bool) -> Self {
        Self { json }
    }

    /// Whether results are JSON.
    pub(crate) fn is_json(&self) -> bool {
        self.json
    }

    /// Whether text on stdout may have colour.
    pub(crate) fn has_colour(&self) -> bool {
        has_colour(&io::stdout())
    }

    /// Prints a result. A reader that has gone away is no failure: `defenderctl … | head` ends
    /// quietly.
    ///
    /// # Errors
    /// If stdout cannot be written to.
    pub(crate) fn result(&self, text: &str) -> Result<(), Failure> {
        self.raw(&format!("{text}\n"))
    }

    /// Prints a result that ends as it should end.
    ///
    /// # Errors
    /// If stdout cannot be written to.
    pub(crate) fn raw(&self, text: &str) -> Result<(), Failure> {
        let mut stdout = io::stdout().lock();
        let text = if self.json { clean_json(text) } else { Cow::from(text) };
        match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
            Err(error) if error.kind() != ErrorKind::BrokenPipe => {
                Err(Failure::local(format!("stdout could not be written: {error}")))
            }
            _ => Ok(()),
        }
    }

    /// Says something that is not the result.
    pub(crate) fn note(&self, text: &str) {
        // Nothing is left to tell it to if stderr is closed.
        let _ = writeln!(io::stderr(), "{}", clean(text));
    }

    /// Says something that the operator should change.
    pub(crate) fn warning(&self, text: &str) {
        let label = paint("warning:", CARE, has_colour(&io::stderr()));
        let _ = writeln!(io::stderr(), "{label} {}", clean(text));
    }

    /// Says what a plugin would have known about its success, each on one line: the words may be a
    /// machine's.
    pub(crate) fn warnings<'w>(&self, messages: impl IntoIterator<Item = &'w str>) {
        messages.into_iter().for_each(|message| self.warning(&clean_line(message)));
    }

    /// Tells why the command failed: on stderr, and with `--json` as the document on stdout too,
    /// unless that has its one already.
    pub(crate) fn failure(&self, connector_id: Option<&str>, failure: &Failure) {
        if self.json && !failure.is_beside_the_result() {
            self.document(connector_id, failure);
        }
        self.explain(failure);
    }

    /// Tells why something failed, as the document on stdout alone.
    pub(crate) fn document(&self, connector_id: Option<&str>, failure: &Failure) {
        let document =
            json::error_document(connector_id, failure.error(), OffsetDateTime::now_utc());
        // The failure being reported matters more than a stdout that is full.
        let _ = self.result(&document);
    }

    /// Tells why something failed, on stderr alone.
    pub(crate) fn explain(&self, failure: &Failure) {
        let (message, lines) = explain::lines(failure, OffsetDateTime::now_utc());
        let label = paint("error:", BAD, has_colour(&io::stderr()));
        let width = stdout_width().filter(|_| io::stderr().is_terminal());
        let _ = writeln!(
            io::stderr(),
            "{label} {}",
            hanging(&clean(&message), "error: ".len(), 2, width)
        );
        lines.iter().for_each(|line| self.note(line));
    }
}

//! The binary on a terminal, at which a user types.

use std::process::Stdio;

use rexpect::process::WaitStatus;
use rexpect::reader::Options;
use rexpect::session::{PtySession, spawn_with_options};

use crate::run::Call;

/// As for a command without a terminal.
const PATIENCE_MS: u64 = 120_000;

impl Call {
    /// Starts it with a terminal for stdin, stdout and stderr. Colours are left out of what it
    /// shows.
    pub(crate) fn on_a_terminal(mut self) -> Terminal {
        self.command.stdin(Stdio::inherit()).stdout(Stdio::inherit()).stderr(Stdio::inherit());
        let options = Options::new().timeout_ms(Some(PATIENCE_MS)).strip_ansi_escape_codes(true);
        Terminal(spawn_with_options(self.command, options).expect("a terminal"))
    }
}

/// A terminal at which the binary runs.
pub(crate) struct Terminal(PtySession);

impl Terminal {
    /// What is shown before this text, which must come.
    pub(crate) fn shows(&mut self, text: &str) -> String {
        self.0.exp_string(text).unwrap_or_else(|error| panic!("`{text}` is not shown: {error}"))
    }

    /// Types a line.
    pub(crate) fn types(&mut self, line: &str) {
        self.0.send_line(line).expect("a reader");
    }

    /// Types Ctrl-C.
    pub(crate) fn interrupts(&mut self) {
        self.0.send_control('c').expect("a reader");
    }

    /// Types Ctrl-D: the end of the input.
    pub(crate) fn ends_input(&mut self) {
        self.0.send_control('d').expect("a reader");
    }

    /// What is shown until the end, which must be this exit status.
    pub(crate) fn ends(mut self, code: i32) -> String {
        let shown = self.0.exp_eof().expect("an end");
        match self.0.process().wait().expect("a child") {
            WaitStatus::Exited(_, status) => assert_eq!(status, code, "{shown}"),
            other => panic!("{other:?}: {shown}"),
        }
        shown
    }
}

//! The terminal that the program was started from, whatever its standard streams are redirected to.

use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, BufReader, Write};

use crate::style::{CARE, clean, has_colour, paint};

/// A terminal at which a question can be asked and answered.
pub(crate) struct Terminal {
    input: BufReader<File>,
    output: File,
}

impl Terminal {
    /// Opens it; `None` without a terminal, or if this process may not read from it: a background
    /// job that tries is stopped.
    pub(crate) fn open() -> Option<Self> {
        let (input, output) = open().ok()?;
        is_in_foreground(&input).then(|| Self { input: BufReader::new(input), output })
    }

    /// Shows a line.
    pub(crate) fn say(&mut self, line: &str) {
        // If it can't be shown, neither can the question, which says so.
        let _ = writeln!(self.output, "{}", clean(line));
    }

    /// Shows a line that is to be noticed.
    pub(crate) fn warn(&mut self, line: &str) {
        let line = paint(&clean(line), CARE, has_colour(&self.output));
        let _ = writeln!(self.output, "{line}");
    }

    /// Asks, and reads one line. Anything but yes is no, the end of the input too.
    ///
    /// # Errors
    ///
    /// The terminal is broken.
    pub(crate) fn ask(&mut self, question: &str) -> io::Result<bool> {
        self.read(question, "[y/N]").map(|answer| is_yes(&answer))
    }

    /// Asks for a text that cannot be typed by habit.
    ///
    /// # Errors
    ///
    /// The terminal is broken.
    pub(crate) fn ask_for(&mut self, question: &str, what: &str) -> io::Result<String> {
        self.read(question, &format!("Type {what} to go on:"))
    }

    fn read(&mut self, question: &str, how: &str) -> io::Result<String> {
        forget_input(self.input.get_ref());
        let question = paint(question, CARE, has_colour(&self.output));
        write!(self.output, "{question} {how} ")?;
        self.output.flush()?;
        let mut answer = String::new();
        if self.input.read_line(&mut answer)? == 0 {
            // The cursor still stands behind the question.
            let _ = writeln!(self.output);
        }
        Ok(answer)
    }
}

#[cfg(unix)]
fn open() -> io::Result<(File, File)> {
    let terminal = OpenOptions::new().read(true).write(true).open("/dev/tty")?;
    Ok((terminal.try_clone()?, terminal))
}

/// A service may have a hidden console: one of the standard streams must be on it.
#[cfg(windows)]
fn open() -> io::Result<(File, File)> {
    use std::io::IsTerminal;

    if !(io::stdin().is_terminal() || io::stdout().is_terminal() || io::stderr().is_terminal()) {
        return Err(io::ErrorKind::NotFound.into());
    }
    let console = |name| OpenOptions::new().read(true).write(true).open(name);
    Ok((console("CONIN$")?, console("CONOUT$")?))
}

#[cfg(not(any(unix, windows)))]
fn open() -> io::Result<(File, File)> {
    Err(io::ErrorKind::NotFound.into())
}

#[cfg(unix)]
fn is_in_foreground(terminal: &File) -> bool {
    rustix::termios::tcgetpgrp(terminal).is_ok_and(|group| group == rustix::process::getpgrp())
}

#[cfg(not(unix))]
fn is_in_foreground(_: &File) -> bool {
    true
}

/// What was typed before the question was there is no answer to it.
#[cfg(unix)]
fn forget_input(terminal: &File) {
    // If flushing fails, there is no input to discard.
    let _ = rustix::termios::tcflush(terminal, rustix::termios::QueueSelector::IFlush);
}

#[cfg(not(unix))]
fn forget_input(_: &File) {}

fn is_yes(answer: &str) -> bool {
    ["y", "yes"].iter().any(|yes| answer.trim().eq_ignore_ascii_case(yes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_yes_is_yes() {
        for yes in ["y\n", "Y", " yes \r\n", "YES"] {
            assert!(is_yes(yes), "{yes:?}");
        }
        for no in ["", "\n", "n", "no", "yess", "ja", "y y", "j"] {
            assert!(!is_yes(no), "{no:?}");
        }
    }
}

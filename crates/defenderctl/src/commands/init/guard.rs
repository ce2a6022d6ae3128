//! Ctrl-C in the middle of a question: the terminal gets back its cursor and its echo. In the
//! middle of writing it waits.

use std::process;
use std::sync::{Arc, Mutex, PoisonError};

use dialoguer::console::Term;

use super::prompt::Prompt;
use crate::interrupt;

/// The exit status of a program that SIGINT ended.
const INTERRUPTED: i32 = 130;

/// How far `init` is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Asking,
    /// The secret lies in files under other names, or in its own without the settings.
    Writing,
    /// The same, and Ctrl-C came.
    Interrupted,
    Written,
}

/// Waits for Ctrl-C as long as the program lives: who has once listened for it gets it for good.
#[derive(Clone)]
pub(super) struct Guard {
    stage: Arc<Mutex<Stage>>,
    #[cfg(unix)]
    before: Option<rustix::termios::Termios>,
}

impl Guard {
    fn new() -> Self {
        Self {
            stage: Arc::new(Mutex::new(Stage::Asking)),
            #[cfg(unix)]
            before: rustix::termios::tcgetattr(std::io::stdin()).ok(),
        }
    }

    /// The questions are answered: Ctrl-C waits from here until all is written.
    pub(super) fn answered(&self) {
        self.advance(|_| Stage::Writing);
    }

    /// All is written: Ctrl-C ends the program again, and one that came meanwhile does so now.
    pub(super) fn written(&self) {
        let was_interrupted =
            |stage| if stage == Stage::Interrupted { stage } else { Stage::Written };
        if self.advance(was_interrupted) == Stage::Interrupted {
            self.end("\ninterrupted: the settings are written and not tested");
        }
    }

    /// Ctrl-C came. The stage stays as it is until the program has ended.
    fn interrupt(&self) {
        let mut stage = self.stage.lock().unwrap_or_else(PoisonError::into_inner);
        match *stage {
            Stage::Asking => self.end("\nnothing was written"),
            Stage::Written => self.end(""),
            Stage::Writing | Stage::Interrupted => *stage = Stage::Interrupted,
        }
    }

    /// Goes on, and gives the stage that it is then.
    fn advance(&self, next: impl FnOnce(Stage) -> Stage) -> Stage {
        let mut stage = self.stage.lock().unwrap_or_else(PoisonError::into_inner);
        *stage = next(*stage);
        *stage
    }

    /// Ends the program, with the terminal as it was before the questions.
    fn end(&self, words: &str) -> ! {
        #[cfg(unix)]
        if let Some(before) = &self.before {
            let _ = rustix::termios::tcsetattr(
                std::io::stdin(),
                rustix::termios::OptionalActions::Now,
                before,
            );
        }
        let terminal = Term::stderr();
        let _ = terminal.show_cursor();
        if !words.is_empty() {
            let _ = terminal.write_line(words);
        }
        process::exit(INTERRUPTED);
    }
}

/// Ends the program on Ctrl-C, unless it is writing.
pub(super) async fn restore_on_interrupt(prompt: &Prompt) -> Guard {
    let guard = Guard::new();
    if prompt.is_terminal() {
        let interrupt = interrupt::listen().await;
        let guard = guard.clone();
        tokio::spawn(async move {
            interrupt.await;
            guard.interrupt();
        });
    }
    guard
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ctrl_c_while_something_is_written_waits() {
        let guard = Guard::new();
        guard.answered();
        guard.interrupt();
        guard.interrupt();
        assert_eq!(guard.advance(|stage| stage), Stage::Interrupted);
    }
}

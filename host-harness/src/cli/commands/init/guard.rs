//! Ctrl-C in the middle of a question: the terminal gets back its cursor and its echo.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use dialoguer::console::Term;

use super::prompt::Prompt;
use crate::cli::interrupt;

/// The exit status of a program that SIGINT ended.
const INTERRUPTED: i32 = 130;

/// Waits for Ctrl-C as long as the program lives: who has once listened for it gets it for good.
pub(super) struct Guard(Arc<AtomicBool>);

impl Guard {
    /// The questions are answered, and something is written from here on.
    pub(super) fn answered(&self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Ends the program on Ctrl-C, with the terminal as it was before the questions.
pub(super) async fn restore_on_interrupt(prompt: &Prompt) -> Guard {
    let answered = Arc::new(AtomicBool::new(false));
    let guard = Guard(Arc::clone(&answered));
    if !prompt.is_terminal() {
        return guard;
    }
    let interrupt = interrupt::listen().await;
    #[cfg(unix)]
    let before = rustix::termios::tcgetattr(std::io::stdin()).ok();
    tokio::spawn(async move {
        if interrupt.await.is_err() {
            return;
        }
        #[cfg(unix)]
        if let Some(before) = before {
            let _ = rustix::termios::tcsetattr(std::io::stdin(), rustix::termios::OptionalActions::Now, &before);
        }
        let terminal = Term::stderr();
        let _ = terminal.show_cursor();
        if !answered.load(Ordering::Relaxed) {
            let _ = terminal.write_line("\nnothing was written");
        }
        std::process::exit(INTERRUPTED);
    });
    guard
}

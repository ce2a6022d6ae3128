//! Ctrl-C in the middle of a question: the terminal gets back its cursor and its echo.

use dialoguer::console::Term;
use tokio::task::JoinHandle;

use super::prompt::Prompt;
use crate::cli::interrupt;

/// The exit status of a program that SIGINT ended.
const INTERRUPTED: i32 = 130;

/// Waits for Ctrl-C until it is dropped.
pub(super) struct Guard(Option<JoinHandle<()>>);

impl Drop for Guard {
    fn drop(&mut self) {
        if let Some(waiting) = self.0.take() {
            waiting.abort();
        }
    }
}

/// Ends the program on Ctrl-C while questions are asked. Nothing has been written then.
pub(super) async fn restore_on_interrupt(prompt: &Prompt) -> Guard {
    if !prompt.is_terminal() {
        return Guard(None);
    }
    let interrupt = interrupt::listen().await;
    #[cfg(unix)]
    let before = rustix::termios::tcgetattr(std::io::stdin()).ok();
    Guard(Some(tokio::spawn(async move {
        if interrupt.await.is_err() {
            return;
        }
        #[cfg(unix)]
        if let Some(before) = before {
            let _ = rustix::termios::tcsetattr(std::io::stdin(), rustix::termios::OptionalActions::Now, &before);
        }
        let terminal = Term::stderr();
        let _ = terminal.show_cursor();
        let _ = terminal.write_line("\nnothing was written");
        std::process::exit(INTERRUPTED);
    })))
}

//! The one question: the client secret, typed where nothing is shown of it.

use std::io::{self, IsTerminal};
use std::process;
use std::time::Duration;

use dialoguer::console::Term;
use dialoguer::theme::ColorfulTheme;
use dialoguer::{Error, Password};
use tokio::task::block_in_place;
use zeroize::Zeroizing;

use crate::failure::Failure;
use crate::interrupt;
use crate::output::Output;

/// Whether a user can be asked.
pub(super) fn is_possible(output: &Output) -> bool {
    io::stdin().is_terminal() && io::stderr().is_terminal() && !output.is_json()
}

/// Asks; Ctrl-C ends the program, with the terminal as it was.
///
/// # Errors
///
/// The terminal is broken.
pub(super) async fn secret(question: &str) -> Result<Zeroizing<String>, Failure> {
    let silent = Silent::begin();
    let before = silent.clone();
    let interrupt = interrupt::listen().await;
    let end = tokio::spawn(async move {
        interrupt.await;
        before.restore();
        let terminal = Term::stderr();
        let _ = terminal.show_cursor();
        let _ = terminal.write_line("\nnothing was written");
        process::exit(interrupt::ENDED);
    });
    let theme = ColorfulTheme::default();
    let input = Password::with_theme(&theme).with_prompt(question).report(false);
    let input = input.allow_empty_password(true);
    let typed = block_in_place(|| input.interact().map(Zeroizing::new));
    if let Err(Error::IO(error)) = &typed
        && error.kind() == io::ErrorKind::Interrupted
    {
        // The other task is about to end the program.
        let _ = tokio::time::timeout(Duration::from_secs(5), end).await;
        return Err(Failure::local(format!("the terminal gives no answer: {error}")));
    }
    end.abort();
    silent.restore();
    let typed =
        typed.map_err(|error| Failure::local(format!("the terminal gives no answer: {error}")))?;
    Ok(Zeroizing::new(typed.trim().to_owned()))
}

/// A terminal without echo, from before the question is drawn to after its answer: what is typed
/// quickly is not shown either.
#[derive(Clone)]
struct Silent {
    #[cfg(unix)]
    before: Option<rustix::termios::Termios>,
}

#[cfg(unix)]
impl Silent {
    fn begin() -> Self {
        use rustix::termios::{LocalModes, OptionalActions, tcgetattr, tcsetattr};

        let stdin = io::stdin();
        let before = tcgetattr(&stdin).ok();
        if let Some(before) = &before {
            let mut silent = before.clone();
            silent.local_modes.remove(LocalModes::ECHO);
            let _ = tcsetattr(&stdin, OptionalActions::Now, &silent);
        }
        Self { before }
    }

    fn restore(&self) {
        use rustix::termios::{OptionalActions, tcsetattr};

        if let Some(before) = &self.before {
            let _ = tcsetattr(io::stdin(), OptionalActions::Now, before);
        }
    }
}

/// Elsewhere the question itself sees to it.
#[cfg(not(unix))]
impl Silent {
    fn begin() -> Self {
        Self {}
    }

    fn restore(&self) {}
}

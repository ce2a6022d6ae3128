//! A pager for what is longer than the screen, as git does it: `PAGER`, or `less`.

use std::env;
use std::io::Write;
use std::process::{Command, Stdio};

use crate::settings::without_secrets;

/// The exit status of a shell that does not find the command.
const NOT_FOUND: i32 = 127;

/// Shows a text in the pager. `false` if it fits on the screen or no pager starts: nothing was
/// shown then.
pub(super) fn shows(text: &str) -> bool {
    let is_long = screen_height().is_some_and(|height| text.lines().count() >= height);
    let pager = env::var("PAGER").ok().filter(|pager| !pager.trim().is_empty());
    let pager = pager.unwrap_or_else(|| "less".into());
    is_long && pager.trim() != "cat" && run(&pager, text)
}

fn run(pager: &str, text: &str) -> bool {
    let mut command = Command::new("sh");
    command.args(["-c", pager]).stdin(Stdio::piped());
    without_secrets(&mut command);
    if env::var_os("LESS").is_none() {
        command.env("LESS", "FRX");
    }
    let Ok(mut child) = command.spawn() else { return false };
    if let Some(mut stdin) = child.stdin.take() {
        // A reader who has read enough closes it.
        let _ = stdin.write_all(text.as_bytes());
    }
    child.wait().is_ok_and(|status| status.code() != Some(NOT_FOUND))
}

#[cfg(unix)]
fn screen_height() -> Option<usize> {
    let size = rustix::termios::tcgetwinsize(std::io::stdout()).ok()?;
    Some(usize::from(size.ws_row)).filter(|rows| *rows > 0)
}

#[cfg(not(unix))]
fn screen_height() -> Option<usize> {
    None
}

//! A terminal that shows nothing of what is typed.

/// From before the question is drawn to after its answer: who is quick must not see the secret
/// either.
#[cfg(unix)]
pub(super) struct Silent(Option<rustix::termios::Termios>);

#[cfg(unix)]
impl Silent {
    pub(super) fn begin() -> Self {
        use rustix::termios::{LocalModes, OptionalActions, tcgetattr, tcsetattr};

        let stdin = std::io::stdin();
        let before = tcgetattr(&stdin).ok();
        if let Some(before) = &before {
            let mut silent = before.clone();
            silent.local_modes.remove(LocalModes::ECHO);
            let _ = tcsetattr(&stdin, OptionalActions::Now, &silent);
        }
        Self(before)
    }
}

#[cfg(unix)]
impl Drop for Silent {
    fn drop(&mut self) {
        if let Some(before) = &self.0 {
            let _ = rustix::termios::tcsetattr(
                std::io::stdin(),
                rustix::termios::OptionalActions::Now,
                before,
            );
        }
    }
}

/// Elsewhere the question itself sees to it.
#[cfg(not(unix))]
pub(super) struct Silent;

#[cfg(not(unix))]
impl Silent {
    pub(super) fn begin() -> Self {
        Self
    }
}

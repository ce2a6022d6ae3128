//! Questions on the terminal, if there is one. They are drawn on stderr.

use std::io::ErrorKind;
use std::time::Duration;

use dialoguer::theme::ColorfulTheme;
use dialoguer::{Confirm, Error, Input, Password, Select};
use tokio::task::block_in_place;
use zeroize::Zeroizing;

use super::echo::Silent;
use crate::failure::Failure;

/// Asks, or says what would have had to be given.
pub(super) struct Prompt {
    terminal: bool,
    theme: ColorfulTheme,
}

impl Prompt {
    pub(super) fn new(terminal: bool) -> Self {
        Self { terminal, theme: ColorfulTheme::default() }
    }

    /// Whether a user can be asked.
    pub(super) fn is_terminal(&self) -> bool {
        self.terminal
    }

    /// A line of text.
    pub(super) fn text(
        &self,
        question: &str,
        default: Option<&str>,
        flag: &str,
    ) -> Result<String, Failure> {
        self.needs(flag)?;
        let input = Input::<String>::with_theme(&self.theme).with_prompt(question);
        let input = match default {
            Some(default) => input.default(default.to_owned()),
            None => input,
        };
        block_in_place(|| input.interact_text())
            .map(|text| text.trim().to_owned())
            .map_err(from_prompt)
    }

    /// A line of text that may stay empty.
    pub(super) fn optional_text(&self, question: &str) -> Result<Option<String>, Failure> {
        let input =
            Input::<String>::with_theme(&self.theme).with_prompt(question).allow_empty(true);
        let text = block_in_place(|| input.interact_text()).map_err(from_prompt)?;
        Ok(Some(text.trim().to_owned()).filter(|text| !text.is_empty()))
    }

    /// A line that is not shown.
    pub(super) fn secret(&self, question: &str) -> Result<Zeroizing<String>, Failure> {
        let _silent = Silent::begin();
        let input = Password::with_theme(&self.theme).with_prompt(question).report(false);
        let typed = Zeroizing::new(block_in_place(|| input.interact()).map_err(from_prompt)?);
        Ok(Zeroizing::new(typed.trim().to_owned()))
    }

    /// One of several; the first unless another is chosen.
    pub(super) fn choice(
        &self,
        question: &str,
        choices: &[String],
        flag: &str,
    ) -> Result<usize, Failure> {
        self.needs(flag)?;
        let select =
            Select::with_theme(&self.theme).with_prompt(question).items(choices).default(0);
        block_in_place(|| select.interact()).map_err(from_prompt)
    }

    /// Yes or no; no unless said otherwise.
    pub(super) fn confirm(&self, question: &str) -> Result<bool, Failure> {
        let confirm = Confirm::with_theme(&self.theme).with_prompt(question).default(false);
        block_in_place(|| confirm.interact()).map_err(from_prompt)
    }

    fn needs(&self, flag: &str) -> Result<(), Failure> {
        if self.terminal {
            return Ok(());
        }
        Err(Failure::settings(format!("{flag} is missing, and there is no terminal to ask on")))
    }
}

fn from_prompt(error: Error) -> Failure {
    let Error::IO(error) = error;
    if error.kind() == ErrorKind::Interrupted {
        // Ctrl-C: its handler ends the program at any moment.
        std::thread::sleep(Duration::from_secs(5));
    }
    Failure::local(format!("the terminal gives no answer: {error}"))
}

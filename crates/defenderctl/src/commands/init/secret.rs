//! The secret: always a reference, never a value in the settings or on the command line.

use std::path::{Path, PathBuf};

use clap::Args;
use zeroize::Zeroizing;

use super::answers::Reference;
use super::interview::Interview;
use super::prompt::Prompt;
use super::write;
use crate::failure::Failure;
use crate::output::Output;

/// Where the secret is. What it is, is never an argument.
#[derive(Debug, Args)]
#[group(multiple = false)]
pub(crate) struct SecretArgs {
    /// Environment variable that will hold the client secret
    #[arg(long, value_name = "NAME")]
    secret_env: Option<String>,

    /// File that holds the client secret
    #[arg(long, value_name = "PATH")]
    secret_file: Option<PathBuf>,
}

/// A reference, and the secret itself if it is to be kept in a file of its own.
pub(super) struct Secret {
    pub(super) reference: Reference,
    pub(super) kept: Option<Kept>,
    pub(super) usable: bool,
}

/// A secret that was typed.
pub(super) struct Kept {
    pub(super) path: PathBuf,
    pub(super) text: Zeroizing<String>,
    pub(super) replace: bool,
}

/// What both flags say.
pub(super) const FLAG: &str = "--secret-env or --secret-file";

impl Secret {
    pub(super) fn of(reference: Reference) -> Self {
        Self { reference, kept: None, usable: true }
    }

    /// Whether the secret can be had here and now.
    pub(super) fn is_usable_here(&self) -> bool {
        self.usable
    }
}

/// Takes what was given, or asks.
pub(super) fn ask(
    given: &SecretArgs,
    settings: &Path,
    force: bool,
    prompt: &Prompt,
    output: &Output,
) -> Result<Secret, Failure> {
    let interview = Interview { folder: write::folder(settings), settings, force, prompt, output };
    if let Some(name) = &given.secret_env {
        return interview
            .variable(name.clone())
            .and_then(|secret| secret.ok_or_else(|| not_a_name("--secret-env")));
    }
    if let Some(path) = &given.secret_file {
        let reference = Reference::File(interview.referred(path));
        return match interview.problem(&reference) {
            None => Ok(Secret::of(reference)),
            Some(problem) => Err(Failure::settings(format!("--secret-file: {problem}"))),
        };
    }
    interview.ask()
}

pub(super) fn not_a_name(what: &str) -> Failure {
    Failure::settings(format!(
        "{what} is not the name of an environment variable: letters, digits and _"
    ))
}

//! Secrets in environment variables, and programs that must not inherit them.
//!
//! They stay in this process's own environment: it has several threads by the time that it reads
//! the settings, and a variable can only be removed while there is one. On Linux no other process
//! of the user can read it there (`host_harness::forbid_core_dumps`).

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::process::Command;
use std::sync::{Mutex, PoisonError};

use zeroize::Zeroizing;

/// The variables that secrets were read from.
static READ: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());

/// Starts a program without the variables that secrets were read from.
pub(crate) fn without_secrets(command: &mut Command) {
    for name in &*READ.lock().unwrap_or_else(PoisonError::into_inner) {
        command.env_remove(name);
    }
}

/// The secret in an environment variable.
pub(super) fn secret(
    name: &str,
    env: &dyn Fn(&str) -> Option<OsString>,
) -> Result<Zeroizing<String>, String> {
    // A secret may have been put where its name belongs.
    let is_name = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
    let shown = if name.chars().all(is_name) { format!(" {name}") } else { String::new() };
    let value = env(name).ok_or_else(|| format!("environment variable{shown} is not set"))?;
    READ.lock().unwrap_or_else(PoisonError::into_inner).insert(name.to_owned());
    value
        .into_string()
        .map(Zeroizing::new)
        .map_err(|_| format!("environment variable{shown} is not UTF-8"))
}

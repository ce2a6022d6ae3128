//! The files that hold secrets: the settings file itself, and those that it refers to.

use std::path::{Path, PathBuf};

use serde_json::Value;

use super::guard::Owner;
use super::{Settings, file, profile};
use crate::failure::Failure;

/// The members by which a secret refers to a file that is a secret. A certificate alone is not a
/// secret.
const REFERENCES: [&str; 4] = ["file", "key", "pfx", "federatedTokenFile"];

/// A file that holds a secret.
pub(crate) struct SecretFile {
    /// Where it is.
    pub(crate) path: PathBuf,
    /// Whether anyone but its owner may read it.
    pub(crate) open_to_others: bool,
}

/// The files with secrets of a settings file.
///
/// # Errors
/// If the settings file cannot be read, or has no such profile.
pub(crate) fn secret_files(settings: &Settings) -> Result<Vec<SecretFile>, Failure> {
    let (document, _) = profile::of(&settings.path, settings.profile.as_deref(), Owner::Anyone)?;
    let folder = settings.path.parent().unwrap_or_else(|| Path::new("."));
    let mut paths = Vec::new();
    for secret in document["secrets"].as_object().into_iter().flat_map(|secrets| secrets.values()) {
        match secret {
            Value::String(_) => paths.push(settings.path.clone()),
            reference => {
                let named = REFERENCES.iter().filter_map(|name| reference[name].as_str());
                let passphrase = reference["passphrase"]["file"].as_str();
                paths.extend(named.chain(passphrase).map(|path| folder.join(path)));
            }
        }
    }
    let custom = document["host"]["customHostSettings"].as_array();
    let keys = custom.into_iter().flatten().filter_map(|custom| custom["ssl"]["key"].as_str());
    paths.extend(keys.map(|path| folder.join(path)));
    paths.dedup();
    let secret = |path: PathBuf| SecretFile { open_to_others: file::others_may_read(&path), path };
    Ok(paths.into_iter().map(secret).collect())
}

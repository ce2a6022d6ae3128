//! The files: for their owner alone, whole or not at all, and nothing replaced that was not asked
//! about.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use super::answers::Fields;
use super::prompt::Prompt;
use super::secret::Secret;
use crate::failure::Failure;
use crate::file::Partial;

/// What was written in addition to the settings.
pub(super) struct Written(Option<PathBuf>);

impl Written {
    /// The file of the secret, if there is one.
    pub(super) fn secret(&self) -> Option<&Path> {
        self.0.as_deref()
    }
}

/// Whether an existing file may be replaced: by `--force`, or because the person at the terminal
/// says so.
pub(super) fn may_replace(path: &Path, force: bool, prompt: &Prompt) -> Result<bool, Failure> {
    let shown = path.display();
    if path.extension().is_some_and(|extension| extension == "json") {
        return Err(Failure::settings(format!(
            "{shown}: TOML is written, so that the file's name must not end in .json"
        )));
    }
    if force || !path.try_exists().unwrap_or(true) {
        return Ok(force);
    }
    let refused = || {
        Failure::settings(format!(
            "{shown} exists: name another file, or give --force to replace it"
        ))
    };
    if !prompt.is_terminal() || !prompt.confirm(&format!("{shown} exists. Replace it?"))? {
        return Err(refused());
    }
    Ok(true)
}

/// The folder of a file, in full.
pub(super) fn folder(path: &Path) -> PathBuf {
    let here = env::current_dir().unwrap_or_default();
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => here.join(folder),
        _ => here,
    }
}

/// Writes the secret, if it was typed, and the settings.
pub(super) fn settings(
    path: &Path,
    fields: &Fields,
    secret: Secret,
    replace: bool,
) -> Result<Written, Failure> {
    let text = format!(
        "# Settings of a connector for Microsoft Defender for Endpoint; `defenderctl config test -c FILE` tests them.\n\n\
         [config]\n{}\n[secrets]\n{}",
        fields.to_toml(),
        secret.reference.to_toml()
    );
    // Both are there before either gets its name.
    let settings = prepared(path, text.as_bytes())?;
    let kept = match &secret.kept {
        Some(kept) => Some((prepared(&kept.path, kept.text.as_bytes())?, kept)),
        None => None,
    };
    if let Some((file, kept)) = kept {
        file.keep(kept.replace).map_err(|error| Failure::unwritable(&kept.path, &error))?;
    }
    settings.keep(replace).map_err(|error| {
        // Nothing refers to the secret then. One that it replaced is gone either way.
        if let Some(kept) = secret.kept.as_ref().filter(|kept| !kept.replace) {
            let _ = fs::remove_file(&kept.path);
        }
        Failure::unwritable(path, &error)
    })?;
    Ok(Written(secret.kept.map(|kept| kept.path)))
}

fn prepared(path: &Path, bytes: &[u8]) -> Result<Partial, Failure> {
    let written = Partial::private(path).and_then(|mut file| file.write(bytes).map(|()| file));
    written.map_err(|error| Failure::unwritable(path, &error))
}

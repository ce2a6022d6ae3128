//! Reads scenario files.

use std::path::{Path, PathBuf};
use std::{fs, io};

use super::Scenario;

/// Why a scenario file was not loaded.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ScenarioFileError {
    /// The file cannot be read.
    #[error("scenario {} cannot be read: {source}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// The reason.
        source: io::Error,
    },
    /// The file is not a scenario.
    #[error("scenario {} is wrong: {reason}", path.display())]
    Invalid {
        /// The file.
        path: PathBuf,
        /// The parser's message. It may quote the file: scenarios hold no real secrets.
        reason: String,
    },
}

impl Scenario {
    /// Loads a scenario from a TOML or JSON file. A file is JSON if its name ends in `.json` or if
    /// it begins with a brace.
    ///
    /// # Errors
    ///
    /// When the file cannot be read or is not a scenario.
    pub fn load(path: &Path) -> Result<Self, ScenarioFileError> {
        let text = fs::read_to_string(path)
            .map_err(|source| ScenarioFileError::Unreadable { path: path.to_owned(), source })?;
        let is_json = path.extension().is_some_and(|extension| extension == "json")
            || text.trim_start().starts_with('{');
        let scenario = if is_json {
            serde_json::from_str(&text).map_err(|error| error.to_string())
        } else {
            toml::from_str(&text).map_err(|error| error.to_string())
        };
        scenario.map_err(|reason| ScenarioFileError::Invalid {
            path: path.to_owned(),
            reason: reason.trim_end().to_owned(),
        })
    }
}

//! Which settings file to use, and where it is.

use std::path::PathBuf;

use clap::Args;
use etcetera::BaseStrategy;
use etcetera::base_strategy::choose_native_strategy;

use crate::failure::Failure;

/// Which settings to use.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct SettingsArgs {
    /// Settings file [default: ./defender.toml, then the user's own]
    #[arg(short, long, value_name = "FILE", env = "DEFENDERCTL_CONFIG", global = true)]
    pub(crate) config: Option<PathBuf>,

    /// Profile of the settings file
    #[arg(long, value_name = "NAME", env = "DEFENDERCTL_PROFILE", global = true)]
    pub(crate) profile: Option<String>,

    /// Append a JSON line for each request that is allowed or refused, and for its end
    #[arg(long, value_name = "FILE", env = "DEFENDERCTL_EGRESS_LOG", global = true)]
    pub(crate) egress_log: Option<PathBuf>,
}

/// The settings file of a folder.
pub(crate) const SETTINGS: &str = "defender.toml";

impl SettingsArgs {
    /// The settings file: the one that is named, else the folder's, else the user's own.
    ///
    /// # Errors
    ///
    /// No file is named, and none is in the default places.
    pub(crate) fn path(&self) -> Result<PathBuf, Failure> {
        if let Some(path) = &self.config {
            return Ok(path.clone());
        }
        let own = Self::users_own();
        let places: Vec<PathBuf> =
            [Some(PathBuf::from(SETTINGS)), own].into_iter().flatten().collect();
        if let Some(path) = places.iter().find(|path| path.exists()) {
            return Ok(path.clone());
        }
        let shown: Vec<String> = places.iter().map(|path| path.display().to_string()).collect();
        Err(Failure::settings(format!(
            "there is no settings file: neither {}; `defenderctl config init` writes one, and \
             --config FILE names another",
            shown.join(" nor ")
        )))
    }

    /// The settings file in the user's configuration folder.
    fn users_own() -> Option<PathBuf> {
        let folder = choose_native_strategy().ok()?.config_dir();
        Some(folder.join("defenderctl").join("config.toml"))
    }

    /// What the JSON documents call the connector: the profile, else the settings file's name
    /// without its extension: `prod` for `/etc/connectors/prod.toml`.
    pub(crate) fn connector_id(&self) -> String {
        let stem = || {
            let stem = self.config.as_ref()?.file_stem()?;
            Some(stem.to_string_lossy().into_owned())
        };
        self.profile.clone().or_else(stem).unwrap_or_else(|| "defender".into())
    }

    /// The same settings once more, as arguments.
    pub(crate) fn as_arguments(&self) -> Vec<String> {
        let config = self
            .config
            .iter()
            .flat_map(|path| ["-c".to_owned(), path.to_string_lossy().into_owned()]);
        let profile = self.profile.iter().flat_map(|name| ["--profile".to_owned(), name.clone()]);
        let log = self.egress_log.iter().map(|path| path.to_string_lossy().into_owned());
        let log = log.flat_map(|path| ["--egress-log".to_owned(), path]);
        config.chain(profile).chain(log).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connector_id_is_the_settings_file_without_its_extension() {
        let config = Some(PathBuf::from("/etc/connectors/prod.toml"));
        let mut settings = SettingsArgs { config, ..SettingsArgs::default() };
        assert_eq!(settings.connector_id(), "prod");
        settings.profile = Some("lab".into());
        assert_eq!(settings.connector_id(), "lab");
        assert_eq!(SettingsArgs::default().connector_id(), "defender");
    }
}

//! The arguments that commands share.

mod plugin;
mod settings;

use std::io;
use std::path::{PathBuf, absolute};

use clap::builder::{OsStringValueParser, TypedValueParser as _};
use clap::{Args, ValueHint};
use etcetera::BaseStrategy;
use etcetera::base_strategy::choose_native_strategy;
use serde::{Deserialize, Serialize};

pub(crate) use plugin::PluginFile;
pub(crate) use settings::{SETTINGS, SettingsArgs};

/// Which component to load.
#[derive(Clone, Debug, Args, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PluginArgs {
    /// Load this component in place of the embedded one; with a digest as sha256:HEX@FILE, load
    /// it only if it is the one with this SHA-256
    #[
        arg(
            long, value_name = "FILE", value_hint = ValueHint::FilePath,
            value_parser = OsStringValueParser::new().try_map(PluginFile::parse)
        )
    ]
    pub(crate) plugin: Option<PluginFile>,

    /// Keep compiled components in this folder in place of the user's cache; nobody else may be
    /// able to write to it
    #[arg(long, value_name = "DIR", env = "DEFENDERCTL_CACHE")]
    cache: Option<PathBuf>,

    /// Compile the component anew, and keep nothing
    #[arg(long)]
    no_cache: bool,
}

impl PluginArgs {
    /// The embedded component, compiled into the folder for it.
    pub(crate) fn embedded() -> Self {
        let cache = std::env::var_os("DEFENDERCTL_CACHE").filter(|folder| !folder.is_empty());
        Self { plugin: None, cache: cache.map(PathBuf::from), no_cache: false }
    }

    /// The same component once more, as arguments.
    pub(crate) fn as_arguments(&self) -> Vec<String> {
        let path = |flag: &str, path: &Option<PathBuf>| {
            path.iter()
                .flat_map(|path| [flag.to_owned(), path.to_string_lossy().into_owned()])
                .collect::<Vec<_>>()
        };
        let no_cache = self.no_cache.then(|| "--no-cache".to_owned());
        [
            self.plugin
                .iter()
                .flat_map(|plugin| ["--plugin".to_owned(), plugin.to_string()])
                .collect(),
            path("--cache", &self.cache),
            no_cache.into_iter().collect(),
        ]
        .concat()
    }

    /// The same component, wherever the program is started.
    ///
    /// # Errors
    ///
    /// A path cannot be made absolute.
    pub(crate) fn absolute(&self) -> io::Result<Self> {
        let path = |path: &Option<PathBuf>| path.as_ref().map(absolute).transpose();
        let plugin = self.plugin.as_ref().map(PluginFile::absolute).transpose()?;
        Ok(Self { plugin, cache: path(&self.cache)?, no_cache: self.no_cache })
    }

    /// Whether it is the one that this program was built with.
    pub(crate) fn is_embedded(&self) -> bool {
        self.plugin.is_none()
    }

    /// Where compiled components are kept, if they are.
    pub(crate) fn cache(&self) -> Option<PathBuf> {
        if self.no_cache {
            return None;
        }
        let own = || Some(choose_native_strategy().ok()?.cache_dir().join("defenderctl"));
        self.cache.clone().or_else(own)
    }
}

/// Which action to call, and how.
#[derive(Debug, Args)]
pub(crate) struct CallArgs {
    /// Name of the action, as `actions` lists it
    pub(crate) action: String,

    /// One parameter; may be repeated. A dot leads into an object: wait.pollSeconds=2. The value is
    /// JSON where the action wants a number, a boolean, a list or an object
    #[arg(short, long = "param", value_name = "KEY=VALUE", value_parser = key_value)]
    pub(crate) param: Vec<(String, String)>,

    /// All parameters as a JSON object, as @FILE with such an object, or as - for stdin
    #[arg(long, value_name = "JSON")]
    pub(crate) params: Option<String>,

    /// Follow machine actions to their end, for this number of seconds at most if given: the
    /// parameter `wait`
    #[arg(long, value_name = "SECONDS", num_args = 0..=1, require_equals = true)]
    pub(crate) wait: Option<Option<u64>>,
}

fn key_value(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((key, value)) if !key.is_empty() => Ok((key.into(), value.into())),
        _ => Err(
            "write it as KEY=VALUE, for example `-p id=1e5bc9d7e413ddd7902c2932e418702b84d0cc07`"
                .into(),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_may_hold_equal_signs_and_a_key_may_not_be_empty() {
        assert_eq!(key_value("args=-Path=C:\\"), Ok(("args".into(), "-Path=C:\\".into())));
        assert_eq!(key_value("comment="), Ok(("comment".into(), String::new())));
        assert!(key_value("=value").is_err());
        assert!(key_value("value").is_err());
    }
}

//! Which component to load, and what it must be.

use std::ffi::OsString;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf, absolute};

use serde::{Deserialize, Serialize};

/// What precedes a digest.
const SHA256: &str = "sha256:";

/// A component's file, `FILE`, or with the digest that it must have, `sha256:HEX@FILE`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(try_from = "String", into = "String")]
pub(crate) struct PluginFile {
    /// Where it is.
    pub(crate) path: PathBuf,
    /// Its SHA-256 as lower-case hexadecimal digits, if it must be that one.
    pub(crate) sha256: Option<String>,
}

impl PluginFile {
    /// Reads an argument.
    ///
    /// # Errors
    ///
    /// It begins as a digest and is not one.
    pub(crate) fn parse(argument: OsString) -> Result<Self, String> {
        // A path that is not UTF-8 has no digest before it.
        let Some(pinned) = argument.to_str().and_then(|text| text.strip_prefix(SHA256)) else {
            return Ok(Self { path: argument.into(), sha256: None });
        };
        let is_digest = |hex: &str| hex.len() == 64 && hex.bytes().all(|b| b.is_ascii_hexdigit());
        match pinned.split_once('@') {
            Some((hex, path)) if is_digest(hex) && !path.is_empty() => {
                Ok(Self { path: path.into(), sha256: Some(hex.to_ascii_lowercase()) })
            }
            _ => Err(
                "write a digest as sha256:HEX@FILE, with 64 hexadecimal digits; a file of such a \
                 name as ./sha256:…"
                    .to_owned(),
            ),
        }
    }

    /// The same, wherever the program is started.
    ///
    /// # Errors
    ///
    /// The path cannot be made absolute.
    pub(super) fn absolute(&self) -> io::Result<Self> {
        Ok(Self { path: absolute(&self.path)?, sha256: self.sha256.clone() })
    }

    /// Checks that a digest is the one that the file must have.
    ///
    /// # Errors
    ///
    /// It is another one; the text names both.
    pub(crate) fn check(&self, sha256: &str) -> Result<(), String> {
        match &self.sha256 {
            Some(wanted) if wanted != sha256 => Err(format!(
                "component {} is not the one that was asked for, and was not loaded: its SHA-256 \
                 is\n  {sha256}, and must be\n  {wanted}",
                self.path.display()
            )),
            _ => Ok(()),
        }
    }

    /// The argument that names a file with its digest.
    pub(crate) fn pinned(sha256: &str, path: &Path) -> String {
        format!("{SHA256}{sha256}@{}", path.display())
    }
}

impl fmt::Display for PluginFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.sha256 {
            Some(sha256) => f.write_str(&Self::pinned(sha256, &self.path)),
            None => self.path.display().fmt(f),
        }
    }
}

impl TryFrom<String> for PluginFile {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        Self::parse(text.into())
    }
}

impl From<PluginFile> for String {
    fn from(file: PluginFile) -> Self {
        file.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_is_whole_or_refused_and_a_plain_path_is_a_path() {
        let hex = "0123456789abcdef".repeat(4);
        let pinned = PluginFile::parse(format!("sha256:{}@a@b.wasm", hex.to_uppercase()).into());
        let pinned = pinned.expect("a digest");
        assert_eq!(
            (pinned.path.as_path(), pinned.sha256.as_ref()),
            (Path::new("a@b.wasm"), Some(&hex))
        );
        assert_eq!(PluginFile::parse(pinned.to_string().into()), Ok(pinned));
        for plain in ["a.wasm", "./sha256:x", "a@b", "sha512:x"] {
            let file = PluginFile::parse(plain.into()).expect("a path");
            assert_eq!((file.path.as_path(), file.sha256), (Path::new(plain), None));
        }
        for wrong in [
            "sha256:",
            "sha256:x@a",
            &format!("sha256:{hex}"),
            &format!("sha256:{hex}@"),
            &format!("sha256:{hex}0@a"),
        ] {
            assert!(PluginFile::parse(wrong.into()).is_err(), "{wrong}");
        }
    }
}

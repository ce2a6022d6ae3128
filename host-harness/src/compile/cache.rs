//! A folder that caches compiled components.

#[cfg(unix)]
mod folder;
#[cfg(not(unix))]
#[path = "cache/unchecked.rs"]
mod folder;

use std::io;
use std::path::PathBuf;

use super::sealed::Key;
use folder::Folder;

/// A folder that caches compiled components and belongs to this user alone.
///
/// Machine code cannot be verified, so anyone who can write to the folder can run code in this
/// process. It is created with mode 0700, its files with 0600. On Unix it is used only if nobody
/// else can write to it, to a file in it, or to a folder on its path: see [`Folder`]. The digest in
/// each file guards against damage and mix-ups: code that is not exactly what was written for this
/// component, these engine settings and this version is recompiled, never loaded.
#[derive(Clone, Debug)]
pub(crate) struct Cache(PathBuf);

impl Cache {
    pub(crate) fn at(folder: PathBuf) -> Self {
        Self(folder)
    }

    fn name(key: &Key) -> String {
        key.hex() + ".cwasm"
    }

    /// Returns the code if it is cached and unaltered.
    pub(super) fn read(&self, key: &Key) -> Option<Vec<u8>> {
        let name = Self::name(key);
        let sealed = match Folder::open(&self.0, false).and_then(|folder| folder.read(&name)) {
            Ok(sealed) => sealed,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return None,
            Err(error) => {
                tracing::warn!(
                    folder = %self.0.display(), "compiled code is not read from the cache: {error}"
                );
                return None;
            }
        };
        let code = key.unseal(sealed);
        if code.is_none() {
            tracing::warn!(
                folder = %self.0.display(), name, "the cache is damaged: the component is compiled again"
            );
        }
        code
    }

    /// Caches the code. Failing to write is not an error.
    pub(super) fn write(&self, key: &Key, code: &[u8]) {
        let written = Folder::open(&self.0, true)
            .and_then(|folder| folder.write(&Self::name(key), &[&key.header(code), code]));
        if let Err(error) = written {
            tracing::warn!(
                folder = %self.0.display(), "compiled code is not kept in the cache: {error}"
            );
        }
    }
}

#[cfg(test)]
mod tests;

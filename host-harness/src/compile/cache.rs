//! A folder that caches compiled components.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::sealed::Key;

/// A folder that caches compiled components and belongs to this user alone.
///
/// Machine code cannot be verified, so anyone who can write to the folder can run code in this
/// process. It is created with mode 0700, its files with 0600, and a folder that another user owns
/// or can write to is not used. The digest in each file guards against damage and mix-ups: code
/// that is not exactly what was written for this component, these engine settings and this version
/// is recompiled, never loaded.
#[derive(Clone, Debug)]
pub(crate) struct Cache(PathBuf);

impl Cache {
    pub(crate) fn at(folder: PathBuf) -> Self {
        Self(folder)
    }

    fn path(&self, key: &Key) -> PathBuf {
        self.0.join(key.hex() + ".cwasm")
    }

    /// Returns the code if it is cached and unaltered.
    pub(super) fn read(&self, key: &Key) -> Option<Vec<u8>> {
        let path = self.path(key);
        let sealed = match private(&self.0).and_then(|()| fs::read(&path)) {
            Ok(sealed) => sealed,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return None,
            Err(error) => {
                tracing::warn!(
                    path = %path.display(), "compiled code is not read from the cache: {error}"
                );
                return None;
            }
        };
        let code = key.unseal(sealed);
        if code.is_none() {
            tracing::warn!(
                path = %path.display(), "the cache is damaged: the component is compiled again"
            );
        }
        code
    }

    /// Caches the code. Failing to write is not an error.
    pub(super) fn write(&self, key: &Key, code: &[u8]) {
        let written = make(&self.0).and_then(|()| private(&self.0)).and_then(|()| {
            // Write to a temporary file with mode 0600 until it is complete.
            let mut file = tempfile::NamedTempFile::new_in(&self.0)?;
            file.write_all(&key.header(code))?;
            file.write_all(code)?;
            file.persist(self.path(key)).map_err(io::Error::from)
        });
        if let Err(error) = written {
            tracing::warn!(
                folder = %self.0.display(), "compiled code is not kept in the cache: {error}"
            );
        }
    }
}

fn make(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// Checks that no other user can put files into a folder.
#[cfg(unix)]
fn private(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::MetadataExt;

    let metadata = fs::metadata(folder)?;
    if metadata.uid() != rustix::process::geteuid().as_raw() {
        return Err(io::Error::new(
            io::ErrorKind::PermissionDenied,
            "the folder belongs to another user",
        ));
    }
    if metadata.mode() & 0o022 != 0 {
        return Err(io::Error::new(
            io::ErrorKind::PermissionDenied,
            "others may write to the folder: `chmod go-w` it",
        ));
    }
    Ok(())
}

/// On systems without such modes, a folder in the user's profile is as private as the profile.
#[cfg(not(unix))]
fn private(folder: &Path) -> io::Result<()> {
    fs::metadata(folder).map(drop)
}

#[cfg(test)]
mod tests;

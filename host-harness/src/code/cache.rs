//! A folder that caches compiled components.

use std::fs;
use std::hash::{Hash, Hasher};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};
use wasmtime::Engine;

/// The start of every file; the digest and the code follow.
const MAGIC: &[u8; 16] = b"host-harness.1\r\n";

type Sum = [u8; 32];

/// A folder that caches compiled components and belongs to this user alone.
///
/// Machine code cannot be verified, so anyone who can write to the folder can run code in this
/// process. It is created with mode 0700, its files with 0600, and a folder that another user owns
/// or can write to is not used. The digest in each file guards against damage and mix-ups: code
/// that is not exactly what was written for this component, these engine settings and this version
/// is recompiled, never loaded.
#[derive(Clone, Debug)]
pub(crate) struct Cache(PathBuf);

/// The cache entry of one component.
pub(super) struct Entry<'a> {
    folder: &'a Path,
    key: Sum,
}

impl Cache {
    pub(crate) fn at(folder: PathBuf) -> Self {
        Self(folder)
    }

    /// Returns the cache entry for a component as compiled by this engine.
    pub(super) fn entry(&self, engine: &Engine, component: &[u8]) -> Entry<'_> {
        let mut key = Feed(Sha256::new());
        key.0.update(env!("CARGO_PKG_VERSION"));
        key.0.update(Sha256::digest(component));
        // Covers wasmtime's version, the settings that affect code, and the processor with its
        // features.
        engine.precompile_compatibility_hash().hash(&mut key);
        Entry { folder: &self.0, key: key.0.finalize().into() }
    }
}

impl Entry<'_> {
    fn path(&self) -> PathBuf {
        let name: String = self.key.iter().map(|byte| format!("{byte:02x}")).collect();
        self.folder.join(name + ".cwasm")
    }

    /// Returns the code if it is cached and unaltered.
    pub(super) fn read(&self) -> Option<Vec<u8>> {
        let path = self.path();
        let found = private(self.folder).and_then(|()| fs::read(&path));
        let mut file = match found {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return None,
            Err(error) => {
                tracing::warn!(
                    path = %path.display(), "compiled code is not read from the cache: {error}"
                );
                return None;
            }
        };
        let body = MAGIC.len() + size_of::<Sum>();
        let sum = file.strip_prefix(MAGIC).and_then(|rest| rest.first_chunk::<32>());
        if sum.is_none_or(|sum| *sum != self.sum(&file[body..])) {
            tracing::warn!(
                path = %path.display(), "the cache is damaged: the component is compiled again"
            );
            return None;
        }
        file.drain(..body);
        Some(file)
    }

    /// Caches the code. Failing to write is not an error.
    pub(super) fn write(&self, code: &[u8]) {
        let written = make(self.folder).and_then(|()| private(self.folder)).and_then(|()| {
            // Write to a temporary file with mode 0600 until it is complete.
            let mut file = tempfile::NamedTempFile::new_in(self.folder)?;
            file.write_all(MAGIC)?;
            file.write_all(&self.sum(code))?;
            file.write_all(code)?;
            file.persist(self.path()).map_err(io::Error::from)
        });
        if let Err(error) = written {
            tracing::warn!(
                folder = %self.folder.display(), "compiled code is not kept in the cache: {error}"
            );
        }
    }

    /// Computes a digest of the code and its cache key.
    fn sum(&self, code: &[u8]) -> Sum {
        Sha256::new_with_prefix(self.key).chain_update(code).finalize().into()
    }
}

/// Adapts a digest to the `Hasher` trait.
struct Feed(Sha256);

impl Hasher for Feed {
    fn write(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// Unused: only the digest matters.
    fn finish(&self) -> u64 {
        0
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

//! A folder on systems without Unix's owners and modes: one in the user's profile is as private as
//! the profile.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// A folder.
#[derive(Debug)]
pub(super) struct Folder(PathBuf);

impl Folder {
    /// Finds a folder, or makes it.
    pub(super) fn open(path: &Path, make: bool) -> io::Result<Self> {
        if make {
            fs::create_dir_all(path)?;
        }
        fs::metadata(path).map(|_| Self(path.to_owned()))
    }

    /// Reads a file.
    pub(super) fn read(&self, name: &str) -> io::Result<Vec<u8>> {
        fs::read(self.0.join(name))
    }

    /// Writes a file, which appears whole or not at all.
    pub(super) fn write(&self, name: &str, parts: &[&[u8]]) -> io::Result<()> {
        let mut file = tempfile::NamedTempFile::new_in(&self.0)?;
        parts.iter().try_for_each(|part| file.write_all(part))?;
        file.persist(self.0.join(name)).map(drop).map_err(io::Error::from)
    }
}

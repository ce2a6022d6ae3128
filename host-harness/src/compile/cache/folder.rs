//! A folder that this user alone can change, held open: what was checked is what is used,
//! whatever happens to its name meanwhile.

use std::ffi::OsStr;
use std::fs::File;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::io::{self, Read, Write};
use std::os::fd::OwnedFd;
use std::path::{Component, Path, PathBuf, absolute};

use rustix::fs::{AtFlags, FileType, Mode, OFlags, Stat};
use rustix::io::Errno;

/// Write permission for the group and for all others.
const OTHERS_MAY_WRITE: Mode = Mode::WGRP.union(Mode::WOTH);

/// An open folder that only this user can write to.
#[derive(Debug)]
pub(super) struct Folder(OwnedFd);

impl Folder {
    /// Opens a folder, or makes it with mode 0700.
    ///
    /// It is reached from the root step by step: no folder on the path may let another user
    /// replace the next one, as OpenSSH requires of the path to a user's keys. Links are resolved
    /// beforehand, except for the folder itself, which must not be one.
    pub(super) fn open(path: &Path, make: bool) -> io::Result<Self> {
        let (existing, names) = split(&absolute(path)?, make)?;
        let mut place = PathBuf::from("/");
        let mut folder = rustix::fs::open("/", DIRECTORY, Mode::empty())?;
        check_ancestor(&folder, &place)?;
        let mut step = |folder: &OwnedFd, name: &OsStr| -> io::Result<OwnedFd> {
            place.push(name);
            let next = rustix::fs::openat(folder, name, DIRECTORY, Mode::empty())
                .map_err(|error| named(&place, error))?;
            check_ancestor(&next, &place)?;
            Ok(next)
        };
        for part in existing.components() {
            if let Component::Normal(name) = part {
                folder = step(&folder, name)?;
            }
        }
        for name in names.iter().rev() {
            if make {
                match rustix::fs::mkdirat(&folder, name.as_os_str(), Mode::RWXU) {
                    Ok(()) | Err(Errno::EXIST) => {}
                    Err(error) => return Err(named(path, error)),
                }
            }
            folder = step(&folder, name)?;
        }
        check_own(&rustix::fs::fstat(&folder)?, path)?;
        Ok(Self(folder))
    }

    /// Reads a file of this user.
    pub(super) fn read(&self, name: &str) -> io::Result<Vec<u8>> {
        // A pipe in place of the file must not block.
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let mut file = File::from(rustix::fs::openat(&self.0, name, flags, Mode::empty())?);
        let found = rustix::fs::fstat(&file)?;
        if FileType::from_raw_mode(found.st_mode) != FileType::RegularFile {
            return Err(refused(Path::new(name), "is not a file"));
        }
        check_own(&found, Path::new(name))?;
        let mut bytes = Vec::with_capacity(usize::try_from(found.st_size).unwrap_or_default());
        file.read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    /// Writes a file with mode 0600, which appears whole or not at all.
    pub(super) fn write(&self, name: &str, parts: &[&[u8]]) -> io::Result<()> {
        let temporary = format!(".{:016x}", RandomState::new().build_hasher().finish());
        let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::CLOEXEC;
        let mode = Mode::RUSR | Mode::WUSR;
        let mut file = File::from(rustix::fs::openat(&self.0, &temporary, flags, mode)?);
        let written = parts
            .iter()
            .try_for_each(|part| file.write_all(part))
            .and_then(|()| Ok(rustix::fs::renameat(&self.0, &temporary, &self.0, name)?));
        if written.is_err() {
            let _ = rustix::fs::unlinkat(&self.0, &temporary, AtFlags::empty());
        }
        written
    }
}

/// A folder to pass through: on Linux without permission to list it.
const DIRECTORY: OFlags = {
    let flags = OFlags::DIRECTORY.union(OFlags::NOFOLLOW).union(OFlags::CLOEXEC);
    #[cfg(target_os = "linux")]
    let flags = flags.union(OFlags::PATH);
    flags
};

/// Splits a path into what exists, without links, and the names behind it, last one first. The
/// folder itself is always among the names.
fn split(path: &Path, make: bool) -> io::Result<(PathBuf, Vec<std::ffi::OsString>)> {
    let mut names = Vec::new();
    let mut rest = path;
    loop {
        let (Some(parent), Some(name)) = (rest.parent(), rest.file_name()) else {
            return Err(refused(path, "cannot be a cache"));
        };
        names.push(name.to_owned());
        match parent.canonicalize() {
            Ok(existing) => return Ok((existing, names)),
            Err(error) if make && error.kind() == io::ErrorKind::NotFound => rest = parent,
            Err(error) => return Err(error),
        }
    }
}

/// Checks that no other user can replace what is in a folder that leads to the cache.
fn check_ancestor(folder: &OwnedFd, path: &Path) -> io::Result<()> {
    let found = rustix::fs::fstat(folder)?;
    if ![0, rustix::process::geteuid().as_raw()].contains(&found.st_uid) {
        return Err(refused(path, "belongs to another user"));
    }
    let mode = Mode::from_raw_mode(found.st_mode);
    // In a sticky folder only its owner and an entry's owner can replace the entry.
    if mode.intersects(OTHERS_MAY_WRITE) && !mode.contains(Mode::SVTX) {
        return Err(refused(path, "may be written to by others: `chmod go-w` it"));
    }
    Ok(())
}

/// Checks that the folder or a file in it is this user's, and that nobody else may write to it.
fn check_own(found: &Stat, path: &Path) -> io::Result<()> {
    if found.st_uid != rustix::process::geteuid().as_raw() {
        return Err(refused(path, "belongs to another user"));
    }
    if Mode::from_raw_mode(found.st_mode).intersects(OTHERS_MAY_WRITE) {
        return Err(refused(path, "may be written to by others: `chmod go-w` it"));
    }
    Ok(())
}

fn refused(path: &Path, problem: &str) -> io::Error {
    io::Error::new(io::ErrorKind::PermissionDenied, format!("{} {problem}", path.display()))
}

fn named(path: &Path, error: Errno) -> io::Error {
    let error = io::Error::from(error);
    io::Error::new(error.kind(), format!("{}: {error}", path.display()))
}

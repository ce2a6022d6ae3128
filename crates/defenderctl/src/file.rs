//! Files that are written whole or not at all, and the text of files that are read.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use uuid::Uuid;

/// A file being written under another name in the same folder. Dropped before [`keep`](Self::keep),
/// it leaves nothing behind.
pub(crate) struct Partial {
    target: PathBuf,
    /// Where the bytes are until they are kept.
    path: PathBuf,
    file: Option<File>,
}

impl Partial {
    /// Opens a file beside `target`.
    pub(crate) fn beside(target: &Path) -> io::Result<Self> {
        Self::open(target, OpenOptions::new())
    }

    /// Opens a file beside `target` that its owner alone may read.
    pub(crate) fn private(target: &Path) -> io::Result<Self> {
        let mut options = OpenOptions::new();
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        Self::open(target, options)
    }

    fn open(target: &Path, mut options: OpenOptions) -> io::Result<Self> {
        let Some(name) = target.file_name() else {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "the path names no file"));
        };
        // A rename would put a file in the place of a device or a pipe.
        if fs::metadata(target).is_ok_and(|found| !found.is_file()) {
            return Err(io::Error::new(
                io::ErrorKind::InvalidInput,
                "the path names something that is not a file",
            ));
        }
        let mut hidden = std::ffi::OsString::from(".");
        hidden.push(name);
        hidden.push(format!(".{}.part", Uuid::new_v4().simple()));
        let path = target.with_file_name(hidden);
        let file = options.write(true).create_new(true).open(&path)?;
        Ok(Self { target: target.to_owned(), path, file: Some(file) })
    }

    /// Adds bytes.
    pub(crate) fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        match &mut self.file {
            Some(file) => file.write_all(bytes),
            None => Err(io::ErrorKind::BrokenPipe.into()),
        }
    }

    /// Gives the file its name. An existing file is replaced only with `replace`, else the error is
    /// `AlreadyExists`.
    pub(crate) fn keep(mut self, replace: bool) -> io::Result<()> {
        if let Some(file) = self.file.take() {
            file.sync_all()?;
        }
        if replace {
            return fs::rename(&self.path, &self.target);
        }
        // A link never replaces; a rename does. The second name goes when `self` is dropped.
        match fs::hard_link(&self.path, &self.target) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => self.keep_without_links(),
            done => done,
        }
    }

    /// Some file systems have no links: there, a look before the rename must do.
    fn keep_without_links(&self) -> io::Result<()> {
        if self.target.try_exists()? {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        fs::rename(&self.path, &self.target)
    }
}

impl Drop for Partial {
    fn drop(&mut self) {
        drop(self.file.take());
        // Gone already if it was renamed.
        let _ = fs::remove_file(&self.path);
    }
}

/// A text without the mark that editors put in front of what they save as UTF-8.
pub(crate) fn without_mark(text: &str) -> &str {
    text.strip_prefix('\u{feff}').unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder() -> PathBuf {
        let folder = std::env::temp_dir().join(format!("defenderctl-{}", Uuid::new_v4().simple()));
        fs::create_dir(&folder).expect("a folder");
        folder
    }

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).expect("a folder");
        entries
            .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
            .collect()
    }

    #[test]
    fn only_a_kept_file_stays() {
        let folder = folder();
        let mut partial = Partial::beside(&folder.join("a")).expect("a file");
        partial.write(b"one").expect("space");
        drop(partial);
        assert!(names(&folder).is_empty());
        let mut partial = Partial::beside(&folder.join("a")).expect("a file");
        partial.write(b"one").expect("space");
        partial.keep(false).expect("a free name");
        assert_eq!(names(&folder), ["a"]);
        fs::remove_dir_all(folder).expect("gone");
    }

    #[test]
    fn an_existing_file_is_replaced_only_when_asked() {
        let folder = folder();
        let target = folder.join("a");
        fs::write(&target, "old").expect("space");
        let refused = Partial::beside(&target).expect("a file").keep(false);
        assert_eq!(refused.map_err(|error| error.kind()), Err(io::ErrorKind::AlreadyExists));
        assert_eq!(fs::read_to_string(&target).expect("a file"), "old");
        Partial::beside(&target).expect("a file").keep(true).expect("replaced");
        assert_eq!(fs::read_to_string(&target).expect("a file"), "");
        assert_eq!(names(&folder), ["a"]);
        fs::remove_dir_all(folder).expect("gone");
    }
}

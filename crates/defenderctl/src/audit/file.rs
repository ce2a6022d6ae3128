//! The audit file itself: appended to line by line, each line one write, and on the disk before the
//! call goes on.

use std::fs::{File, Metadata, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::failure::Failure;

/// An audit file that is open.
#[derive(Clone)]
pub(crate) struct AuditFile {
    path: PathBuf,
    file: Arc<File>,
}

impl AuditFile {
    /// Opens an audit file, or makes one that its owner alone may read and write.
    ///
    /// # Errors
    ///
    /// It cannot be opened, is no file of one's own, or others may write to it.
    pub(crate) fn open(path: &Path) -> Result<Self, Failure> {
        let mut options = OpenOptions::new();
        options.read(true).append(true).create(true);
        #[cfg(unix)]
        {
            use std::os::unix::fs::OpenOptionsExt;
            // A link could lead anywhere, and a pipe without a reader must not hold an isolation
            // up.
            options.mode(0o600).custom_flags(libc::O_NOFOLLOW | libc::O_NONBLOCK);
        }
        let opened = options.open(path).and_then(|file| check(path, &file).map(|()| file));
        match opened {
            Ok(file) => Ok(Self { path: path.to_owned(), file: Arc::new(file) }),
            Err(error) => Err(unwritable(path, &error)),
        }
    }

    /// Where it is.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Adds a line, which is on the disk when this returns.
    pub(super) fn append(&self, line: &str) -> io::Result<()> {
        let mut text = String::with_capacity(line.len() + 2);
        if !self.ends_a_line()? {
            text.push('\n');
        }
        text.push_str(line);
        text.push('\n');
        // One write: lines of several programs do not mix.
        let written = (&*self.file).write(text.as_bytes())?;
        if written != text.len() {
            return Err(io::Error::new(io::ErrorKind::WriteZero, "the line was cut off"));
        }
        self.file.sync_data()?;
        still_there(&self.path, &self.file)
    }

    /// Whether the last line is whole. One that was cut off by a full disk must not spoil the next.
    fn ends_a_line(&self) -> io::Result<bool> {
        let mut file = &*self.file;
        if file.metadata()?.len() == 0 {
            return Ok(true);
        }
        let mut last = [0];
        file.seek(SeekFrom::End(-1))?;
        file.read_exact(&mut last)?;
        Ok(last == *b"\n")
    }

    /// Why a call was not made.
    pub(super) fn unwritable(&self, error: &io::Error) -> Failure {
        unwritable(&self.path, error)
    }
}

fn unwritable(path: &Path, error: &io::Error) -> Failure {
    Failure::settings(format!(
        "the audit file {} cannot be written: {error}; nothing was sent to any machine. --audit or DEFENDERCTL_AUDIT names it",
        path.display()
    ))
}

/// Checks that the file can serve as evidence. The name of a new file is on the disk afterwards.
fn check(path: &Path, file: &File) -> io::Result<()> {
    let metadata = file.metadata()?;
    own(&metadata)?;
    #[cfg(unix)]
    {
        let folder =
            path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let folder = File::open(folder)?;
        private(&folder.metadata()?)?;
        if metadata.len() == 0 {
            folder.sync_all()?;
        }
    }
    Ok(())
}

/// Refuses a folder in which any user can replace the file. The sticky bit prevents that.
#[cfg(unix)]
fn private(folder: &Metadata) -> io::Result<()> {
    use std::os::unix::fs::MetadataExt;
    if folder.mode() & 0o1002 == 0o002 {
        return Err(io::Error::new(
            io::ErrorKind::PermissionDenied,
            "every user can replace files in its folder: `chmod o-w` the folder",
        ));
    }
    Ok(())
}

/// Checks that the path still leads to the open file. A line in a file that was moved or deleted is
/// a line that nobody finds.
fn still_there(path: &Path, file: &File) -> io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        let open = file.metadata()?;
        let named = std::fs::symlink_metadata(path)?;
        if (open.dev(), open.ino()) != (named.dev(), named.ino()) {
            return Err(io::Error::new(
                io::ErrorKind::NotFound,
                "another file has its name: it was moved while it was in use",
            ));
        }
    }
    Ok(())
}

/// Whether it is a file that only its owner can write to: what others can change is no evidence.
fn own(metadata: &Metadata) -> io::Result<()> {
    let refuse = |problem| Err(io::Error::new(io::ErrorKind::PermissionDenied, problem));
    if !metadata.is_file() {
        return refuse("it is not a file");
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        if metadata.uid() != rustix::process::geteuid().as_raw() {
            return refuse("it belongs to another user");
        }
        if metadata.mode() & 0o022 != 0 {
            return refuse("others may write to it: `chmod go-w` it");
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn folder() -> tempfile::TempDir {
        tempfile::tempdir().expect("a folder")
    }

    #[test]
    fn lines_are_appended_and_one_that_was_cut_off_is_ended() {
        let folder = folder();
        let path = folder.path().join("audit.jsonl");
        AuditFile::open(&path).expect("a file").append("one").expect("space");
        AuditFile::open(&path).expect("a file").append("two").expect("space");
        assert_eq!(fs::read_to_string(&path).expect("a file"), "one\ntwo\n");
        fs::write(&path, "one\ntw").expect("space");
        AuditFile::open(&path).expect("a file").append("three").expect("space");
        assert_eq!(fs::read_to_string(&path).expect("a file"), "one\ntw\nthree\n");
    }

    #[cfg(unix)]
    #[test]
    fn a_file_that_is_moved_deleted_or_replaced_takes_no_more_lines() {
        let folder = folder();
        let path = folder.path().join("audit.jsonl");
        let file = AuditFile::open(&path).expect("a file");
        file.append("one").expect("space");
        fs::rename(&path, folder.path().join("audit.jsonl.1")).expect("own folder");
        assert_eq!(file.append("two").unwrap_err().kind(), io::ErrorKind::NotFound);
        fs::write(&path, "").expect("space");
        assert_eq!(file.append("three").unwrap_err().kind(), io::ErrorKind::NotFound);
        AuditFile::open(&path).expect("a file").append("four").expect("space");
    }

    #[cfg(unix)]
    #[test]
    fn a_folder_that_everyone_can_write_to_is_refused_unless_it_is_sticky() {
        use std::os::unix::fs::PermissionsExt;

        let folder = folder();
        let path = folder.path().join("audit.jsonl");
        for (mode, is_refused) in [(0o777, true), (0o1777, false), (0o775, false)] {
            fs::set_permissions(folder.path(), fs::Permissions::from_mode(mode)).expect("own");
            assert_eq!(AuditFile::open(&path).is_err(), is_refused, "{mode:o}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_new_file_is_private_and_what_others_could_change_is_refused() {
        use std::os::unix::fs::{PermissionsExt, symlink};

        let folder = folder();
        let path = folder.path().join("audit.jsonl");
        AuditFile::open(&path).expect("a file");
        let mode =
            |mode| fs::set_permissions(&path, fs::Permissions::from_mode(mode)).expect("own file");
        assert_eq!(fs::metadata(&path).expect("a file").permissions().mode() & 0o777, 0o600);
        for open in [0o620, 0o602, 0o666] {
            mode(open);
            assert!(AuditFile::open(&path).is_err(), "{open:o}");
        }
        mode(0o644);
        AuditFile::open(&path).expect("others may read it");
        let link = folder.path().join("link");
        symlink(&path, &link).expect("a link");
        for wrong in [
            link.as_path(),
            folder.path(),
            Path::new("/dev/null"),
            &folder.path().join("nowhere/a"),
        ] {
            assert!(AuditFile::open(wrong).is_err(), "{}", wrong.display());
        }
    }
}

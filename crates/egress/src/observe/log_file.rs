//! A log of the egress in a file.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use serde::Serialize;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::{Event, Exchange, Observer};

/// A file that gets a line of JSON for each event: the time, and the members of [`Exchange`] and
/// [`Event`].
///
/// Each line is one write, so that several processes can share the file. A line that cannot be
/// written is lost, with a warning for the first one.
#[derive(Debug)]
pub struct LogFile {
    path: PathBuf,
    file: File,
    failed: AtomicBool,
}

#[derive(Serialize)]
struct Line<'a> {
    time: String,
    #[serde(flatten)]
    exchange: &'a Exchange,
    #[serde(flatten)]
    event: &'a Event,
}

impl LogFile {
    /// Opens a file to append to, or creates one that its owner alone may read and write.
    ///
    /// # Errors
    ///
    /// It cannot be opened, others may write to it, or it is not a file: a link could lead
    /// anywhere, and a pipe could hold requests up.
    pub fn open(path: &Path) -> io::Result<Self> {
        let mut options = OpenOptions::new();
        options.append(true).create(true);
        #[cfg(unix)]
        {
            use std::os::unix::fs::OpenOptionsExt;
            options.mode(0o600).custom_flags(libc::O_NOFOLLOW | libc::O_NONBLOCK);
        }
        let file = options.open(path)?;
        if !file.metadata()?.is_file() {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "it is not a file"));
        }
        #[cfg(unix)]
        {
            use std::os::unix::fs::MetadataExt;
            if file.metadata()?.mode() & 0o022 != 0 {
                let problem = "others may write to it: `chmod go-w` it";
                return Err(io::Error::new(io::ErrorKind::PermissionDenied, problem));
            }
        }
        Ok(Self { path: path.to_owned(), file, failed: AtomicBool::new(false) })
    }

    /// Returns where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    fn write(&self, exchange: &Exchange, event: &Event) -> io::Result<()> {
        let time = OffsetDateTime::now_utc().format(&Rfc3339).map_err(io::Error::other)?;
        let mut line = serde_json::to_vec(&Line { time, exchange, event })?;
        line.push(b'\n');
        let written = (&self.file).write(&line)?;
        if written < line.len() {
            return Err(io::Error::new(io::ErrorKind::WriteZero, "a line was cut off"));
        }
        Ok(())
    }
}

impl Observer for LogFile {
    fn observe(&self, exchange: &Exchange, event: &Event) {
        if let Err(error) = self.write(exchange, event)
            && !self.failed.swap(true, Ordering::Relaxed)
        {
            let path = self.path.display();
            tracing::warn!("the egress log {path} lacks lines, it cannot be written: {error}");
        }
    }
}

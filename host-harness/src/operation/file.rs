//! A journal in its own folder: a lock, the state and the targets' results.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::{Entry, Journal};

/// The state after the last step; always replaced as a whole.
const STATE: &str = "operation.json";

/// Marker file: exists while a step that sends is running or may have run.
const SENDING: &str = "sending";

/// The targets' results, one JSON document per line.
const RESULTS: &str = "results.jsonl";

const LOCK: &str = "lock";

/// A journal in a folder. Only the owner can read the folder and its files: parameters and results
/// may be confidential.
///
/// The lock is held while this value lives and also excludes other processes; the operating system
/// releases it when a process dies.
#[derive(Debug)]
pub struct FileJournal {
    folder: PathBuf,
    _lock: File,
}

/// The result of one target.
#[derive(Debug, Serialize, Deserialize)]
struct Yielded {
    target: usize,
    data: String,
}

impl FileJournal {
    /// Opens and locks the journal in a folder, creating the folder if needed.
    ///
    /// # Errors
    ///
    /// [`io::ErrorKind::WouldBlock`] if another owner holds the lock; otherwise the file system's
    /// error.
    pub fn open(folder: impl Into<PathBuf>) -> io::Result<Self> {
        let folder = folder.into();
        make_private(&folder)?;
        let lock = private(OpenOptions::new().create(true).truncate(false).write(true))
            .open(folder.join(LOCK))?;
        lock.try_lock().map_err(|error| match error {
            fs::TryLockError::WouldBlock => {
                let message = format!(
                    "{} is in use: another process goes on with this operation",
                    folder.display()
                );
                io::Error::new(io::ErrorKind::WouldBlock, message)
            }
            fs::TryLockError::Error(error) => error,
        })?;
        Ok(Self { folder, _lock: lock })
    }

    /// Returns the journal's folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Returns the targets' results so far as JSON, each with the target's index in the operation.
    ///
    /// # Errors
    ///
    /// The file cannot be read. A last line that a crash truncated is skipped.
    pub fn results(&self) -> io::Result<Vec<(usize, String)>> {
        let text = match fs::read_to_string(self.folder.join(RESULTS)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            text => text?,
        };
        let mut results: Vec<(usize, String)> = Vec::new();
        for line in text.lines() {
            if let Ok(Yielded { target, data }) = serde_json::from_str(line) {
                results.retain(|(other, _)| *other != target);
                results.push((target, data));
            }
        }
        results.sort_by_key(|(target, _)| *target);
        Ok(results)
    }

    fn write(&self, name: &str, bytes: &[u8]) -> io::Result<()> {
        let (path, new) = (self.folder.join(name), self.folder.join(format!("{name}.new")));
        let mut file =
            private(OpenOptions::new().create(true).truncate(true).write(true)).open(&new)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&new, &path)?;
        self.sync()
    }

    /// Makes the folder's entries durable.
    fn sync(&self) -> io::Result<()> {
        // Other systems cannot open a folder as a file.
        if cfg!(unix) { File::open(&self.folder)?.sync_all() } else { Ok(()) }
    }

    fn keep_results(&self, entry: &Entry) -> io::Result<()> {
        let mut lines = String::new();
        for (target, found) in entry.progress.targets.iter().enumerate() {
            if let Some(data) = &found.data {
                lines += &serde_json::to_string(&Yielded { target, data: data.clone() })?;
                lines.push('\n');
            }
        }
        if lines.is_empty() {
            return Ok(());
        }
        let path = self.folder.join(RESULTS);
        let mut file = private(OpenOptions::new().create(true).append(true)).open(path)?;
        // Terminates a line that a crash truncated.
        if file.metadata()?.len() > 0 {
            lines.insert(0, '\n');
        }
        file.write_all(lines.as_bytes())?;
        file.sync_all()
    }
}

impl Journal for FileJournal {
    async fn before(&mut self, step: u64) -> io::Result<()> {
        self.write(SENDING, step.to_string().as_bytes())
    }

    async fn after(&mut self, entry: &Entry) -> io::Result<()> {
        self.keep_results(entry)?;
        let mut kept = entry.clone();
        kept.progress.targets.iter_mut().for_each(|target| target.data = None);
        self.write(STATE, &serde_json::to_vec(&kept)?)?;
        // The marker names its step, so a stale one does not apply to the next step.
        match fs::remove_file(self.folder.join(SENDING)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    async fn load(&mut self) -> io::Result<Entry> {
        let mut entry: Entry = serde_json::from_slice(&fs::read(self.folder.join(STATE))?)?;
        entry.is_sending = match fs::read_to_string(self.folder.join(SENDING)) {
            // An unreadable marker may be about this step.
            Ok(step) => step.trim().parse().map_or(true, |step: u64| step == entry.step),
            Err(error) if error.kind() == io::ErrorKind::NotFound => false,
            Err(error) => return Err(error),
        };
        Ok(entry)
    }
}

fn make_private(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    options
}

//! A journal in a folder of its own: a lock, the state, and what targets have yielded.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::{Entry, Journal};

/// The state after the last step. Replaced as a whole.
const STATE: &str = "operation.json";

/// There while a step that sends is, or may have been, under way.
const SENDING: &str = "sending";

/// What targets have yielded, one JSON document a line.
const RESULTS: &str = "results.jsonl";

const LOCK: &str = "lock";

/// A journal in a folder. The folder and its files are readable by their owner only: parameters and results may be confidential.
///
/// It is locked as long as this value lives, against other processes too; the operating system unlocks it when a process dies.
#[derive(Debug)]
pub struct FileJournal {
    folder: PathBuf,
    _lock: File,
}

/// What one target has yielded.
#[derive(Debug, Serialize, Deserialize)]
struct Yielded {
    target: usize,
    data: String,
}

impl FileJournal {
    /// Opens the journal in a folder, which is made if need be, and locks it.
    ///
    /// # Errors
    ///
    /// [`io::ErrorKind::WouldBlock`] if another owner has it; else what the file system says.
    pub fn open(folder: impl Into<PathBuf>) -> io::Result<Self> {
        let folder = folder.into();
        make_private(&folder)?;
        let lock = private(OpenOptions::new().create(true).truncate(false).write(true)).open(folder.join(LOCK))?;
        lock.try_lock().map_err(|error| match error {
            fs::TryLockError::WouldBlock => {
                let message = format!("{} is in use: another process goes on with this operation", folder.display());
                io::Error::new(io::ErrorKind::WouldBlock, message)
            }
            fs::TryLockError::Error(error) => error,
        })?;
        Ok(Self { folder, _lock: lock })
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// What targets have yielded so far, as JSON, by their places in the operation.
    ///
    /// # Errors
    ///
    /// The file cannot be read. A last line that was cut off by a crash is passed over.
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
        let mut file = private(OpenOptions::new().create(true).truncate(true).write(true)).open(&new)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&new, &path)?;
        self.sync()
    }

    /// Makes names in the folder last.
    fn sync(&self) -> io::Result<()> {
        // Other systems have no handle of a folder.
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
        // A line that a crash cut off ends here.
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
        // It names the step that it is about, so that one that is left behind says nothing of the next.
        match fs::remove_file(self.folder.join(SENDING)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    async fn load(&mut self) -> io::Result<Entry> {
        let mut entry: Entry = serde_json::from_slice(&fs::read(self.folder.join(STATE))?)?;
        entry.is_sending = match fs::read_to_string(self.folder.join(SENDING)) {
            // What cannot be read may be a note about this step.
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

//! Calls that change something, each with its journal in a folder of the user's state folder:
//! `resume` goes on with them.
//!
//! A folder has the journal's own files and `call.json`, which is there once the call was planned:
//! without it nothing was sent. It is gone seven days after the call has ended.

mod keep;
mod plan;
mod record;

use std::env;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use etcetera::BaseStrategy;
use etcetera::base_strategy::choose_native_strategy;
use host_harness::operation::FileJournal;
use time::format_description::well_known::Rfc3339;
use time::{Duration, OffsetDateTime};

use super::failure::Failure;
use super::file::Partial;

pub(crate) use keep::Keep;
pub(crate) use plan::Plan;
pub(crate) use record::{Record, Shown, Wanted};

/// Names the folder in place of the user's own.
const VARIABLE: &str = "DEFENDERCTL_STATE_DIR";

/// How long a call that has ended is kept.
const KEPT: Duration = Duration::days(7);

const RECORD: &str = "call.json";

/// Where the calls of this user are.
pub(crate) struct Calls(PathBuf);

/// A call, and where it is kept.
pub(crate) struct Call {
    folder: PathBuf,
    pub(crate) record: Record,
}

impl Calls {
    /// The user's.
    ///
    /// # Errors
    ///
    /// The system does not say where they are.
    pub(crate) fn of_user() -> Result<Self, Failure> {
        let own = || {
            let folders = choose_native_strategy().ok()?;
            Some(folders.state_dir().unwrap_or_else(|| folders.data_dir()).join("defenderctl"))
        };
        let given = env::var_os(VARIABLE).filter(|value| !value.is_empty()).map(PathBuf::from);
        let state = given.or_else(own).ok_or_else(|| {
            Failure::settings(format!(
                "there is no folder to keep the state of the call in: set {VARIABLE} to one; nothing was sent"
            ))
        })?;
        Ok(Self(state.join("calls")))
    }

    /// Begins a call: its journal is open, and locked. What ended long ago is cleared away.
    ///
    /// # Errors
    ///
    /// The journal cannot be kept, so the call must not be made.
    pub(crate) fn begin(&self, record: Record) -> Result<(Call, FileJournal), Failure> {
        self.clear();
        let call = Call { folder: self.0.join(&record.call_id), record };
        let journal = FileJournal::open(&call.folder).map_err(|error| {
            let folder = self.0.display();
            Failure::settings(format!(
                "{folder} cannot be written: {error}; nothing was sent. The state of the call is kept there: set {VARIABLE} \
                 to another folder"
            ))
        })?;
        Ok((call, journal))
    }

    /// All that are kept, the oldest first.
    ///
    /// # Errors
    ///
    /// The folder is there and cannot be read.
    pub(crate) fn all(&self) -> Result<Vec<Call>, Failure> {
        let names = match fs::read_dir(&self.0) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            names => names.map_err(|error| {
                Failure::local(format!("{} cannot be read: {error}", self.0.display()))
            })?,
        };
        let mut calls: Vec<Call> = names
            .filter_map(Result::ok)
            .filter_map(|entry| Call::load(entry.path()).ok())
            .collect();
        calls.sort_by(|one, other| one.record.began.cmp(&other.record.began));
        Ok(calls)
    }

    /// The call with this identifier, or the only one that begins with it.
    ///
    /// # Errors
    ///
    /// No call begins with it, or more than one does.
    pub(crate) fn find(&self, prefix: &str) -> Result<Call, Failure> {
        let mut found: Vec<Call> = self.all()?;
        found.retain(|call| {
            !prefix.is_empty() && call.record.call_id.starts_with(&prefix.to_ascii_lowercase())
        });
        match (found.pop(), found.len()) {
            (Some(call), 0) => Ok(call),
            (None, _) => Err(Failure::params(format!(
                "there is no call `{prefix}`; `defenderctl resume` lists the unfinished ones"
            ))),
            (Some(_), more) => Err(Failure::params(format!(
                "`{prefix}` is the beginning of {} calls: write more of it",
                more + 1
            ))),
        }
    }

    /// Removes what ended long ago. What cannot be removed now is another time.
    fn clear(&self) {
        let now = OffsetDateTime::now_utc();
        for entry in fs::read_dir(&self.0).into_iter().flatten().filter_map(Result::ok) {
            let path = entry.path();
            let is_over = match Call::load(path.clone()) {
                Ok(call) => call.record.ended.as_deref().is_some_and(|ended| is_past(ended, now)),
                Err(error) if error.kind() == io::ErrorKind::NotFound => is_old(&path, now),
                Err(_) => false,
            };
            // Another process may be printing its result.
            if is_over && let Ok(_lock) = FileJournal::open(&path) {
                let _ = fs::remove_dir_all(&path);
            }
        }
    }
}

fn is_past(ended: &str, now: OffsetDateTime) -> bool {
    OffsetDateTime::parse(ended, &Rfc3339).is_ok_and(|ended| now - ended > KEPT)
}

fn is_old(path: &Path, now: OffsetDateTime) -> bool {
    let changed = fs::metadata(path).and_then(|metadata| metadata.modified());
    changed.is_ok_and(|changed| now - OffsetDateTime::from(changed) > KEPT)
}

impl Call {
    fn load(folder: PathBuf) -> io::Result<Self> {
        let path = folder.join(RECORD);
        let text = fs::read(&path)?;
        check(&folder)?;
        let record: Record = serde_json::from_slice(&text)?;
        let is_own = folder.file_name().is_some_and(|name| *name == *record.call_id);
        if !record.is_known() || !is_own {
            return Err(io::Error::new(
                io::ErrorKind::InvalidData,
                "it is of another version, or was moved",
            ));
        }
        Ok(Self { folder, record })
    }

    /// Its journal, which nobody else can have meanwhile.
    ///
    /// # Errors
    ///
    /// [`io::ErrorKind::WouldBlock`] if another process has it; else what the file system says.
    pub(crate) fn journal(&self) -> io::Result<FileJournal> {
        FileJournal::open(&self.folder)
    }

    /// Keeps it: from now on it can be gone on with.
    ///
    /// # Errors
    ///
    /// It cannot be kept.
    pub(crate) fn save(&self) -> Result<(), Failure> {
        let path = self.folder.join(RECORD);
        let write = || {
            let mut file = Partial::private(&path)?;
            file.write(&serde_json::to_vec(&self.record)?)?;
            file.keep(true)
        };
        write().map_err(|error| Failure::unwritable(&path, &error))
    }

    /// Notes that the audit file has how it ended.
    pub(crate) fn audited(&mut self) {
        self.record.audited = true;
        // Without the note the line is written once more.
        let _ = self.save();
    }

    /// Notes that nothing is left to be done.
    pub(crate) fn ended(&mut self) {
        self.record.ended = Some(record::now());
        // Without the note it is shown as unfinished, and `resume` prints its result.
        let _ = self.save();
    }

    /// Removes a call that nothing was sent for.
    pub(crate) fn forget(self) {
        let _ = fs::remove_dir_all(&self.folder);
    }

    /// Removes a call, whatever was sent for it.
    ///
    /// # Errors
    ///
    /// It is still there, or a part of it.
    pub(crate) fn remove(self) -> io::Result<()> {
        // First: without it the rest is no call that could be gone on with.
        fs::remove_file(self.folder.join(RECORD))?;
        fs::remove_dir_all(&self.folder)
    }
}

/// Refuses a folder that others could have made or changed: it says which component to load, and
/// what to send.
#[cfg(unix)]
fn check(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::MetadataExt;

    let metadata = fs::symlink_metadata(folder)?;
    let is_own = metadata.is_dir() && metadata.uid() == rustix::process::geteuid().as_raw();
    if is_own && metadata.mode() & 0o022 == 0 {
        return Ok(());
    }
    Err(io::Error::new(
        io::ErrorKind::PermissionDenied,
        "it belongs to another user, or others may write to it",
    ))
}

/// Other systems have access lists, which are not looked at.
#[cfg(not(unix))]
fn check(_: &Path) -> io::Result<()> {
    Ok(())
}

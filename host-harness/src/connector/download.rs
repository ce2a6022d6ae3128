//! Reads a file that a connector provides, in chunks.

use std::time::Instant;

use wasmtime::component::ResourceAny;

use super::Connector;
use crate::bindings::downloads::GuestFile;
use crate::deadline::{TimeUp, within};
use crate::instance::Instance;
use crate::pace::Pace;
use crate::turn::Turn;
use crate::{CallError, DownloadLimit, HostError, Limits, TimeLimit};

/// A file being read. Dropping it before the end closes its connection.
///
/// Other calls on the same connector may run between two reads. If one of them terminates the
/// instance that serves the file, reading fails with [`HostError::Gone`].
#[derive(Debug)]
pub struct Download {
    connector: Connector,
    opened: Opened,
    pace: Pace,
}

/// Identifies an open file: its slot, and the generation of the instance in that slot.
#[derive(Clone, Copy, Debug)]
pub(super) struct Opened {
    pub(super) slot: usize,
    pub(super) generation: u64,
    pub(super) file: ResourceAny,
}

impl Download {
    pub(super) fn new(connector: Connector, opened: Opened) -> Self {
        Self { connector, opened, pace: Pace::default() }
    }

    /// Returns the file's name as reported by the service. It comes from a machine that may be
    /// hostile: never use it as a path.
    ///
    /// # Errors
    ///
    /// A [`HostError`] if the instance was terminated during this call or earlier
    /// ([`HostError::Gone`]).
    pub async fn name(&self) -> Result<String, CallError> {
        let mut turn = self.turn().await?;
        let (store, guest) = guest(&mut turn.instance)?;
        let called =
            within(self.connector.host().limits(), guest.call_name(store, self.opened.file)).await;
        let name = turn.judge("file.name", called)?;
        turn.end();
        Ok(name)
    }

    /// Returns the total size in bytes, if the service reports it.
    ///
    /// # Errors
    ///
    /// As [`Download::name`].
    pub async fn size(&self) -> Result<Option<u64>, CallError> {
        let mut turn = self.turn().await?;
        let (store, guest) = guest(&mut turn.instance)?;
        let called =
            within(self.connector.host().limits(), guest.call_size(store, self.opened.file)).await;
        let size = turn.judge("file.size", called)?;
        turn.end();
        Ok(size)
    }

    /// Reads the next chunk, at most `max_bytes` long; empty at the end of the file.
    ///
    /// # Errors
    ///
    /// The connector's own error if the file ends prematurely: `Unreachable`, `TimedOut` or
    /// `MalformedResponse`. [`HostError::SlowDownload`] if the file took too long or came too
    /// slowly. Every further read returns the same again. Otherwise as [`Download::name`].
    pub async fn read(&mut self, max_bytes: u32) -> Result<Vec<u8>, CallError> {
        let limits = self.connector.host().limits();
        let left = self.pace.left(limits)?;
        let time = DownloadLimit::Time(limits.download_time);
        if left.is_zero() {
            return Err(self.pace.exceed(time).into());
        }
        let of_read = Limits { call_time: limits.call_time.min(left), ..limits.clone() };
        let mut turn = self.connector.turn_for(&self.opened).await?;
        let begun = Instant::now();
        let (store, guest) = guest(&mut turn.instance)?;
        let called = within(&of_read, guest.call_read(store, self.opened.file, max_bytes)).await;
        let is_up = matches!(called, Err(TimeUp { limit: TimeLimit::Call, .. }));
        if is_up && left < limits.call_time {
            // The turn is dropped, and with it the instance, which is in the middle of a call.
            return Err(self.pace.exceed(time).into());
        }
        let answer = turn.judge("file.read", called)?;
        turn.end();
        let piece = answer?;
        self.pace.add(limits, piece.len(), begun.elapsed())?;
        Ok(piece)
    }

    /// Returns the SHA-256 of the whole file as 64 lower-case hexadecimal digits; `None` before the
    /// end.
    ///
    /// # Errors
    ///
    /// As [`Download::name`].
    pub async fn sha256(&self) -> Result<Option<String>, CallError> {
        let mut turn = self.turn().await?;
        let (store, guest) = guest(&mut turn.instance)?;
        let called =
            within(self.connector.host().limits(), guest.call_sha256(store, self.opened.file))
                .await;
        let digest = turn.judge("file.sha256", called)?;
        turn.end();
        Ok(digest)
    }

    async fn turn(&self) -> Result<Turn<'_>, CallError> {
        self.connector.turn_for(&self.opened).await
    }
}

impl Drop for Download {
    fn drop(&mut self) {
        self.connector.drop_file(self.opened);
    }
}

fn guest(
    instance: &mut Instance,
) -> Result<(&mut wasmtime::Store<crate::state::State>, GuestFile<'_>), HostError> {
    let Instance { store, downloads, .. } = instance;
    let downloads = downloads.as_ref().ok_or(HostError::NotExported { interface: "downloads" })?;
    Ok((store, downloads.file()))
}

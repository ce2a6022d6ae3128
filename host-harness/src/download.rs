//! A file that a connector offers, read in pieces.

use wasmtime::component::ResourceAny;

use crate::bindings::downloads::GuestFile;
use crate::connector::Connector;
use crate::deadline::within;
use crate::instance::Instance;
use crate::turn::Turn;
use crate::{CallError, HostError};

/// A file being read. Dropping it before the end closes its connection.
///
/// Other calls on the same connector may come between two reads; if one of them ends the instance that the file is read by,
/// reading fails with [`HostError::Gone`].
#[derive(Debug)]
pub struct Download {
    connector: Connector,
    opened: Opened,
}

/// Where a file is open: in the instance of that generation in that slot.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Opened {
    pub(crate) slot: usize,
    pub(crate) generation: u64,
    pub(crate) file: ResourceAny,
}

impl Download {
    pub(crate) fn new(connector: Connector, opened: Opened) -> Self {
        Self { connector, opened }
    }

    /// The file's name as the service gives it. It comes from a machine that may be hostile: never use it as a path.
    ///
    /// # Errors
    ///
    /// A [`HostError`] if the instance was ended, in this call or before ([`HostError::Gone`]).
    pub async fn name(&self) -> Result<String, CallError> {
        let mut turn = self.turn().await?;
        let (store, guest) = guest(&mut turn.instance)?;
        let called = within(self.connector.host().limits(), guest.call_name(store, self.opened.file)).await;
        let name = turn.judge("file.name", called)?;
        turn.end();
        Ok(name)
    }

    /// How many bytes there are in all, if the service says so.
    ///
    /// # Errors
    ///
    /// As [`Download::name`].
    pub async fn size(&self) -> Result<Option<u64>, CallError> {
        let mut turn = self.turn().await?;
        let (store, guest) = guest(&mut turn.instance)?;
        let called = within(self.connector.host().limits(), guest.call_size(store, self.opened.file)).await;
        let size = turn.judge("file.size", called)?;
        turn.end();
        Ok(size)
    }

    /// The next bytes, at most `max_bytes` of them; none at the end of the file.
    ///
    /// # Errors
    ///
    /// The connector's own if the file ends too early: `Unreachable`, `TimedOut` or `MalformedResponse`, and again at every further read. Else
    /// as [`Download::name`].
    pub async fn read(&mut self, max_bytes: u32) -> Result<Vec<u8>, CallError> {
        let mut turn = self.turn().await?;
        let (store, guest) = guest(&mut turn.instance)?;
        let call = guest.call_read(store, self.opened.file, max_bytes);
        let called = within(self.connector.host().limits(), call).await;
        let answer = turn.judge("file.read", called)?;
        turn.end();
        Ok(answer?)
    }

    /// SHA-256 of all the bytes, as 64 lower-case hexadecimal digits; `None` before the end.
    ///
    /// # Errors
    ///
    /// As [`Download::name`].
    pub async fn sha256(&self) -> Result<Option<String>, CallError> {
        let mut turn = self.turn().await?;
        let (store, guest) = guest(&mut turn.instance)?;
        let called = within(self.connector.host().limits(), guest.call_sha256(store, self.opened.file)).await;
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

fn guest(instance: &mut Instance) -> Result<(&mut wasmtime::Store<crate::state::State>, GuestFile<'_>), HostError> {
    let Instance { store, downloads, .. } = instance;
    let downloads = downloads.as_ref().ok_or(HostError::NotExported { interface: "downloads" })?;
    Ok((store, downloads.file()))
}

//! Assigns instances to calls and tracks the files that instances have open.

use std::mem;
use std::sync::{MutexGuard as SyncMutexGuard, PoisonError};

use futures_util::future::select_all;
use plugin_egress::{Egress, SignIns};
use tokio::sync::MutexGuard;

use super::download::Opened;
use super::{Connector, Shared};
use crate::described::{Call, Described};
use crate::state::Grants;
use crate::turn::{Slot, Turn};
use crate::{CallError, HostError};

impl Connector {
    /// Leases an instance for a call to the service, with secrets that have not expired.
    pub(super) async fn fresh_turn(&self, call: Call<'_>) -> Result<Turn<'_>, CallError> {
        self.refresh().await?;
        let described = self.described().await?;
        let turn = self.turn().await?;
        turn.permit(described.access(call), described.read_posts());
        Ok(turn)
    }

    /// Returns what the component says of itself.
    pub(super) async fn described(&self) -> Result<&Described, CallError> {
        let grants = || Grants {
            egress: Egress::closed(),
            time: self.shared.host.time().clone(),
            stderr: self.shared.stderr.clone(),
            sign_ins: SignIns::default(),
            credentials: None,
        };
        Ok(self.shared.host.described(grants).await?)
    }

    /// Leases any instance and applies the connector's config and session.
    pub(super) async fn turn(&self) -> Result<Turn<'_>, CallError> {
        let (place, slot) = self.free_slot().await;
        let mut turn = self.begin(place, slot).await?;
        turn.catch_up().await?;
        Ok(turn)
    }

    /// Leases the instance in which a file was opened.
    pub(super) async fn turn_for(&self, file: &Opened) -> Result<Turn<'_>, CallError> {
        let slot = self.shared.slots[file.slot].lock().await;
        if slot.holds(file.generation) {
            self.begin(file.slot, slot).await
        } else {
            Err(HostError::Gone.into())
        }
    }

    /// Returns the first free slot, so that consecutive calls use the same instance.
    async fn free_slot(&self) -> (usize, MutexGuard<'_, Slot>) {
        let slots = self.shared.slots.iter().enumerate();
        if let Some(free) =
            slots.clone().find_map(|(place, slot)| Some((place, slot.try_lock().ok()?)))
        {
            return free;
        }
        select_all(slots.map(|(place, slot)| Box::pin(async move { (place, slot.lock().await) })))
            .await
            .0
    }

    pub(super) async fn begin<'a>(
        &'a self,
        place: usize,
        slot: MutexGuard<'a, Slot>,
    ) -> Result<Turn<'a>, CallError> {
        let Shared { host, stderr, common, sign_ins, credentials, .. } = &*self.shared;
        let make = async || {
            let grants = Grants {
                egress: host.egress().clone(),
                time: host.time().clone(),
                stderr: stderr.clone(),
                sign_ins: sign_ins.clone(),
                credentials: credentials.clone(),
            };
            host.instantiate(grants).await
        };
        let mut turn = Turn::begin(place, slot, common, host.limits(), make).await?;
        // Files of terminated instances are already gone.
        let generation = turn.slot.generation;
        let (here, elsewhere) =
            mem::take(&mut *self.dropped()).into_iter().partition(|file| file.slot == place);
        self.dropped().extend::<Vec<_>>(elsewhere);
        turn.close(
            here.into_iter().filter(|file| file.generation == generation).map(|file| file.file),
        )
        .await?;
        Ok(turn)
    }

    /// Records that a file is no longer read. Its instance closes it at once if it is idle.
    pub(super) fn drop_file(&self, file: Opened) {
        self.dropped().push(file);
        let Ok(runtime) = tokio::runtime::Handle::try_current() else { return };
        let connector = self.clone();
        runtime.spawn(async move {
            // A terminated instance has lost its files: do not create a new one to close them.
            if let Ok(turn) = connector.turn_for(&file).await {
                turn.end();
            }
        });
    }

    fn dropped(&self) -> SyncMutexGuard<'_, Vec<Opened>> {
        self.shared.dropped.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

//! A connector as its host sees it: the contract's functions, on an instance that is replaced when it ends.

use std::mem;
use std::sync::{Arc, Mutex as SyncMutex, PoisonError};

use tokio::sync::Mutex;
use wasmtime::component::ResourceAny;
use zeroize::Zeroizing;

use crate::deadline::within;
use crate::download::Download;
use crate::instance::Instance;
use crate::stderr::Stderr;
use crate::turn::{Heir, Settings, Slot, Turn};
use crate::{CallError, Configured, Descriptor, Harness, HostError, Outcome, Report};

/// A connector: one instance of the component, made at the first call and again after it trapped, ran out of time or was
/// abandoned in the middle of a call. A new instance gets the settings and the session of the last one.
///
/// Cheap to clone; the clones share the instance. An instance serves one call at a time, so calls wait for each other: for calls
/// side by side, make more connectors.
#[derive(Clone)]
pub struct Connector {
    shared: Arc<Shared>,
}

struct Shared {
    harness: Harness,
    id: String,
    stderr: Stderr,
    slot: Mutex<Slot>,
    /// Files that were dropped and that the instance, by its generation, has yet to be told of.
    dropped: SyncMutex<Vec<(u64, ResourceAny)>>,
}

impl Connector {
    pub(crate) fn new(harness: Harness, id: String) -> Self {
        let stderr = Stderr::new(harness.limits().stderr_bytes);
        let (slot, dropped) = Default::default();
        Self { shared: Arc::new(Shared { harness, id, stderr, slot, dropped }) }
    }

    /// The host's name for this connector.
    pub fn id(&self) -> &str {
        &self.shared.id
    }

    /// What the component has written to stderr, the latest [`Limits::stderr_bytes`](crate::Limits::stderr_bytes) of it. It is
    /// meant for the developers of the component.
    pub fn stderr(&self) -> String {
        self.shared.stderr.text()
    }

    /// What the connector is and can do. Needs no configuration and no network.
    pub async fn describe(&self) -> Result<Descriptor, CallError> {
        let mut turn = self.turn().await?;
        let Instance { store, connector, .. } = &mut turn.instance;
        let called = within(self.shared.harness.limits(), connector.call_describe(store)).await;
        let descriptor = turn.judge("describe", called)?;
        turn.end();
        Ok(descriptor)
    }

    /// Puts settings and secrets in force, both JSON. They are kept in memory, for instances to come, until others replace them.
    pub async fn configure(&self, config: &str, secrets: &str) -> Result<Configured, CallError> {
        let settings = Settings::new(config, secrets);
        let mut turn = self.turn_as(Heir::OfNothing).await?;
        let Instance { store, connector, .. } = &mut turn.instance;
        let call = connector.call_configure(store, &settings.config, &settings.secrets);
        let called = within(self.shared.harness.limits(), call).await;
        let configured = match turn.judge("configure", called)? {
            Ok(configured) => configured,
            Err(refusal) => {
                turn.end_refused();
                return Err(refusal.into());
            }
        };
        let mut slot = turn.into_slot();
        slot.settings = Some(settings);
        slot.session = None;
        Ok(configured)
    }

    /// Checks that the settings work. Changes nothing at the service.
    pub async fn test(&self) -> Result<Report, CallError> {
        let mut turn = self.turn().await?;
        let Instance { store, connector, .. } = &mut turn.instance;
        let called = within(self.shared.harness.limits(), connector.call_test(store)).await;
        let answer = turn.judge("test", called)?;
        turn.end_with_session().await;
        Ok(answer?)
    }

    /// Carries out an action; `params` is JSON and may be empty.
    ///
    /// A call that fails with a [`HostError`] may have been carried out: look before you repeat it.
    pub async fn execute(&self, action: &str, params: &str) -> Result<Outcome, CallError> {
        let mut turn = self.turn().await?;
        let Instance { store, connector, .. } = &mut turn.instance;
        let params = params.to_owned();
        let call = connector.call_execute(store, action, &params);
        let called = within(self.shared.harness.limits(), call).await;
        let answer = turn.judge("execute", called)?;
        turn.end_with_session().await;
        Ok(answer?)
    }

    /// Opens the file that an action yields.
    ///
    /// # Errors
    ///
    /// Like [`Connector::execute`], and `NotExported` if the component does not offer files.
    pub async fn open(&self, action: &str, params: &str) -> Result<Download, CallError> {
        let mut turn = self.turn().await?;
        let Instance { store, downloads, .. } = &mut turn.instance;
        let Some(downloads) = downloads else {
            turn.end();
            return Err(HostError::NotExported { interface: "downloads" }.into());
        };
        let params = params.to_owned();
        let called = within(self.shared.harness.limits(), downloads.call_open(store, action, &params)).await;
        let answer = turn.judge("open", called)?;
        let generation = turn.slot.generation;
        turn.end_with_session().await;
        Ok(Download::new(self.clone(), generation, answer?))
    }

    /// The access token that the instance has, if it has one, as opaque text. It is a secret.
    pub async fn save(&self) -> Result<Option<String>, CallError> {
        let mut turn = self.turn().await?;
        let snapshot = turn.save().await?;
        turn.into_slot().session = snapshot.clone().map(Zeroizing::new);
        Ok(snapshot)
    }

    /// Gives back what [`Connector::save`] gave, after `configure` with the same settings.
    ///
    /// # Errors
    ///
    /// The connector's own, and `NotExported` if it does not offer sessions.
    pub async fn restore(&self, snapshot: &str) -> Result<(), CallError> {
        let mut turn = self.turn().await?;
        let Instance { store, session, .. } = &mut turn.instance;
        let Some(session) = session else {
            turn.end();
            return Err(HostError::NotExported { interface: "session" }.into());
        };
        let called = within(self.shared.harness.limits(), session.call_restore(store, snapshot)).await;
        let answer = turn.judge("restore", called)?;
        let mut slot = turn.into_slot();
        answer?;
        slot.session = Some(Zeroizing::new(snapshot.to_owned()));
        Ok(())
    }

    pub(crate) fn harness(&self) -> &Harness {
        &self.shared.harness
    }

    pub(crate) async fn turn(&self) -> Result<Turn<'_>, CallError> {
        self.turn_as(Heir::OfAll).await
    }

    async fn turn_as(&self, heir: Heir) -> Result<Turn<'_>, CallError> {
        let shared = &*self.shared;
        let slot = shared.slot.lock().await;
        let mut turn = Turn::begin(slot, &shared.harness, &shared.stderr, heir).await?;
        // Files of instances that have ended went with them.
        let dropped = mem::take(&mut *self.dropped());
        let generation = turn.slot.generation;
        let files = dropped.into_iter().filter(|(of, _)| *of == generation).map(|(_, file)| file).collect();
        turn.close(files).await?;
        Ok(turn)
    }

    /// Notes that a file is no longer read. The instance is told at once if nobody has a turn on it.
    pub(crate) fn drop_file(&self, generation: u64, file: ResourceAny) {
        self.dropped().push((generation, file));
        let Ok(runtime) = tokio::runtime::Handle::try_current() else { return };
        let connector = self.clone();
        runtime.spawn(async move {
            // An instance that has ended took its files along: no new one is made for them.
            let is_there = connector.shared.slot.lock().await.holds(generation);
            if is_there && let Ok(turn) = connector.turn().await {
                turn.end();
            }
        });
    }

    fn dropped(&self) -> std::sync::MutexGuard<'_, Vec<(u64, ResourceAny)>> {
        self.shared.dropped.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl std::fmt::Debug for Connector {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Connector").field("id", &self.shared.id).finish_non_exhaustive()
    }
}

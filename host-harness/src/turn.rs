//! One call's turn on the instance of a connector, and the making of a new instance when the old one has ended.

use tokio::sync::MutexGuard;
use wasmtime::component::ResourceAny;
use zeroize::Zeroizing;

use crate::deadline::{TimeUp, within};
use crate::instance::Instance;
use crate::stderr::Stderr;
use crate::{CallError, Harness, HostError, Limits};

/// What outlives an instance, and the instance while nobody has a turn on it.
#[derive(Default)]
pub(crate) struct Slot {
    /// Taken out for a turn and put back after it: a call that fails or is abandoned midway leaves nothing behind.
    live: Option<Instance>,
    /// How many instances there have been.
    pub(crate) generation: u64,
    /// What the last successful `configure` was given.
    pub(crate) settings: Option<Settings>,
    /// What the last instance would have its successor know.
    pub(crate) session: Option<Zeroizing<String>>,
}

/// The settings in force, wiped from the host's memory when they are no longer.
pub(crate) struct Settings {
    pub(crate) config: Zeroizing<String>,
    pub(crate) secrets: Zeroizing<String>,
}

impl Settings {
    pub(crate) fn new(config: &str, secrets: &str) -> Self {
        Self { config: Zeroizing::new(config.to_owned()), secrets: Zeroizing::new(secrets.to_owned()) }
    }
}

/// What a new instance takes over from the last one.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Heir {
    /// Settings and session.
    OfAll,
    /// Nothing: it is about to get settings of its own.
    OfNothing,
}

/// The right to one call.
pub(crate) struct Turn<'a> {
    pub(crate) slot: MutexGuard<'a, Slot>,
    pub(crate) instance: Instance,
    limits: &'a Limits,
    /// Whether the instance has no settings although there are some: not fit for another turn until it gets its own.
    is_bare: bool,
}

impl Slot {
    /// Whether the instance of that generation is still there.
    pub(crate) fn holds(&self, generation: u64) -> bool {
        self.generation == generation && self.live.is_some()
    }
}

impl<'a> Turn<'a> {
    /// Takes the live instance, or makes one and puts the settings and the session in force that the last one had.
    pub(crate) async fn begin(
        mut slot: MutexGuard<'a, Slot>,
        harness: &'a Harness,
        stderr: &Stderr,
        heir: Heir,
    ) -> Result<Self, CallError> {
        let limits = harness.limits();
        if let Some(instance) = slot.live.take() {
            return Ok(Self { slot, instance, limits, is_bare: false });
        }
        slot.generation += 1;
        let instance = within(limits, harness.instantiate(stderr.clone()))
            .await
            .map_err(|up| HostError::OutOfTime { operation: "instantiate", limit: up.limit, after: up.after })?
            .map_err(|error| HostError::Instantiate(format!("{error:#}")))?;
        let mut turn = Self { slot, instance, limits, is_bare: heir == Heir::OfNothing };
        if heir == Heir::OfAll {
            turn.reconfigure().await?;
            turn.restore().await?;
        }
        Ok(turn)
    }

    /// The value of a call that came back. After an `Err` the turn is to be dropped, and the instance with it.
    pub(crate) fn judge<T>(
        &self,
        operation: &'static str,
        called: Result<wasmtime::Result<T>, TimeUp>,
    ) -> Result<T, HostError> {
        self.instance.judge(operation, self.limits, called)
    }

    /// Ends the turn of a call that came back.
    pub(crate) fn end(self) {
        drop(self.into_slot());
    }

    /// Ends the turn of a `configure` that was refused: what was in force stays so, if need be on the next instance.
    pub(crate) fn end_refused(self) {
        if !self.is_bare {
            self.end();
        }
    }

    /// Ends the turn of a call that came back, and goes on to what outlives the instance.
    pub(crate) fn into_slot(mut self) -> MutexGuard<'a, Slot> {
        self.slot.live = Some(self.instance);
        self.slot
    }

    /// Ends the turn of a call that came back and may have signed in: a successor need not sign in again.
    pub(crate) async fn end_with_session(mut self) {
        match self.save().await {
            Ok(snapshot) => self.into_slot().session = snapshot.map(Zeroizing::new),
            // The call's own answer stands; the instance is gone, and the session before it may still serve.
            Err(error) => tracing::warn!(%error, "the session could not be saved"),
        }
    }

    /// What the instance would have a successor know; `None` too if it does not export `session`.
    pub(crate) async fn save(&mut self) -> Result<Option<String>, HostError> {
        let Instance { store, session, .. } = &mut self.instance;
        let Some(session) = session else { return Ok(None) };
        let called = within(self.limits, session.call_save(store)).await;
        self.judge("save", called)
    }

    /// Lets go of files that the host no longer reads.
    pub(crate) async fn close(&mut self, files: Vec<ResourceAny>) -> Result<(), HostError> {
        for file in files {
            let called = within(self.limits, file.resource_drop_async(&mut self.instance.store)).await;
            self.judge("file.drop", called)?;
        }
        Ok(())
    }

    async fn reconfigure(&mut self) -> Result<(), CallError> {
        let Some(settings) = &self.slot.settings else { return Ok(()) };
        let Instance { store, connector, .. } = &mut self.instance;
        let call = connector.call_configure(store, &settings.config, &settings.secrets);
        let called = within(self.limits, call).await;
        self.judge("configure", called)??;
        Ok(())
    }

    async fn restore(&mut self) -> Result<(), HostError> {
        let Some(snapshot) = &self.slot.session else { return Ok(()) };
        let Instance { store, session, .. } = &mut self.instance;
        let Some(session) = session else { return Ok(()) };
        let called = within(self.limits, session.call_restore(store, snapshot)).await;
        // A refused session is no loss: the instance signs in.
        if self.judge("restore", called)?.is_err() {
            self.slot.session = None;
        }
        Ok(())
    }
}

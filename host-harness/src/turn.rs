//! One call's turn on an instance of a connector, and the making of a new instance when the old one has ended.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::MutexGuard;
use wasmtime::component::ResourceAny;

use crate::common::{Common, Settings};
use crate::deadline::{TimeUp, within};
use crate::instance::Instance;
use crate::{CallError, HostError, Limits};

/// The place of one instance, and the instance while nobody has a turn on it.
#[derive(Default)]
pub(crate) struct Slot {
    /// Taken out for a turn and put back after it: a call that fails or is abandoned midway leaves nothing behind.
    live: Option<Live>,
    /// How many instances there have been.
    pub(crate) generation: u64,
}

/// An instance, and how much of what all instances have in common it knows.
struct Live {
    instance: Instance,
    settings: u64,
    session: u64,
    saved: Option<Instant>,
}

/// The right to one call.
pub(crate) struct Turn<'a> {
    /// Which of the connector's slots it is.
    pub(crate) place: usize,
    pub(crate) slot: MutexGuard<'a, Slot>,
    pub(crate) instance: Instance,
    common: &'a Common,
    limits: &'a Limits,
    /// Which settings the instance has, by their number; 0 before it has any.
    settings: u64,
    /// Which session the instance knows of, by its number; 0 before it knows of any.
    session: u64,
    /// When the instance was last asked for its session.
    saved: Option<Instant>,
}

/// How old the session of an instance that has only sent a request since may get before it is asked for anew. What would be lost
/// with the instance is the count of that second's requests; asking after each would be a good part of what a call costs.
const SESSION_AGE: Duration = Duration::from_secs(1);

impl Slot {
    /// Whether the instance of that generation is still there.
    pub(crate) fn holds(&self, generation: u64) -> bool {
        self.generation == generation && self.live.is_some()
    }
}

impl<'a> Turn<'a> {
    /// Takes the live instance, or makes one. It knows what it knows: see [`Turn::catch_up`].
    pub(crate) async fn begin(
        place: usize,
        mut slot: MutexGuard<'a, Slot>,
        common: &'a Common,
        limits: &'a Limits,
        make: impl AsyncFnOnce() -> wasmtime::Result<Instance>,
    ) -> Result<Self, CallError> {
        if let Some(Live { instance, settings, session, saved }) = slot.live.take() {
            return Ok(Self { place, slot, instance, common, limits, settings, session, saved });
        }
        slot.generation += 1;
        let instance = within(limits, make())
            .await
            .map_err(|up| HostError::OutOfTime { operation: "instantiate", limit: up.limit, after: up.after })?
            .map_err(|error| HostError::Instantiate(error.into()))?;
        Ok(Self { place, slot, instance, common, limits, settings: 0, session: 0, saved: None })
    }

    /// Puts the settings and the session in force that the connector has now. A session that the instance itself has given, or
    /// that it has got already, is not given to it again.
    pub(crate) async fn catch_up(&mut self) -> Result<(), CallError> {
        let (number, settings) = self.common.settings();
        if let Some(settings) = settings.filter(|_| number != self.settings) {
            self.configure(&settings).await??;
            (self.settings, self.session) = (number, 0);
        }
        let (number, session) = self.common.session();
        if let Some(session) = session.filter(|_| number != self.session) {
            // A refused session is no loss: the instance signs in.
            if self.restore(&session).await?.is_err() {
                self.common.forget_session(number);
            }
            self.session = number;
        }
        Ok(())
    }

    /// The settings that the instance has, by their number.
    pub(crate) fn settings(&self) -> u64 {
        self.settings
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
    pub(crate) fn end(mut self) {
        let Self { instance, settings, session, saved, .. } = self;
        self.slot.live = Some(Live { instance, settings, session, saved });
    }

    /// Ends the turn of a call that came back and may have signed in: neither a successor nor the others need sign in again.
    pub(crate) async fn end_with_session(mut self) {
        match self.save().await {
            Ok(snapshot) => self.end_with(snapshot),
            // The call's own answer stands; the instance is gone, and the session before it may still serve.
            Err(error) => tracing::warn!(%error, "the session could not be saved"),
        }
    }

    /// Ends the turn of a call that sent so many requests. One is the call's own; more may have been a sign-in.
    pub(crate) async fn end_after(self, requests: u32) {
        if requests <= 1 && self.saved.is_some_and(|saved| saved.elapsed() < SESSION_AGE) {
            return self.end();
        }
        self.end_with_session().await;
    }

    /// Ends the turn of a call that came back, with what the instance would have the others know.
    pub(crate) fn end_with(mut self, snapshot: Option<String>) {
        if let Some(snapshot) = snapshot {
            self.session = self.common.publish(self.settings, snapshot).unwrap_or(self.session);
        }
        self.end();
    }

    /// Ends the turn of a `configure` that came back and was not refused: what it was given is in force from now on, for all.
    pub(crate) async fn end_configured(mut self, settings: Settings) {
        // The service's budgets are counted on; a session that can't be saved is one that is not there.
        let saved = self.save().await;
        (self.settings, self.session) = (self.common.configure(settings), 0);
        match saved {
            Ok(snapshot) => self.end_with(snapshot),
            Err(error) => tracing::warn!(%error, "the session could not be saved"),
        }
    }

    /// What the instance would have a successor know; `None` too if it does not export `session`.
    pub(crate) async fn save(&mut self) -> Result<Option<String>, HostError> {
        let Instance { store, session, .. } = &mut self.instance;
        let Some(session) = session else { return Ok(None) };
        let called = within(self.limits, session.call_save(store)).await;
        let snapshot = self.judge("save", called)?;
        self.saved = Some(Instant::now());
        Ok(snapshot)
    }

    /// Lets go of files that the host no longer reads.
    pub(crate) async fn close(&mut self, files: impl IntoIterator<Item = ResourceAny>) -> Result<(), HostError> {
        for file in files {
            let called = within(self.limits, file.resource_drop_async(&mut self.instance.store)).await;
            self.judge("file.drop", called)?;
        }
        Ok(())
    }

    async fn configure(&mut self, settings: &Arc<Settings>) -> Result<Result<(), CallError>, HostError> {
        let Instance { store, connector, .. } = &mut self.instance;
        let call = connector.call_configure(store, &settings.config, &settings.secrets);
        let called = within(self.limits, call).await;
        Ok(self.judge("configure", called)?.map(drop).map_err(CallError::from))
    }

    /// What the instance says to a session; nothing if it does not export `session`.
    async fn restore(&mut self, snapshot: &str) -> Result<Result<(), CallError>, HostError> {
        let Instance { store, session, .. } = &mut self.instance;
        let Some(session) = session else { return Ok(Ok(())) };
        let called = within(self.limits, session.call_restore(store, snapshot)).await;
        Ok(self.judge("restore", called)?.map_err(CallError::from))
    }
}

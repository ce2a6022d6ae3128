//! Leases an instance for one call, creating a new one if the previous one was terminated.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::MutexGuard;
use wasmtime::component::ResourceAny;

use plugin_egress::{Access, CallReport, ReadPosts};

use crate::common::{Common, Settings};
use crate::deadline::{TimeUp, within};
use crate::instance::Instance;
use crate::{CallError, HostError, Limits};

/// A slot for one instance. It holds the instance while no call is using it.
#[derive(Default)]
pub(crate) struct Slot {
    /// Taken out for a call and put back afterwards: a call that fails or is dropped midway
    /// discards the instance.
    live: Option<Live>,
    /// Number of instances created in this slot so far.
    pub(crate) generation: u64,
}

/// A live instance, and which config and session revisions it has applied.
struct Live {
    instance: Instance,
    settings: u64,
    session: u64,
    saved: Option<Instant>,
}

/// An exclusive lease of an instance for one call.
pub(crate) struct Turn<'a> {
    /// Index of the slot in the connector.
    pub(crate) place: usize,
    pub(crate) slot: MutexGuard<'a, Slot>,
    pub(crate) instance: Instance,
    common: &'a Common,
    limits: &'a Limits,
    /// Revision of the config that the instance has applied; 0 if none.
    settings: u64,
    /// Revision of the session that the instance has; 0 if none.
    session: u64,
    /// When the session was last saved from the instance.
    saved: Option<Instant>,
    /// What the requests of the last call came to.
    report: CallReport,
}

/// Maximum age of a saved session while the instance only sends ordinary requests. Losing the
/// instance then loses at most that second's request counts; saving after every request would cost
/// a significant part of a call.
const SESSION_AGE: Duration = Duration::from_secs(1);

impl Slot {
    /// Whether the slot still holds the instance of this generation.
    pub(crate) fn holds(&self, generation: u64) -> bool {
        self.generation == generation && self.live.is_some()
    }
}

impl<'a> Turn<'a> {
    /// Takes the live instance or creates one. Its config and session may be out of date: see
    /// [`Turn::catch_up`].
    pub(crate) async fn begin(
        place: usize,
        mut slot: MutexGuard<'a, Slot>,
        common: &'a Common,
        limits: &'a Limits,
        make: impl AsyncFnOnce() -> wasmtime::Result<Instance>,
    ) -> Result<Self, CallError> {
        if let Some(Live { instance, settings, session, saved }) = slot.live.take() {
            let report = CallReport::default();
            return Ok(Self {
                place,
                slot,
                instance,
                common,
                limits,
                settings,
                session,
                saved,
                report,
            });
        }
        slot.generation += 1;
        let instance = within(limits, make())
            .await
            .map_err(|up| HostError::OutOfTime {
                operation: "instantiate",
                limit: up.limit,
                after: up.after,
            })?
            .map_err(|error| HostError::Instantiate(error.into()))?;
        let (settings, session, saved, report) = Default::default();
        Ok(Self { place, slot, instance, common, limits, settings, session, saved, report })
    }

    /// Applies the connector's current config and session. A session that the instance published or
    /// already has is not restored again.
    pub(crate) async fn catch_up(&mut self) -> Result<(), CallError> {
        let (number, settings) = self.common.settings();
        if let Some(settings) = settings.filter(|_| number != self.settings) {
            self.configure(&settings).await??;
            self.apply(number);
        }
        let (number, session) = self.common.session();
        if let Some(session) = session.filter(|_| number != self.session) {
            // A rejected session is harmless: the instance signs in again.
            if self.restore(&session).await?.is_err() {
                self.common.forget_session(number);
            }
            self.session = number;
        }
        Ok(())
    }

    /// Records that the instance has applied this revision of the config, and has no session yet.
    fn apply(&mut self, revision: u64) {
        (self.settings, self.session) = (revision, 0);
        self.instance.store.data_mut().set_settings(revision);
    }

    /// Revision of the config that the instance has applied.
    pub(crate) fn settings(&self) -> u64 {
        self.settings
    }

    /// Says what the next call may send, until it is judged. Without it, a call may only read.
    pub(crate) fn permit(&self, access: Access, read_posts: ReadPosts) {
        self.instance.store.data().guard().begin(access, read_posts);
    }

    /// Takes what the requests of the last call came to.
    pub(crate) fn take_report(&mut self) -> CallReport {
        std::mem::take(&mut self.report)
    }

    /// Returns the value of a completed call. After an `Err`, drop the turn, which discards the
    /// instance.
    pub(crate) fn judge<T>(
        &mut self,
        operation: &'static str,
        called: Result<wasmtime::Result<T>, TimeUp>,
    ) -> Result<T, HostError> {
        self.report = self.instance.store.data().guard().end();
        self.instance.judge(operation, self.limits, called)
    }

    /// Releases the instance after a completed call.
    pub(crate) fn end(mut self) {
        let Self { instance, settings, session, saved, .. } = self;
        self.slot.live = Some(Live { instance, settings, session, saved });
    }

    /// Releases the instance after a call that may have signed in, and publishes its session so
    /// that other instances need not sign in again.
    pub(crate) async fn end_with_session(mut self) {
        match self.save().await {
            Ok(snapshot) => self.end_with(snapshot),
            // The call's result stands. The instance is lost, but the previous session may still be
            // valid.
            Err(error) => tracing::warn!(%error, "the session could not be saved"),
        }
    }

    /// Releases the instance after a call that sent this many requests. One is the call's own; more
    /// may include a sign-in.
    pub(crate) async fn end_after(self, requests: u32) {
        if requests <= 1 && self.saved.is_some_and(|saved| saved.elapsed() < SESSION_AGE) {
            return self.end();
        }
        self.end_with_session().await;
    }

    /// Releases the instance after a completed call and publishes the session snapshot, if there is
    /// one.
    pub(crate) fn end_with(mut self, snapshot: Option<String>) {
        if let Some(snapshot) = snapshot {
            self.session = self.common.publish(self.settings, snapshot).unwrap_or(self.session);
        }
        self.end();
    }

    /// Releases the instance after a successful `configure`, and makes its config the current one
    /// for all instances.
    pub(crate) async fn end_configured(mut self, settings: Settings) {
        // Keep the rate-limit counts; if the session cannot be saved, continue without one.
        let saved = self.save().await;
        self.apply(self.common.configure(settings));
        match saved {
            Ok(snapshot) => self.end_with(snapshot),
            Err(error) => tracing::warn!(%error, "the session could not be saved"),
        }
    }

    /// Saves the instance's session. Also `None` if it does not export `session`.
    pub(crate) async fn save(&mut self) -> Result<Option<String>, HostError> {
        let Instance { store, session, .. } = &mut self.instance;
        let Some(session) = session else { return Ok(None) };
        let called = within(self.limits, session.call_save(store)).await;
        let snapshot = self.judge("save", called)?;
        self.saved = Some(Instant::now());
        Ok(snapshot)
    }

    /// Closes files that the host no longer reads.
    pub(crate) async fn close(
        &mut self,
        files: impl IntoIterator<Item = ResourceAny>,
    ) -> Result<(), HostError> {
        for file in files {
            let called =
                within(self.limits, file.resource_drop_async(&mut self.instance.store)).await;
            self.judge("file.drop", called)?;
        }
        Ok(())
    }

    async fn configure(
        &mut self,
        settings: &Arc<Settings>,
    ) -> Result<Result<(), CallError>, HostError> {
        let Instance { store, connector, .. } = &mut self.instance;
        let call = connector.call_configure(store, &settings.config, &settings.secrets);
        let called = within(self.limits, call).await;
        Ok(self.judge("configure", called)?.map(drop).map_err(CallError::from))
    }

    /// Restores a session in the instance; a no-op if it does not export `session`.
    async fn restore(&mut self, snapshot: &str) -> Result<Result<(), CallError>, HostError> {
        let Instance { store, session, .. } = &mut self.instance;
        let Some(session) = session else { return Ok(Ok(())) };
        let called = within(self.limits, session.call_restore(store, snapshot)).await;
        Ok(self.judge("restore", called)?.map_err(CallError::from))
    }
}

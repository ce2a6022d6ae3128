//! A connector as its host sees it: the contract's functions, on instances that are replaced when they end.

mod actions;
mod connect;
mod secrets;
mod session;
mod steps;
mod turns;

use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex as SyncMutex};

use tokio::sync::Mutex;

use crate::common::{Common, Settings};
use crate::deadline::within;
use crate::download::Opened;
use crate::instance::Instance;
use crate::stderr::Stderr;
use crate::turn::Slot;
use crate::{CallError, Configured, Descriptor, Host, Report};
use plugin_egress::SignIns;
use secrets::Fresh;

/// A connector: a few instances of the component, each made when a call first needs it and again after it trapped, ran out of
/// time or was abandoned in the middle of a call.
///
/// Cheap to clone; the clones share the instances. An instance serves one call at a time, so there are as many calls side by side
/// as [`Limits::parallel_calls`](crate::Limits::parallel_calls), and further ones wait. What the instances share:
///
/// - settings: each has those of the last successful [`Connector::configure`] before its next call begins;
/// - the session: each begins a call with what the one that ended its call last would have it know, and instances that sign in at
///   the same time sign in once. What a component keeps in its session, such as a count of requests for the service's budgets, is
///   therefore shared between calls that follow each other, and between calls side by side as far as the component adds up what
///   it is given;
/// - nothing else. A file belongs to the instance that opened it, and an instance that ends takes no other along.
#[derive(Clone)]
pub struct Connector {
    shared: Arc<Shared>,
}

struct Shared {
    host: Host,
    id: String,
    stderr: Stderr,
    common: Common,
    sign_ins: SignIns,
    /// Where fresh secrets come from, if there is a source. Locked while it is asked.
    fresh: Mutex<Option<Fresh>>,
    /// The settings, by their number, whose secrets the service refused.
    refused: AtomicU64,
    slots: Box<[Mutex<Slot>]>,
    /// Files that were dropped and that their instances have yet to be told of.
    dropped: SyncMutex<Vec<Opened>>,
}

impl Connector {
    pub(crate) fn new(host: Host, id: String) -> Self {
        let limits = host.limits();
        let stderr = Stderr::new(limits.stderr_bytes);
        let slots = (0..limits.parallel_calls.max(1)).map(|_| Mutex::default()).collect();
        let (common, sign_ins, fresh, refused, dropped) = Default::default();
        let shared = Shared { host, id, stderr, common, sign_ins, fresh, refused, slots, dropped };
        Self { shared: Arc::new(shared) }
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
    ///
    /// # Errors
    ///
    /// A [`HostError`](crate::HostError) if an instance could not be made or was ended.
    pub async fn describe(&self) -> Result<Descriptor, CallError> {
        let mut turn = self.turn().await?;
        let Instance { store, connector, .. } = &mut turn.instance;
        let called = within(self.shared.host.limits(), connector.call_describe(store)).await;
        let descriptor = turn.judge("describe", called)?;
        turn.end();
        Ok(descriptor.into())
    }

    /// Puts settings and secrets in force, both JSON. They are kept in memory, for instances to come, until others replace them.
    ///
    /// Calls under way end as they began; those that begin afterwards have the new settings.
    ///
    /// # Errors
    ///
    /// `InvalidConfig` if the settings or secrets are wrong, with every problem in `details`; a [`HostError`](crate::HostError) if an instance
    /// could not be made or was ended. What was in force before stays so.
    pub async fn configure(&self, config: &str, secrets: &str) -> Result<Configured, CallError> {
        let mut fresh = self.shared.fresh.lock().await;
        let configured = self.put_in_force(Settings::new(config, secrets)).await?;
        *fresh = None;
        Ok(configured)
    }

    async fn put_in_force(&self, settings: Settings) -> Result<Configured, CallError> {
        // What the instance knows of the session may hold under the new settings too. Settings that an instance can no longer
        // bear must not keep others from taking their place.
        let mut turn = match self.turn().await {
            Ok(turn) => turn,
            Err(_) => self.begin(0, self.shared.slots[0].lock().await).await?,
        };
        let Instance { store, connector, .. } = &mut turn.instance;
        let call = connector.call_configure(store, &settings.config, &settings.secrets);
        let called = within(self.shared.host.limits(), call).await;
        match turn.judge("configure", called)? {
            Ok(configured) => {
                turn.end_configured(settings).await;
                Ok(configured.into())
            }
            Err(refusal) => {
                turn.end();
                Err(refusal.into())
            }
        }
    }

    /// Makes the instance that the next call would have to make, with the settings and the session in force.
    ///
    /// # Errors
    ///
    /// Like [`Connector::execute`] before anything is sent.
    pub async fn prepare(&self) -> Result<(), CallError> {
        self.fresh_turn().await?.end();
        Ok(())
    }

    /// Checks that the settings work. Changes nothing at the service. A check that fails is a step of the report.
    ///
    /// # Errors
    ///
    /// `NotConfigured` before there are settings in force; else as [`Connector::prepare`], and a [`HostError`](crate::HostError) if the instance
    /// was ended.
    pub async fn test(&self) -> Result<Report, CallError> {
        let mut turn = self.fresh_turn().await?;
        let Instance { store, connector, .. } = &mut turn.instance;
        let called = within(self.shared.host.limits(), connector.call_test(store)).await;
        let answer = turn.judge("test", called)?;
        turn.end_with_session().await;
        Ok(answer?.into())
    }

    pub(crate) fn host(&self) -> &Host {
        &self.shared.host
    }
}

impl std::fmt::Debug for Connector {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Connector").field("id", &self.shared.id).finish_non_exhaustive()
    }
}

//! The connector as a host uses it: the contract's functions, on instances that are replaced when
//! they are terminated.

mod actions;
mod connect;
mod credentials;
mod download;
mod reports;
mod secrets;
mod session;
mod steps;
mod turns;

use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex as SyncMutex, OnceLock};

use tokio::sync::Mutex;

pub use download::Download;

use crate::common::{Common, Settings};
use crate::deadline::within;
use crate::described::Call;
use crate::instance::Instance;
use crate::stderr::Stderr;
use crate::turn::Slot;
use crate::{CallError, Configured, Descriptor, Host, Origin, Report};
use download::Opened;
use plugin_egress::{Credentials, SignIns};
use secrets::Fresh;

/// A connector: a few instances of the component, each created when a call first needs it, and
/// recreated after it trapped, exceeded its time or was dropped in the middle of a call.
///
/// Cheap to clone; clones share the instances. An instance serves one call at a time, so up to
/// [`Limits::parallel_calls`](crate::Limits::parallel_calls) calls run concurrently, and further
/// ones wait. The instances share:
///
/// - the config: each instance applies the last successful [`Connector::configure`] before its next
///   call begins;
/// - the session: each call starts from the session published by the most recently finished call,
///   and instances that sign in at the same time sign in once. What a component keeps in its
///   session, such as request counts for rate limits, is therefore shared between consecutive
///   calls, and between concurrent calls as far as the component merges the sessions that it
///   receives;
/// - the connections, which no other connector uses;
/// - nothing else. A file belongs to the instance that opened it, and terminating an instance does
///   not affect the others.
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
    /// Real secrets and tokens, if the component gets stand-ins.
    credentials: Option<Credentials>,
    /// The origins of the first config that was accepted.
    origins: OnceLock<Vec<Origin>>,
    /// The secret source, if there is one. Locked while it is being called.
    fresh: Mutex<Option<Fresh>>,
    /// Revision of the config whose secrets the service rejected.
    refused: AtomicU64,
    slots: Box<[Mutex<Slot>]>,
    /// Dropped files that their instances have not closed yet.
    dropped: SyncMutex<Vec<Opened>>,
}

impl Connector {
    fn new(host: Host, id: String) -> Self {
        let host = host.with_egress(host.egress().isolated(&id));
        let limits = host.limits();
        let stderr = Stderr::new(limits.stderr_bytes);
        let slots = (0..limits.parallel_calls.max(1)).map(|_| Mutex::default()).collect();
        let (common, sign_ins, origins, fresh, refused, dropped) = Default::default();
        let credentials = host.injection().map(|injection| {
            let credentials = Credentials::default();
            credentials.inject_at(injection.before_configure());
            credentials
        });
        Self {
            shared: Arc::new(Shared {
                host,
                id,
                stderr,
                common,
                sign_ins,
                credentials,
                origins,
                fresh,
                refused,
                slots,
                dropped,
            }),
        }
    }

    /// Returns the host's name for this connector.
    pub fn id(&self) -> &str {
        &self.shared.id
    }

    /// Returns the most recent [`Limits::stderr_bytes`](crate::Limits::stderr_bytes) of what the
    /// component wrote to stderr. Meant for the component's developers.
    pub fn stderr(&self) -> String {
        self.shared.stderr.text()
    }

    /// Describes the connector and its actions. Needs no configuration and no network. The
    /// component is asked once; what it says then holds for all connectors of its [`Host`].
    ///
    /// # Errors
    ///
    /// A [`HostError`](crate::HostError) if an instance could not be created or was terminated.
    pub async fn describe(&self) -> Result<Descriptor, CallError> {
        Ok(self.described().await?.descriptor.clone())
    }

    /// Applies a config and secrets (both JSON). They are kept in memory, for later instances,
    /// until others replace them.
    ///
    /// Calls in progress finish with the previous config; calls that begin afterwards use the new
    /// one.
    ///
    /// # Errors
    ///
    /// `InvalidConfig` if the config or secrets are wrong, with every problem in `details`; a
    /// [`HostError`](crate::HostError) if an instance could not be created or was terminated, or if
    /// a component that is not [trusted](crate::HostBuilder::trusted) asks for other origins than
    /// before (`OtherOrigins`). The previous config then stays active.
    pub async fn configure(&self, config: &str, secrets: &str) -> Result<Configured, CallError> {
        let mut fresh = self.shared.fresh.lock().await;
        let configured = self.put_in_force(Settings::new(config, secrets), false).await?;
        *fresh = None;
        Ok(configured)
    }

    /// Applies settings: others, or the same with renewed secrets.
    async fn put_in_force(
        &self,
        settings: Settings,
        is_renewal: bool,
    ) -> Result<Configured, CallError> {
        let (mut settings, given) = self.with_stand_ins(settings)?;
        let before = self.shared.common.settings().1;
        let is_other = !is_renewal && before.is_some_and(|before| !before.is_same(&settings));
        // The instance's session may also be valid under the new config. A previous config that
        // instances no longer accept must not prevent replacing it.
        let mut turn = match self.turn().await {
            Ok(turn) => turn,
            Err(_) => self.begin(0, self.shared.slots[0].lock().await).await?,
        };
        let Instance { store, connector, .. } = &mut turn.instance;
        let call = connector.call_configure(store, &settings.config, &settings.secrets);
        let called = within(self.shared.host.limits(), call).await;
        match turn.judge("configure", called)? {
            Ok(configured) => {
                let configured = Configured::from(configured);
                self.check_origins(&configured)?;
                self.inject(given, &configured, is_other)?;
                self.shared.origins.get_or_init(|| configured.origins.clone());
                settings.sign_in = configured.sign_in().map(str::to_owned).collect();
                self.signs_in_at(&settings.sign_in);
                turn.end_configured(settings).await;
                self.shared.sign_ins.forget();
                Ok(configured)
            }
            Err(refusal) => {
                turn.end();
                Err(refusal.into())
            }
        }
    }

    /// Creates the instance that the next call would need, with the active config and session.
    ///
    /// # Errors
    ///
    /// Like [`Connector::execute`] before anything is sent.
    pub async fn prepare(&self) -> Result<(), CallError> {
        self.fresh_turn(Call::Reading).await?.end();
        Ok(())
    }

    /// Checks that the config works. Changes nothing at the service. A failed check is a step of
    /// the report, not an error.
    ///
    /// # Errors
    ///
    /// `NotConfigured` before a config is active; otherwise as [`Connector::prepare`], and a
    /// [`HostError`](crate::HostError) if the instance was terminated.
    pub async fn test(&self) -> Result<Report, CallError> {
        let mut turn = self.fresh_turn(Call::Reading).await?;
        let Instance { store, connector, .. } = &mut turn.instance;
        let called = within(self.shared.host.limits(), connector.call_test(store)).await;
        let answer = turn.judge("test", called)?;
        turn.end_with_session().await;
        Ok(answer?.into())
    }

    fn host(&self) -> &Host {
        &self.shared.host
    }
}

impl std::fmt::Debug for Connector {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Connector").field("id", &self.shared.id).finish_non_exhaustive()
    }
}

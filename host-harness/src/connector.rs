//! A connector as its host sees it: the contract's functions, on instances that are replaced when they end.

use std::mem;
use std::sync::{Arc, Mutex as SyncMutex, PoisonError};

use futures_util::future::select_all;
use tokio::sync::{Mutex, MutexGuard};

use crate::common::{Common, Settings};
use crate::deadline::within;
use crate::download::{Download, Opened};
use plugin_egress::SignIns;
use crate::instance::Instance;
use crate::linked::Lent;
use crate::operation::Progress;
use crate::stderr::Stderr;
use crate::turn::{Slot, Turn};
use crate::{CallError, Configured, Descriptor, Harness, HostError, Outcome, PluginError, Report};

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
    harness: Harness,
    id: String,
    stderr: Stderr,
    common: Common,
    sign_ins: SignIns,
    slots: Box<[Mutex<Slot>]>,
    /// Files that were dropped and that their instances have yet to be told of.
    dropped: SyncMutex<Vec<Opened>>,
}

impl Connector {
    pub(crate) fn new(harness: Harness, id: String) -> Self {
        let limits = harness.limits();
        let stderr = Stderr::new(limits.stderr_bytes);
        let slots = (0..limits.parallel_calls.max(1)).map(|_| Mutex::default()).collect();
        let (common, sign_ins, dropped) = Default::default();
        Self { shared: Arc::new(Shared { harness, id, stderr, common, sign_ins, slots, dropped }) }
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
    ///
    /// Calls under way end as they began; those that begin afterwards have the new settings.
    pub async fn configure(&self, config: &str, secrets: &str) -> Result<Configured, CallError> {
        let settings = Settings::new(config, secrets);
        // What the instance knows of the session may hold under the new settings too. Settings that an instance can no longer
        // bear must not keep others from taking their place.
        let mut turn = match self.turn().await {
            Ok(turn) => turn,
            Err(_) => self.begin(0, self.shared.slots[0].lock().await).await?,
        };
        let Instance { store, connector, .. } = &mut turn.instance;
        let call = connector.call_configure(store, &settings.config, &settings.secrets);
        let called = within(self.shared.harness.limits(), call).await;
        match turn.judge("configure", called)? {
            Ok(configured) => {
                turn.end_configured(settings).await;
                Ok(configured)
            }
            Err(refusal) => {
                turn.end();
                Err(refusal.into())
            }
        }
    }

    /// Makes the instance that the next call would have to make, with the settings and the session in force.
    pub async fn prepare(&self) -> Result<(), CallError> {
        self.turn().await?.end();
        Ok(())
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
        match &answer {
            Ok(outcome) => turn.end_after(outcome.usage.requests).await,
            Err(_) => turn.end_with_session().await,
        }
        Ok(answer?)
    }

    /// Plans an operation: checks the parameters, finds the targets. Sends nothing that changes anything.
    ///
    /// [`Operation`](crate::Operation) drives one to its end; this and the two functions below are for hosts that do so themselves.
    ///
    /// # Errors
    ///
    /// Like [`Connector::execute`] before anything is sent, and `NotExported` if the component does not offer operations.
    pub async fn plan(&self, action: &str, params: &str) -> Result<Progress, CallError> {
        let mut turn = self.turn().await?;
        let params = params.to_owned();
        let Instance { store, operations, .. } = &mut turn.instance;
        let Some(operations) = operations else {
            turn.end();
            return Err(HostError::NotExported { interface: "operations" }.into());
        };
        let called = within(self.shared.harness.limits(), operations.call_plan(store, action, &params)).await;
        let answer = turn.judge("plan", called)?;
        turn.end_with_session().await;
        Ok(answer?.into())
    }

    /// Takes one step with each of these checkpoints: any number of which the next step is a look, or exactly one of which it is a
    /// send. An error in the list means that this checkpoint was not used.
    ///
    /// # Errors
    ///
    /// `NotExported` if the component does not offer operations. After any other [`HostError`] it is not known whether a checkpoint was
    /// used: call [`Connector::recover`], never `advance` again.
    pub async fn advance(&self, checkpoints: &[String]) -> Result<Vec<Result<Progress, Box<PluginError>>>, CallError> {
        let mut turn = self.turn().await?;
        let Instance { store, operations, .. } = &mut turn.instance;
        let Some(operations) = operations else {
            turn.end();
            return Err(HostError::NotExported { interface: "operations" }.into());
        };
        let called = within(self.shared.harness.limits(), operations.call_advance(store, checkpoints)).await;
        let answers = turn.judge("advance", called)?;
        turn.end_with_session().await;
        let step = |answer| match answer {
            Ok(operation) => Ok(Progress::from(operation)),
            Err(refusal) => Err(Box::new(refusal)),
        };
        Ok(answers.into_iter().map(step).collect())
    }

    /// Goes on from a checkpoint of which it is not known whether it was advanced. Never sends what may have been sent.
    ///
    /// # Errors
    ///
    /// The connector's own if it cannot use the checkpoint, and `NotExported` if the component does not offer operations.
    pub async fn recover(&self, checkpoint: &str) -> Result<Progress, CallError> {
        let mut turn = self.turn().await?;
        let Instance { store, operations, .. } = &mut turn.instance;
        let Some(operations) = operations else {
            turn.end();
            return Err(HostError::NotExported { interface: "operations" }.into());
        };
        let called = within(self.shared.harness.limits(), operations.call_recover(store, checkpoint)).await;
        let answer = turn.judge("recover", called)?;
        turn.end_with_session().await;
        Ok(answer?.into())
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
        let (slot, generation) = (turn.place, turn.slot.generation);
        turn.end_with_session().await;
        Ok(Download::new(self.clone(), Opened { slot, generation, file: answer? }))
    }

    /// The access token that the connector has, if it has one, as opaque text. It is a secret.
    pub async fn save(&self) -> Result<Option<String>, CallError> {
        let mut turn = self.turn().await?;
        let snapshot = turn.save().await?;
        turn.end_with(snapshot.clone());
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
        turn.end_with(answer.is_ok().then(|| snapshot.to_owned()));
        Ok(answer?)
    }

    pub(crate) fn harness(&self) -> &Harness {
        &self.shared.harness
    }

    /// A turn on any instance, which has the connector's settings and session.
    pub(crate) async fn turn(&self) -> Result<Turn<'_>, CallError> {
        let (place, slot) = self.free_slot().await;
        let mut turn = self.begin(place, slot).await?;
        turn.catch_up().await?;
        Ok(turn)
    }

    /// A turn on the instance that a file was opened in.
    pub(crate) async fn turn_for(&self, file: &Opened) -> Result<Turn<'_>, CallError> {
        let slot = self.shared.slots[file.slot].lock().await;
        if slot.holds(file.generation) { self.begin(file.slot, slot).await } else { Err(HostError::Gone.into()) }
    }

    /// The first slot that is free, so that calls one after the other have one instance.
    async fn free_slot(&self) -> (usize, MutexGuard<'_, Slot>) {
        let slots = self.shared.slots.iter().enumerate();
        if let Some(free) = slots.clone().find_map(|(place, slot)| Some((place, slot.try_lock().ok()?))) {
            return free;
        }
        select_all(slots.map(|(place, slot)| Box::pin(async move { (place, slot.lock().await) }))).await.0
    }

    async fn begin<'a>(&'a self, place: usize, slot: MutexGuard<'a, Slot>) -> Result<Turn<'a>, CallError> {
        let Shared { harness, stderr, common, sign_ins, .. } = &*self.shared;
        let make = async || {
            let lent = Lent { egress: harness.egress().clone(), stderr: stderr.clone(), sign_ins: sign_ins.clone() };
            harness.instantiate(lent).await
        };
        let mut turn = Turn::begin(place, slot, common, harness.limits(), make).await?;
        // Files of instances that have ended went with them.
        let generation = turn.slot.generation;
        let (here, elsewhere) = mem::take(&mut *self.dropped()).into_iter().partition(|file| file.slot == place);
        self.dropped().extend::<Vec<_>>(elsewhere);
        turn.close(here.into_iter().filter(|file| file.generation == generation).map(|file| file.file)).await?;
        Ok(turn)
    }

    /// Notes that a file is no longer read. Its instance is told at once if nobody has a turn on it.
    pub(crate) fn drop_file(&self, file: Opened) {
        self.dropped().push(file);
        let Ok(runtime) = tokio::runtime::Handle::try_current() else { return };
        let connector = self.clone();
        runtime.spawn(async move {
            // An instance that has ended took its files along: no new one is made for them.
            if let Ok(turn) = connector.turn_for(&file).await {
                turn.end();
            }
        });
    }

    fn dropped(&self) -> std::sync::MutexGuard<'_, Vec<Opened>> {
        self.shared.dropped.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl std::fmt::Debug for Connector {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Connector").field("id", &self.shared.id).finish_non_exhaustive()
    }
}

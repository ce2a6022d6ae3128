//! A compiled component and the terms on which its instances run.

use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use wasmtime::Engine;

use crate::clock::{Clock, Time};
use crate::code::{self, Cache};
use crate::connector::Connector;
use crate::engine;
use crate::instance::Instance;
use crate::linked::{Lent, Linked, is_full};
use crate::{HostError, Limits};
use plugin_egress::Egress;

/// A compiled component, and what its instances are lent. Cheap to clone; instances are made by [`Host::connector`].
#[derive(Clone)]
pub struct Host {
    plugin: Arc<Plugin>,
    egress: Egress,
    time: Time,
}

/// What is made once for a component.
struct Plugin {
    /// With a pool, or without one where none is wanted or the component does not fit.
    linked: Linked,
    /// Without a pool: made when all its places are taken for the first time.
    overflow: OnceLock<Result<Linked, HostError>>,
    limits: Limits,
    /// Whether it may name the origins that it calls.
    is_trusted: bool,
}

impl Host {
    /// Starts a host for a component, with default limits and no way out.
    pub fn builder(component: &[u8]) -> HostBuilder {
        HostBuilder {
            component: component.to_vec(),
            egress: Egress::closed(),
            time: Time::default(),
            limits: Limits::default(),
            is_trusted: false,
            cache: None,
        }
    }

    /// The same compiled component with another way out. Compiles nothing; connectors made before keep theirs.
    pub fn with_egress(&self, egress: Egress) -> Self {
        Self { plugin: Arc::clone(&self.plugin), egress, time: self.time.clone() }
    }

    /// The same compiled component under another clock. Compiles nothing; connectors made before keep theirs.
    pub fn with_clock(&self, clock: impl Clock) -> Self {
        Self { time: Time::by(clock), ..self.clone() }
    }

    /// A connector of this component. `id` is the host's own name for it; an instance is made at the first call.
    pub fn connector(&self, id: impl Into<String>) -> Connector {
        Connector::new(self.clone(), id.into())
    }

    /// The interfaces that the component imports, with versions.
    pub fn imports(&self) -> Vec<String> {
        self.plugin.linked.imports()
    }

    /// The interfaces that the component exports, with versions.
    pub fn exports(&self) -> Vec<String> {
        self.plugin.linked.exports()
    }

    /// What every instance may use.
    pub fn limits(&self) -> &Limits {
        &self.plugin.limits
    }

    /// The way out that connectors of this host have.
    pub fn egress(&self) -> &Egress {
        &self.egress
    }

    pub(crate) fn is_trusted(&self) -> bool {
        self.plugin.is_trusted
    }

    pub(crate) fn time(&self) -> &Time {
        &self.time
    }

    /// Makes a new instance, not configured yet.
    pub(crate) async fn instantiate(&self, lent: Lent) -> wasmtime::Result<Instance> {
        let plugin = &self.plugin;
        match plugin.linked.instantiate(&plugin.limits, lent.clone()).await {
            Err(error) if is_full(&error) => {
                let overflow = plugin.overflow.get_or_init(|| plugin.beside_the_pool());
                let overflow = overflow.as_ref().map_err(|error| wasmtime::Error::new(error.clone()))?;
                overflow.instantiate(&plugin.limits, lent).await
            }
            made => made,
        }
    }
}

impl Plugin {
    /// Compiles and links, for a pool if there is to be one. What does not fit into a pool goes without: that it is slower to
    /// make is no reason to refuse it.
    fn new(component: &[u8], limits: Limits, cache: Option<&Cache>) -> Result<Self, HostError> {
        let engine = match pooled(&limits) {
            Some(engine) => engine,
            None => engine::on_demand(limits.tick)?,
        };
        let code = code::of(&engine, component, cache)?;
        let compile = |error: wasmtime::Error| HostError::Compile(error.into());
        let linked = match code::load(&engine, &code) {
            Ok(component) => Linked::new(engine, &component)?,
            Err(error) => {
                tracing::debug!("the component does not fit into the pool: {error:#}");
                let engine = engine::on_demand(limits.tick)?;
                let component = code::load(&engine, &code).map_err(compile)?;
                Linked::new(engine, &component)?
            }
        };
        Ok(Self { linked, overflow: OnceLock::new(), limits, is_trusted: false })
    }

    fn beside_the_pool(&self) -> Result<Linked, HostError> {
        tracing::debug!(places = self.limits.pooled_instances, "the pool is full: more instances cost more each");
        let compile = |error: wasmtime::Error| HostError::Compile(error.into());
        let code = self.linked.component().serialize().map_err(compile)?;
        let engine = engine::on_demand(self.limits.tick)?;
        let component = code::load(&engine, &code).map_err(compile)?;
        Linked::new(engine, &component)
    }
}

/// An engine with a pool, if one is wanted and this process may reserve as many addresses.
fn pooled(limits: &Limits) -> Option<Engine> {
    if limits.pooled_instances == 0 {
        return None;
    }
    let made = engine::pooling(limits);
    made.inspect_err(|error| tracing::debug!("instances are made without a pool: {error}")).ok()
}

impl std::fmt::Debug for Host {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Host")
            .field("limits", &self.plugin.limits)
            .field("egress", &self.egress)
            .finish_non_exhaustive()
    }
}

/// Builds a [`Host`].
#[derive(Debug)]
pub struct HostBuilder {
    component: Vec<u8>,
    egress: Egress,
    time: Time,
    limits: Limits,
    is_trusted: bool,
    cache: Option<PathBuf>,
}

impl HostBuilder {
    /// The way out; none by default.
    pub fn egress(mut self, egress: Egress) -> Self {
        self.egress = egress;
        self
    }

    /// The time that instances see; the system's by default. [`Clock`] says what it covers.
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.time = Time::by(clock);
        self
    }

    /// Trusts the component to name the origins that it calls, as [`Host::connect`] wants. A component of your own, or one whose
    /// source you have read; another would write its own allow-list.
    pub fn trusted(mut self) -> Self {
        self.is_trusted = true;
        self
    }

    /// What every instance may use.
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// A folder for compiled components, made if need be; none by default. With it, a component is compiled once for each
    /// version of this library and kind of processor, and loaded in two milliseconds after that.
    ///
    /// Whoever can write into the folder can run code in this process: it must belong to the user whom the process runs as, and
    /// others must not be able to write to it, or it is not used. Nor is a file that is not as it was written. None of that is an
    /// error: the component is compiled then.
    pub fn cache(mut self, folder: impl Into<PathBuf>) -> Self {
        self.cache = Some(folder.into());
        self
    }

    /// Compiles and links the component, or takes it from the cache. Compiling computes for a few hundred milliseconds.
    ///
    /// # Errors
    ///
    /// `Compile` if the bytes are no component, `NotAPlugin` if it lacks the interface `connector` or asks for more than this
    /// host lends.
    pub fn build(self) -> Result<Host, HostError> {
        let cache = self.cache.map(Cache::at);
        let mut plugin = Plugin::new(&self.component, self.limits, cache.as_ref())?;
        plugin.is_trusted = self.is_trusted;
        Ok(Host { plugin: Arc::new(plugin), egress: self.egress, time: self.time })
    }
}

//! A compiled component and the settings under which its instances run.

mod builder;

use std::sync::{Arc, OnceLock};

use wasmtime::Engine;

pub use self::builder::HostBuilder;
use crate::clock::{Clock, Time};
use crate::compile::{self, By, Cache};
use crate::described::{Described, Once};
use crate::engine;
use crate::injection::Injection;
use crate::instance::Instance;
use crate::linked::{Linked, is_full};
use crate::state::Grants;
use crate::{HostError, Limits};
use plugin_egress::{Egress, ReadPosts};

/// A compiled component and the capabilities granted to its instances. Cheap to clone;
/// [`Host::connector`] creates instances.
#[derive(Clone)]
pub struct Host {
    plugin: Arc<Plugin>,
    egress: Egress,
    time: Time,
    injection: Option<Injection>,
}

/// State that is created once per component.
struct Plugin {
    /// Uses a pool, unless none is wanted or the component does not fit into it.
    linked: Linked,
    /// On-demand fallback, created when the pool is full for the first time.
    overflow: OnceLock<Result<Linked, HostError>>,
    limits: Limits,
    /// Whether the component may choose the origins that it calls.
    is_trusted: bool,
    read_posts: ReadPosts,
    described: Once,
}

impl Host {
    /// Returns a builder for a host of this component, with default limits and a closed egress.
    pub fn builder(component: &[u8]) -> HostBuilder {
        HostBuilder::new(component)
    }

    /// Returns the same compiled component with another egress. Nothing is recompiled; existing
    /// connectors keep theirs.
    pub fn with_egress(&self, egress: Egress) -> Self {
        Self { egress, ..self.clone() }
    }

    /// Returns the same compiled component with another clock. Nothing is recompiled; existing
    /// connectors keep theirs.
    pub fn with_clock(&self, clock: impl Clock) -> Self {
        Self { time: Time::by(clock), ..self.clone() }
    }

    /// Returns the same compiled component with its credentials put in elsewhere, or given to it
    /// ([`HostBuilder::inject_credentials`]). Existing connectors do not change.
    pub fn with_injection(&self, injection: Option<Injection>) -> Self {
        Self { injection, ..self.clone() }
    }

    /// Returns the interfaces that the component imports, with versions.
    pub fn imports(&self) -> Vec<String> {
        self.plugin.linked.imports()
    }

    /// Returns the interfaces that the component exports, with versions.
    pub fn exports(&self) -> Vec<String> {
        self.plugin.linked.exports()
    }

    /// Returns the resource limits of every instance.
    pub fn limits(&self) -> &Limits {
        &self.plugin.limits
    }

    /// Returns the egress used by this host's connectors.
    pub fn egress(&self) -> &Egress {
        &self.egress
    }

    /// Returns where its credentials are put in; `None` if the component gets them.
    pub fn injection(&self) -> Option<&Injection> {
        self.injection.as_ref()
    }

    pub(crate) fn is_trusted(&self) -> bool {
        self.plugin.is_trusted
    }

    pub(crate) fn time(&self) -> &Time {
        &self.time
    }

    /// Returns what the component says of itself.
    pub(crate) async fn described(
        &self,
        grants: impl FnOnce() -> Grants,
    ) -> Result<&Described, HostError> {
        let plugin = &self.plugin;
        let instantiate = async || self.instantiate(grants()).await;
        plugin
            .described
            .get(&plugin.limits, plugin.is_trusted, &plugin.read_posts, instantiate)
            .await
    }

    /// Creates a new instance, not yet configured.
    pub(crate) async fn instantiate(&self, grants: Grants) -> wasmtime::Result<Instance> {
        let plugin = &self.plugin;
        match plugin.linked.instantiate(&plugin.limits, grants.clone()).await {
            Err(error) if is_full(&error) => {
                let overflow = plugin.overflow.get_or_init(|| plugin.beside_the_pool());
                let overflow =
                    overflow.as_ref().map_err(|error| wasmtime::Error::new(error.clone()))?;
                overflow.instantiate(&plugin.limits, grants).await
            }
            made => made,
        }
    }
}

impl Plugin {
    /// Compiles and links the component, for a pool if one is wanted. A component that does not fit
    /// into the pool is not refused: its instances are just slower to create.
    fn new(
        component: &[u8],
        limits: Limits,
        by: &By,
        cache: Option<&Cache>,
        read_posts: ReadPosts,
    ) -> Result<Self, HostError> {
        let engine = match pooled(&limits) {
            Some(engine) => engine,
            None => engine::on_demand(limits.tick)?,
        };
        let code = compile::load_or_compile(&engine, component, by, cache)?;
        let failed = |error: wasmtime::Error| HostError::Compile(error.into());
        let linked = match compile::load(&engine, &code) {
            Ok(component) => Linked::new(engine, &component)?,
            Err(error) => {
                tracing::debug!("the component does not fit into the pool: {error:#}");
                let engine = engine::on_demand(limits.tick)?;
                let component = compile::load(&engine, &code).map_err(failed)?;
                Linked::new(engine, &component)?
            }
        };
        let is_trusted = matches!(by, By::ThisProcess);
        let (overflow, described) = Default::default();
        Ok(Self { linked, overflow, limits, is_trusted, read_posts, described })
    }

    fn beside_the_pool(&self) -> Result<Linked, HostError> {
        tracing::debug!(
            places = self.limits.pooled_instances,
            "the pool is full: more instances cost more each"
        );
        let failed = |error: wasmtime::Error| HostError::Compile(error.into());
        let code = self.linked.component().serialize().map_err(failed)?;
        let engine = engine::on_demand(self.limits.tick)?;
        let component = compile::load(&engine, &code).map_err(failed)?;
        Linked::new(engine, &component)
    }
}

/// Creates a pooling engine, if one is wanted and this process can reserve enough address space.
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

//! A compiled component and the terms on which its instances run.

use std::sync::Arc;

use wasmtime::component::{Component, InstancePre, Linker};
use wasmtime::{Engine, Store};

use crate::bindings::{connector, downloads, session};
use crate::connector::Connector;
use crate::egress::Egress;
use crate::instance::Instance;
use crate::state::{self, State};
use crate::stderr::Stderr;
use crate::{COMPONENT, HostError, Limits};

/// A compiled component, and what its instances are lent. Cheap to clone; instances are made by [`Harness::connector`].
#[derive(Clone)]
pub struct Harness {
    plugin: Arc<Plugin>,
    egress: Egress,
}

/// What is made once for a component: compiled, linked, its exports looked up.
struct Plugin {
    engine: Engine,
    pre: InstancePre<State>,
    connector: connector::GuestIndices,
    downloads: Option<downloads::GuestIndices>,
    session: Option<session::GuestIndices>,
    limits: Limits,
}

impl Harness {
    /// Starts a harness for the embedded component, with default limits and no way out.
    pub fn builder() -> HarnessBuilder {
        HarnessBuilder { component: COMPONENT.to_vec(), egress: Egress::closed(), limits: Limits::default() }
    }

    /// The same compiled component with another way out. Compiles nothing; connectors made before keep theirs.
    pub fn with_egress(&self, egress: Egress) -> Self {
        Self { plugin: Arc::clone(&self.plugin), egress }
    }

    /// A connector of this component. `id` is the host's own name for it; an instance is made at the first call.
    pub fn connector(&self, id: impl Into<String>) -> Connector {
        Connector::new(self.clone(), id.into())
    }

    /// The interfaces that the component imports, with versions.
    pub fn imports(&self) -> Vec<String> {
        let plugin = &self.plugin;
        let component = plugin.pre.component().component_type();
        component.imports(&plugin.engine).map(|(name, _)| name.to_owned()).collect()
    }

    /// The interfaces that the component exports, with versions.
    pub fn exports(&self) -> Vec<String> {
        let plugin = &self.plugin;
        let component = plugin.pre.component().component_type();
        component.exports(&plugin.engine).map(|(name, _)| name.to_owned()).collect()
    }

    /// What every instance may use.
    pub fn limits(&self) -> &Limits {
        &self.plugin.limits
    }

    /// The way out that connectors of this harness have.
    pub fn egress(&self) -> &Egress {
        &self.egress
    }

    /// Makes a new instance, not configured yet.
    pub(crate) async fn instantiate(&self, stderr: Stderr) -> wasmtime::Result<Instance> {
        let plugin = &self.plugin;
        let state = State::new(&plugin.limits, self.egress.clone(), stderr);
        let mut store = Store::new(&plugin.engine, state);
        store.limiter(|state| &mut state.accountant);
        // What a call brings out is copied: a list may name the same memory again and again.
        store.set_hostcall_fuel(plugin.limits.memory_bytes);
        // Giving way at each tick is what lets the host look at its clocks while an instance computes.
        store.set_epoch_deadline(1);
        store.epoch_deadline_async_yield_and_update(1);
        let instance = plugin.pre.instantiate_async(&mut store).await?;
        Ok(Instance {
            connector: plugin.connector.load(&mut store, &instance)?,
            downloads: plugin.downloads.as_ref().map(|found| found.load(&mut store, &instance)).transpose()?,
            session: plugin.session.as_ref().map(|found| found.load(&mut store, &instance)).transpose()?,
            store,
        })
    }
}

impl std::fmt::Debug for Harness {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Harness")
            .field("limits", &self.plugin.limits)
            .field("egress", &self.egress)
            .finish_non_exhaustive()
    }
}

/// Builds a [`Harness`].
#[derive(Debug)]
pub struct HarnessBuilder {
    component: Vec<u8>,
    egress: Egress,
    limits: Limits,
}

impl HarnessBuilder {
    /// The component's bytes; the embedded connector by default.
    pub fn component(mut self, bytes: &[u8]) -> Self {
        self.component = bytes.to_vec();
        self
    }

    /// The way out; none by default.
    pub fn egress(mut self, egress: Egress) -> Self {
        self.egress = egress;
        self
    }

    /// What every instance may use.
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Compiles and links the component. It computes for a few hundred milliseconds.
    ///
    /// # Errors
    ///
    /// `Compile` if the bytes are no component, `NotAPlugin` if it lacks the interface `connector` or asks for more than this
    /// host lends.
    pub fn build(self) -> Result<Harness, HostError> {
        let engine = crate::engine::engine(self.limits.tick)?;
        let component =
            Component::new(&engine, &self.component).map_err(|error| HostError::Compile(format!("{error:#}")))?;
        refuse_what_is_not_lent(&engine, &component)?;
        let mut linker = Linker::new(&engine);
        state::link(&mut linker).map_err(|error| HostError::Engine(format!("{error:#}")))?;
        let not_a_plugin = |error: wasmtime::Error| HostError::NotAPlugin(format!("{error:#}"));
        let pre = linker.instantiate_pre(&component).map_err(not_a_plugin)?;
        let plugin = Plugin {
            connector: connector::GuestIndices::new(&pre).map_err(not_a_plugin)?,
            // Optional to a connector: looked up, not assumed.
            downloads: downloads::GuestIndices::new(&pre).ok(),
            session: session::GuestIndices::new(&pre).ok(),
            engine,
            pre,
            limits: self.limits,
        };
        Ok(Harness { plugin: Arc::new(plugin), egress: self.egress })
    }
}

fn refuse_what_is_not_lent(engine: &Engine, component: &Component) -> Result<(), HostError> {
    match component.component_type().imports(engine).find(|(name, _)| !state::is_lent(name)) {
        None => Ok(()),
        Some((name, _)) => Err(HostError::NotAPlugin(format!("it imports `{name}`, which is not lent to plugins"))),
    }
}

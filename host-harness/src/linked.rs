//! A component loaded into an engine and linked, ready for instantiation.

use wasmtime::component::{Component, InstancePre, Linker};
use wasmtime::{Engine, PoolConcurrencyLimitError, Store};

use crate::bindings::{connector, downloads, operations, session};
use crate::instance::Instance;
use crate::state::{self, Grants, State};
use crate::{HostError, Limits};

/// A component in an engine, with its imports linked and its exports resolved.
pub(crate) struct Linked {
    engine: Engine,
    pre: InstancePre<State>,
    connector: connector::GuestIndices,
    operations: Option<operations::GuestIndices>,
    downloads: Option<downloads::GuestIndices>,
    session: Option<session::GuestIndices>,
}

impl Linked {
    /// # Errors
    ///
    /// `NotAPlugin` if it lacks the interface `connector` or imports more than this host grants.
    pub(crate) fn new(engine: Engine, component: &Component) -> Result<Self, HostError> {
        refuse_other_imports(&engine, component)?;
        let mut linker = Linker::new(&engine);
        state::link(&mut linker).map_err(|error| HostError::Engine(error.into()))?;
        let not_a_plugin = |error: wasmtime::Error| HostError::NotAPlugin(error.into());
        let pre = linker.instantiate_pre(component).map_err(not_a_plugin)?;
        Ok(Self {
            connector: connector::GuestIndices::new(&pre).map_err(not_a_plugin)?,
            // Optional exports: resolved if present.
            operations: operations::GuestIndices::new(&pre).ok(),
            downloads: downloads::GuestIndices::new(&pre).ok(),
            session: session::GuestIndices::new(&pre).ok(),
            engine,
            pre,
        })
    }

    pub(crate) fn component(&self) -> &Component {
        self.pre.component()
    }

    /// Returns the interfaces that the component imports, with versions.
    pub(crate) fn imports(&self) -> Vec<String> {
        self.component()
            .component_type()
            .imports(&self.engine)
            .map(|(name, _)| name.to_owned())
            .collect()
    }

    /// Returns the interfaces that the component exports, with versions.
    pub(crate) fn exports(&self) -> Vec<String> {
        self.component()
            .component_type()
            .exports(&self.engine)
            .map(|(name, _)| name.to_owned())
            .collect()
    }

    /// Creates a new instance, not yet configured.
    pub(crate) async fn instantiate(
        &self,
        limits: &Limits,
        grants: Grants,
    ) -> wasmtime::Result<Instance> {
        let mut store = Store::new(&self.engine, State::new(limits, grants));
        store.limiter(|state| &mut state.accountant);
        // Limits what a call copies out of the instance: a list may refer to the same memory many
        // times.
        store.set_hostcall_fuel(limits.memory_bytes);
        // Yielding at each tick lets the host check its time limits while an instance computes.
        store.set_epoch_deadline(1);
        store.epoch_deadline_async_yield_and_update(1);
        let instance = self.pre.instantiate_async(&mut store).await?;
        Ok(Instance {
            connector: self.connector.load(&mut store, &instance)?,
            operations: self
                .operations
                .as_ref()
                .map(|found| found.load(&mut store, &instance))
                .transpose()?,
            downloads: self
                .downloads
                .as_ref()
                .map(|found| found.load(&mut store, &instance))
                .transpose()?,
            session: self
                .session
                .as_ref()
                .map(|found| found.load(&mut store, &instance))
                .transpose()?,
            store,
        })
    }
}

/// Whether instantiation failed because the pool is full.
pub(crate) fn is_full(error: &wasmtime::Error) -> bool {
    error.downcast_ref::<PoolConcurrencyLimitError>().is_some()
}

fn refuse_other_imports(engine: &Engine, component: &Component) -> Result<(), HostError> {
    match component.component_type().imports(engine).find(|(name, _)| !state::is_allowed(name)) {
        None => Ok(()),
        Some((name, _)) => Err(HostError::NotAPlugin(
            format!("it imports `{name}`, which plugins are not granted").into(),
        )),
    }
}

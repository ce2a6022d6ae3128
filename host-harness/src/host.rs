//! A compiled component and the settings under which its instances run.

use std::ffi::OsString;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use wasmtime::Engine;

use crate::clock::{Clock, Time};
use crate::compile::{self, By, Cache, Compiler};
use crate::connector::Connector;
use crate::described::{Described, Once};
use crate::engine;
use crate::instance::Instance;
use crate::linked::{Grants, Linked, is_full};
use crate::{CompileLimits, HostError, Limits};
use plugin_egress::{Egress, ReadPosts};

/// A compiled component and the capabilities granted to its instances. Cheap to clone;
/// [`Host::connector`] creates instances.
#[derive(Clone)]
pub struct Host {
    plugin: Arc<Plugin>,
    egress: Egress,
    time: Time,
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
        HostBuilder {
            component: component.to_vec(),
            egress: Egress::closed(),
            time: Time::default(),
            limits: Limits::default(),
            is_trusted: false,
            cache: None,
            compiler: None,
            compile_limits: CompileLimits::default(),
            read_posts: Vec::new(),
        }
    }

    /// Returns the same compiled component with another egress. Nothing is recompiled; existing
    /// connectors keep theirs.
    pub fn with_egress(&self, egress: Egress) -> Self {
        Self { plugin: Arc::clone(&self.plugin), egress, time: self.time.clone() }
    }

    /// Returns the same compiled component with another clock. Nothing is recompiled; existing
    /// connectors keep theirs.
    pub fn with_clock(&self, clock: impl Clock) -> Self {
        Self { time: Time::by(clock), ..self.clone() }
    }

    /// Creates a connector of this component. `id` is the host's own name for it; the first call
    /// creates an instance.
    pub fn connector(&self, id: impl Into<String>) -> Connector {
        Connector::new(self.clone(), id.into())
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
        self.plugin.described.get(self, &self.plugin.read_posts, grants).await
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

/// Builds a [`Host`].
#[derive(Debug)]
pub struct HostBuilder {
    component: Vec<u8>,
    egress: Egress,
    time: Time,
    limits: Limits,
    is_trusted: bool,
    cache: Option<PathBuf>,
    compiler: Option<Compiler>,
    compile_limits: CompileLimits,
    read_posts: Vec<String>,
}

impl HostBuilder {
    /// Sets the egress; by default nothing may be called.
    pub fn egress(mut self, egress: Egress) -> Self {
        self.egress = egress;
        self
    }

    /// Sets the clock that instances read; the system's by default. See [`Clock`] for its scope.
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.time = Time::by(clock);
        self
    }

    /// Trusts the component to choose the origins that it calls, as [`Host::connect`] requires, and
    /// compiles it in this process. Use it for your own component or one whose source you have
    /// reviewed; any other would write its own allow-list, and could take as much time and memory
    /// to compile as there is.
    pub fn trusted(mut self) -> Self {
        self.is_trusted = true;
        self
    }

    /// Sets the program that compiles a component that is not [trusted](Self::trusted), and its
    /// arguments. The program calls [`compile_child`](crate::compile_child); it may be this one
    /// ([`std::env::current_exe`]). It runs with [`CompileLimits`] and without this process's
    /// environment.
    ///
    /// Its output runs as machine code in this process: name a program of your own, at a path that
    /// nobody else can write to.
    pub fn compiler<A: Into<OsString>>(
        mut self,
        program: impl Into<PathBuf>,
        arguments: impl IntoIterator<Item = A>,
    ) -> Self {
        let arguments = arguments.into_iter().map(Into::into).collect();
        self.compiler = Some(Compiler { program: program.into(), arguments });
        self
    }

    /// Sets the limits of compiling a component that is not [trusted](Self::trusted).
    pub fn compile_limits(mut self, limits: CompileLimits) -> Self {
        self.compile_limits = limits;
        self
    }

    /// Sets paths of POST requests that only read, without the base path. A call that may only read
    /// sends them too: see [`Action::only_reads`](crate::Action::only_reads). The descriptor of a
    /// [trusted](Self::trusted) component names its own; of any other, these are all.
    pub fn read_posts<P: Into<String>>(mut self, paths: impl IntoIterator<Item = P>) -> Self {
        self.read_posts = paths.into_iter().map(Into::into).collect();
        self
    }

    /// Sets the resource limits of every instance.
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Sets a folder for compiled components, created if needed; none by default. With it, a
    /// component is compiled once per version of this library and kind of processor, and afterwards
    /// loads in two milliseconds.
    ///
    /// Anyone who can write to the folder can run code in this process. It is therefore only used
    /// if it belongs to the user that the process runs as and others cannot write to it, and
    /// altered files are ignored. None of this is an error: the component is compiled instead.
    pub fn cache(mut self, folder: impl Into<PathBuf>) -> Self {
        self.cache = Some(folder.into());
        self
    }

    /// Compiles and links the component, or loads it from the cache. Compiling takes a few hundred
    /// milliseconds of CPU time; this blocks until it is done.
    ///
    /// # Errors
    ///
    /// `Compile` if the bytes are not a component, `NotAPlugin` if it lacks the interface
    /// `connector` or imports more than this host grants. For a component that is not
    /// [trusted](Self::trusted), `NoCompiler` if no program is set to compile it, `TooCostly` if it
    /// exceeds a limit, `Compiler` if the program fails. `InvalidSetting` if a path of
    /// [`read_posts`](Self::read_posts) is not one.
    pub fn build(self) -> Result<Host, HostError> {
        let cache = self.cache.map(Cache::at);
        let by = match self.is_trusted {
            true => By::ThisProcess,
            false => By::Process(self.compiler, self.compile_limits),
        };
        let read_posts = ReadPosts::new(self.read_posts.iter().map(String::as_str))?;
        let plugin = Plugin::new(&self.component, self.limits, &by, cache.as_ref(), read_posts)?;
        Ok(Host { plugin: Arc::new(plugin), egress: self.egress, time: self.time })
    }
}

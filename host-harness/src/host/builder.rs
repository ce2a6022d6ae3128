//! Builds a host.

use std::ffi::OsString;
use std::path::PathBuf;
use std::sync::Arc;

use plugin_egress::{Egress, ReadPosts};

use super::{Host, Plugin};
use crate::clock::{Clock, Time};
use crate::compile::{By, Cache, Compiler};
use crate::injection::Injection;
use crate::{CompileLimits, HostError, Limits};

/// Builds a [`Host`].
#[derive(Debug)]
pub struct HostBuilder {
    component: Vec<u8>,
    egress: Egress,
    time: Time,
    injection: Option<Injection>,
    limits: Limits,
    is_trusted: bool,
    cache: Option<PathBuf>,
    compiler: Option<Compiler>,
    compile_limits: CompileLimits,
    read_posts: Vec<String>,
}

impl HostBuilder {
    pub(super) fn new(component: &[u8]) -> Self {
        Self {
            component: component.to_vec(),
            egress: Egress::closed(),
            time: Time::default(),
            injection: None,
            limits: Limits::default(),
            is_trusted: false,
            cache: None,
            compiler: None,
            compile_limits: CompileLimits::default(),
            read_posts: Vec::new(),
        }
    }

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

    /// Keeps credentials from the component: it gets stand-ins, and the egress puts the real ones
    /// into its requests. By default it gets them.
    ///
    /// Each text among its secrets has a stand-in. The host puts the one named `accessToken` into
    /// the `authorization` header of requests to the API, and the others into sign-in forms. An
    /// access token in the response to such a form has a stand-in too; that of a JWT keeps its
    /// claims. A stand-in that goes anywhere else is worth nothing.
    /// [`Credentials`](crate::egress::Credentials) has the rules, [`Injection`] the origins.
    ///
    /// A component that signs with a private key, or signs in in another way than by a form, cannot
    /// work like this: `configure` refuses a private key with [`HostError::Credentials`].
    pub fn inject_credentials(mut self, injection: Injection) -> Self {
        self.injection = Some(injection);
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
    /// if it belongs to the user that the process runs as, if others can write neither to it nor
    /// to a folder on its path (unless that is sticky, as `/tmp` is), and if it is not a link;
    /// altered files are ignored. None of this is an error: the component is compiled instead.
    /// Windows' access lists are not checked: use a folder in the user's profile.
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
        let Self { egress, time, injection, .. } = self;
        Ok(Host { plugin: Arc::new(plugin), egress, time, injection })
    }
}

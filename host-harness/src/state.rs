//! The capabilities granted to an instance: clocks, randomness, stderr, and outgoing HTTP through
//! the host's egress. There is no file system, socket, environment, argument or input, and none of
//! those can be linked.

use wasmtime::component::{Linker, ResourceTable};
use wasmtime_wasi::cli::{WasiCli, WasiCliView};
use wasmtime_wasi::p2::bindings::{cli, random};
use wasmtime_wasi::random::WasiRandom;
use wasmtime_wasi::{WasiCtx, WasiCtxView, WasiView};
use wasmtime_wasi_http::{WasiHttpCtx, WasiHttpCtxView, WasiHttpView};

use crate::Limits;
use crate::clock::Time;
use crate::limits::Accountant;
use crate::stderr::Stderr;
use plugin_egress::{CallGuard, Credentials, Egress, Hooks, SignIns};

/// The interfaces that a component may import, ignoring patch versions. Any other import is refused
/// before linking.
const ALLOWED_IMPORTS: [&str; 21] = [
    "wasi:http/types",
    "wasi:http/outgoing-handler",
    "wasi:io/error",
    "wasi:io/poll",
    "wasi:io/streams",
    "wasi:clocks/monotonic-clock",
    "wasi:clocks/wall-clock",
    "wasi:random/random",
    "wasi:random/insecure",
    "wasi:random/insecure-seed",
    "wasi:cli/environment",
    "wasi:cli/exit",
    "wasi:cli/stdin",
    "wasi:cli/stdout",
    "wasi:cli/stderr",
    "wasi:cli/terminal-input",
    "wasi:cli/terminal-output",
    "wasi:cli/terminal-stdin",
    "wasi:cli/terminal-stdout",
    "wasi:cli/terminal-stderr",
    // The contract's own types; this interface has no functions.
    "connector:plugin/types",
];

/// Whether a component may import this interface, named with or without its version.
pub(crate) fn is_allowed(import: &str) -> bool {
    let interface = import.split_once('@').map_or(import, |(interface, _version)| interface);
    ALLOWED_IMPORTS.contains(&interface)
}

/// The capabilities granted to an instance, in addition to its limits.
#[derive(Clone)]
pub(crate) struct Grants {
    pub(crate) egress: Egress,
    pub(crate) time: Time,
    pub(crate) stderr: Stderr,
    /// Shared with the other instances of its connector.
    pub(crate) sign_ins: SignIns,
    /// What the component does not get; shared in the same way.
    pub(crate) credentials: Option<Credentials>,
}

/// The data of one store.
pub(crate) struct State {
    wasi: WasiCtx,
    http: WasiHttpCtx,
    hooks: Hooks,
    table: ResourceTable,
    pub(crate) accountant: Accountant,
}

impl State {
    pub(crate) fn new(limits: &Limits, grants: Grants) -> Self {
        let Grants { egress, time, stderr, sign_ins, credentials } = grants;
        let hooks = Hooks::new(egress, sign_ins, limits.requests);
        // A fresh context has no arguments, no environment and closed streams; only stderr is
        // captured.
        let mut wasi = WasiCtx::builder();
        time.add_to(wasi.stderr(stderr));
        let mut http = WasiHttpCtx::new();
        http.set_field_size_limit(limits.header_bytes);
        let mut table = ResourceTable::new();
        table.set_max_capacity(limits.handles);
        Self {
            wasi: wasi.build(),
            http,
            hooks: match credentials {
                Some(credentials) => hooks.injecting(credentials),
                None => hooks,
            },
            table,
            accountant: Accountant::new(limits),
        }
    }

    /// Returns the guard of the instance's calls.
    pub(crate) fn guard(&self) -> &CallGuard {
        self.hooks.guard()
    }

    /// Records the revision of the settings that the instance has applied.
    pub(crate) fn set_settings(&mut self, revision: u64) {
        self.hooks.set_settings(revision);
    }
}

impl WasiView for State {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        WasiCtxView { ctx: &mut self.wasi, table: &mut self.table }
    }
}

impl WasiHttpView for State {
    fn http(&mut self) -> WasiHttpCtxView<'_> {
        WasiHttpCtxView { ctx: &mut self.http, table: &mut self.table, hooks: &mut self.hooks }
    }
}

/// Links the granted interfaces one by one.
pub(crate) fn link(linker: &mut Linker<State>) -> wasmtime::Result<()> {
    // Clocks, randomness, I/O streams and stdio, then HTTP.
    wasmtime_wasi_http::p2::add_to_linker_async(linker)?;
    plugin_egress::link(linker)?;
    // Imports that Rust's std also requires; they provide nothing here.
    random::insecure::add_to_linker::<_, WasiRandom>(linker, |state| state.ctx().ctx.random())?;
    random::insecure_seed::add_to_linker::<_, WasiRandom>(linker, |state| {
        state.ctx().ctx.random()
    })?;
    cli::environment::add_to_linker::<_, WasiCli>(linker, State::cli)?;
    cli::exit::add_to_linker::<_, WasiCli>(linker, State::cli)?;
    cli::terminal_input::add_to_linker::<_, WasiCli>(linker, State::cli)?;
    cli::terminal_output::add_to_linker::<_, WasiCli>(linker, State::cli)?;
    cli::terminal_stdin::add_to_linker::<_, WasiCli>(linker, State::cli)?;
    cli::terminal_stdout::add_to_linker::<_, WasiCli>(linker, State::cli)?;
    cli::terminal_stderr::add_to_linker::<_, WasiCli>(linker, State::cli)
}

#[cfg(test)]
mod tests {
    use super::is_allowed;

    #[test]
    fn an_import_is_allowed_by_its_interface_whatever_its_version() {
        assert!(is_allowed("wasi:http/outgoing-handler@0.2.4"));
        assert!(is_allowed("wasi:http/types"));
        assert!(!is_allowed("wasi:sockets/tcp@0.2.4"));
        assert!(!is_allowed("wasi:filesystem/types@0.2.4"));
        assert!(!is_allowed("wasi:http/incoming-handler@0.2.4"));
        assert!(!is_allowed("wasi:http/types-more@0.2.4"));
    }
}

//! Links `wasi:http` with an allow-list into a host of components.

use plugin_egress::{Access, Egress, Hooks, ReadPosts, SignIns};
use wasmtime::Engine;
use wasmtime::component::{Linker, ResourceTable};
use wasmtime_wasi::{WasiCtx, WasiCtxView, WasiView};
use wasmtime_wasi_http::{WasiHttpCtx, WasiHttpCtxView, WasiHttpView};

/// The data of one instance.
struct State {
    wasi: WasiCtx,
    http: WasiHttpCtx,
    hooks: Hooks,
    table: ResourceTable,
}

impl State {
    fn new(egress: &Egress) -> Self {
        Self {
            wasi: WasiCtx::builder().build(),
            http: WasiHttpCtx::new(),
            // At most 16 requests at a time; token requests are not shared with other instances.
            hooks: Hooks::new(egress.isolated("example"), SignIns::default(), 16),
            table: ResourceTable::new(),
        }
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

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let egress = Egress::builder().allow("https://api.example").build()?;
    let mut linker = Linker::<State>::new(&Engine::default());
    wasmtime_wasi_http::p2::add_to_linker_async(&mut linker)?;
    plugin_egress::link(&mut linker)?;
    let state = State::new(&egress);
    // Before each call: until then, requests may only read.
    state.hooks.guard().begin(Access::Changes, ReadPosts::default());
    println!("an instance may call {:?}", egress.allowed());
    drop(state);
    Ok(())
}

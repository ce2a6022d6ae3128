//! Frees the request options that a component passes along with a request.
//!
//! The runtime's own `handle` (48) copies the options but leaves their handle in the resource
//! table, which is full after [`Limits::handles`] requests. Wasmtime's main branch deletes it, see
//! `handle` in
//! <https://github.com/bytecodealliance/wasmtime/blob/main/crates/wasi-http/src/p2/http_impl.rs>:
//! this file goes with the update to a release that has the fix.
//!
//! [`Limits::handles`]: https://docs.rs/host-harness/latest/host_harness/struct.Limits.html

use wasmtime::StoreContextMut;
use wasmtime::component::{Linker, Resource};
use wasmtime_wasi_http::p2::bindings::http::outgoing_handler::Host as _;
use wasmtime_wasi_http::p2::bindings::http::types::ErrorCode;
use wasmtime_wasi_http::p2::types::{HostFutureIncomingResponse, HostOutgoingRequest};
use wasmtime_wasi_http::{RequestOptions, WasiHttpView};

/// The runtime's (48) name of the interface; components may import it with any 0.2 version.
const HANDLER: &str = "wasi:http/outgoing-handler@0.2.12";

type Handled = Result<Resource<HostFutureIncomingResponse>, ErrorCode>;

/// Replaces `handle` by the runtime's own and the deletion of the options.
pub(crate) fn link<T: WasiHttpView + 'static>(linker: &mut Linker<T>) -> wasmtime::Result<()> {
    linker.allow_shadowing(true);
    linker.instance(HANDLER)?.func_wrap(
        "handle",
        |mut store: StoreContextMut<'_, T>,
         (request, options): (Resource<HostOutgoingRequest>, Option<Resource<RequestOptions>>)|
         -> wasmtime::Result<(Handled,)> {
            let mut http = store.data_mut().http();
            let copied = options.as_ref().map(|options| Resource::new_borrow(options.rep()));
            let handled = http.handle(request, copied);
            if let Some(options) = options {
                http.table.delete(options)?;
            }
            Ok((match handled {
                Ok(response) => Ok(response),
                Err(error) => Err(error.downcast()?),
            },))
        },
    )?;
    linker.allow_shadowing(false);
    Ok(())
}

//! Lets go of a request's options when the request is sent.
//!
//! The component gives them away with the request, and the runtime (48) reads them and keeps them: one handle for each request, until
//! an instance that lives long has none left.

use wasmtime::StoreContextMut;
use wasmtime::component::{Linker, Resource};
use wasmtime_wasi_http::WasiHttpView;
use wasmtime_wasi_http::p2::bindings::http::outgoing_handler::Host as _;
use wasmtime_wasi_http::p2::bindings::http::types::{ErrorCode, RequestOptions};
use wasmtime_wasi_http::p2::types::{HostFutureIncomingResponse, HostOutgoingRequest};

/// As the runtime (48) names the interface; components import it by any 0.2.
const HANDLER: &str = "wasi:http/outgoing-handler@0.2.12";

type Handled = wasmtime::Result<(Result<Resource<HostFutureIncomingResponse>, ErrorCode>,)>;

/// Replaces `handle`.
pub(crate) fn link<T: WasiHttpView + 'static>(linker: &mut Linker<T>) -> wasmtime::Result<()> {
    linker.allow_shadowing(true);
    linker.instance(HANDLER)?.func_wrap(
        "handle",
        |mut store: StoreContextMut<'_, T>,
         (request, options): (Resource<HostOutgoingRequest>, Option<Resource<RequestOptions>>)|
         -> Handled {
            let mut http = store.data_mut().http();
            let given = options.as_ref().map(|options| Resource::<RequestOptions>::new_own(options.rep()));
            let handled = http.handle(request, options);
            if let Some(options) = given {
                http.table.delete(options)?;
            }
            match handled {
                Ok(future) => Ok((Ok(future),)),
                Err(error) => Ok((Err(error.downcast()?),)),
            }
        },
    )?;
    linker.allow_shadowing(false);
    Ok(())
}

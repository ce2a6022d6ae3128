//! Reports the error code of a failure in the middle of a body to the component.
//!
//! The runtime's own `http-error-code` downcasts body stream errors to the wrong type and always
//! returns `none`.

use wasmtime::StoreContextMut;
use wasmtime::component::{Linker, Resource};
use wasmtime_wasi::p2::IoError;
use wasmtime_wasi_http::p2::bindings::http::types::ErrorCode;
use wasmtime_wasi_http::{Error, WasiHttpView};

/// The runtime's (48) name of the interface; components may import it with any 0.2 version.
pub(super) const TYPES: &str = "wasi:http/types@0.2.12";

/// Replaces `http-error-code`.
pub(crate) fn link<T: WasiHttpView + 'static>(linker: &mut Linker<T>) -> wasmtime::Result<()> {
    linker.allow_shadowing(true);
    let mut types = linker.instance(TYPES)?;
    types.func_wrap(
        "http-error-code",
        |mut store: StoreContextMut<'_, T>, (error,): (Resource<IoError>,)| {
            let code = code(store.data_mut().http().table.get(&error)?);
            Ok((code,))
        },
    )?;
    linker.allow_shadowing(false);
    Ok(())
}

/// Returns the error code of a failure from [`super::body`] or from the runtime.
fn code(error: &IoError) -> Option<ErrorCode> {
    match error.downcast_ref::<Error>() {
        Some(Error::HttpResponseBodySize(size)) => Some(ErrorCode::HttpResponseBodySize(*size)),
        Some(Error::HttpResponseIncomplete) => Some(ErrorCode::HttpResponseIncomplete),
        Some(Error::HttpProtocolError) => Some(ErrorCode::HttpProtocolError),
        Some(Error::ConnectionReadTimeout) => Some(ErrorCode::ConnectionReadTimeout),
        Some(_) => Some(ErrorCode::ConnectionTerminated),
        None => error.downcast_ref::<ErrorCode>().cloned(),
    }
}

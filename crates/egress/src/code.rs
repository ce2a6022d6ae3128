//! Tells a component what went wrong in the middle of a body.
//!
//! The runtime's own `http-error-code` looks for the wrong type in what body streams fail with, and always answers `none`.

use wasmtime::StoreContextMut;
use wasmtime::component::{Linker, Resource};
use wasmtime_wasi::p2::IoError;
use wasmtime_wasi_http::p2::bindings::http::types::ErrorCode;
use wasmtime_wasi_http::{Error, WasiHttpView};

/// As the runtime (48) names the interface; components import it by any 0.2.
pub(super) const TYPES: &str = "wasi:http/types@0.2.12";

/// Replaces `http-error-code`.
pub(crate) fn link<T: WasiHttpView + 'static>(linker: &mut Linker<T>) -> wasmtime::Result<()> {
    linker.allow_shadowing(true);
    let mut types = linker.instance(TYPES)?;
    types.func_wrap("http-error-code", |mut store: StoreContextMut<'_, T>, (error,): (Resource<IoError>,)| {
        let code = code(store.data_mut().http().table.get(&error)?);
        Ok((code,))
    })?;
    linker.allow_shadowing(false);
    Ok(())
}

/// The code of what [`super::body`] fails with, or of what the runtime does.
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

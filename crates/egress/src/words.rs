//! Bounds the length of a request's method, authority and path, and keeps them out of traces.
//!
//! The runtime accepts a method and an authority of any length and keeps them in host memory for as
//! long as the component holds the request: a thousand handles with the longest text that passes in
//! one call would take a hundred gigabytes. The runtime's own functions also trace their arguments,
//! and a path with its query may be a signed link; the functions linked here trace nothing.

use wasmtime::StoreContextMut;
use wasmtime::component::{Linker, Resource};
use wasmtime_wasi_http::WasiHttpView;
use wasmtime_wasi_http::p2::bindings::http::types::{HostOutgoingRequest as _, Method};
use wasmtime_wasi_http::p2::types::HostOutgoingRequest;

use super::code::TYPES;
use super::fields;

/// Maximum length of a method. The longest registered one, `UPDATEREDIRECTREF`, has 17 letters.
/// <https://www.iana.org/assignments/http-methods/http-methods.xhtml>
const METHOD_BYTES: usize = 64;

/// Maximum length of an authority: a name of 253 bytes (RFC 1035 §2.3.4), a colon and a port, with
/// room for user information, which gets a better error when the request is sent.
const AUTHORITY_BYTES: usize = 512;

type Settled = wasmtime::Result<(Result<(), ()>,)>;

/// Maximum length of a path with its query: hyper's own limit (`http::Uri`).
const PATH_BYTES: usize = 64 * 1024;

/// Replaces the functions that set them. Texts that are too long are rejected as malformed.
pub(crate) fn link<T: WasiHttpView + 'static>(linker: &mut Linker<T>) -> wasmtime::Result<()> {
    linker.allow_shadowing(true);
    let mut types = linker.instance(TYPES)?;
    types.func_wrap(
        "[method]outgoing-request.set-method",
        |mut store: StoreContextMut<'_, T>,
         (request, method): (Resource<HostOutgoingRequest>, Method)|
         -> Settled {
            if matches!(&method, Method::Other(word) if word.len() > METHOD_BYTES) {
                return Ok((Err(()),));
            }
            Ok((store.data_mut().http().set_method(request, method)?,))
        },
    )?;
    types.func_wrap(
        "[method]outgoing-request.set-authority",
        |mut store: StoreContextMut<'_, T>,
         (request, authority): (Resource<HostOutgoingRequest>, Option<String>)|
         -> Settled {
            if authority.as_ref().is_some_and(|text| text.len() > AUTHORITY_BYTES) {
                return Ok((Err(()),));
            }
            Ok((store.data_mut().http().set_authority(request, authority)?,))
        },
    )?;
    types.func_wrap(
        "[method]outgoing-request.set-path-with-query",
        |mut store: StoreContextMut<'_, T>,
         (request, path): (Resource<HostOutgoingRequest>, Option<String>)|
         -> Settled {
            if path.as_ref().is_some_and(|text| text.len() > PATH_BYTES) {
                return Ok((Err(()),));
            }
            let mut http = store.data_mut().http();
            fields::bound(http.table, path.as_ref().map_or(0, String::len))?;
            Ok((http.set_path_with_query(request, path)?,))
        },
    )?;
    linker.allow_shadowing(false);
    Ok(())
}

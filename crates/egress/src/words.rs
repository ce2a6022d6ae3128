//! Keeps the words of a request short, and out of traces.
//!
//! The runtime takes a method and an authority of any length, and they are the host's memory for as long as the component holds
//! the request: a thousand handles with the longest text that passes in one call would be a hundred gigabytes.
//! What the runtime links traces the texts that it is given, and a path with its query may be a signed link; what is linked here
//! traces nothing.

use wasmtime::StoreContextMut;
use wasmtime::component::{Linker, Resource};
use wasmtime_wasi_http::WasiHttpView;
use wasmtime_wasi_http::p2::bindings::http::types::{HostOutgoingRequest as _, Method};
use wasmtime_wasi_http::p2::types::HostOutgoingRequest;

use super::code::TYPES;

/// How long a method may be. The longest registered one, `UPDATEREDIRECTREF`, has 17 letters.
/// <https://www.iana.org/assignments/http-methods/http-methods.xhtml>
const METHOD_BYTES: usize = 64;

/// How long an authority may be: a name of 253 bytes (RFC 1035 §2.3.4), a colon, a port; with room for user information, which
/// is refused with a better reason when the request is sent.
const AUTHORITY_BYTES: usize = 512;

type Settled = wasmtime::Result<(Result<(), ()>,)>;

/// How long a path with its query may be: what hyper takes (`http::Uri`).
const PATH_BYTES: usize = 64 * 1024;

/// Replaces the functions that set them. What is too long counts as malformed.
pub(crate) fn link<T: WasiHttpView + 'static>(linker: &mut Linker<T>) -> wasmtime::Result<()> {
    linker.allow_shadowing(true);
    let mut types = linker.instance(TYPES)?;
    types.func_wrap(
        "[method]outgoing-request.set-method",
        |mut store: StoreContextMut<'_, T>, (request, method): (Resource<HostOutgoingRequest>, Method)| -> Settled {
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
            Ok((store.data_mut().http().set_path_with_query(request, path)?,))
        },
    )?;
    linker.allow_shadowing(false);
    Ok(())
}

//! Bounds the host memory of all header fields and paths of an instance together.
//!
//! The runtime bounds each set of fields; a component with a thousand handles may fill as many.

use std::any::Any;

use wasmtime::StoreContextMut;
use wasmtime::component::{Linker, Resource, ResourceTable};
use wasmtime_wasi_http::p2::bindings::http::types::{HeaderError, HostFields as _};
use wasmtime_wasi_http::p2::types::{HostIncomingResponse, HostOutgoingRequest};
use wasmtime_wasi_http::{FieldMap, WasiHttpView};

use super::code::TYPES;

/// Maximum size of all fields and paths: those of 64 requests and their responses with 128 KiB each
/// would just fit, and real ones have a few KiB.
const MOST_BYTES: usize = 16 << 20;

/// The sum is taken only for a field longer than this, or where a set has more than a few: real
/// requests are spared it, and a thousand handles below have about ten megabytes at most.
const SMALL_BYTES: usize = 256;
const FEW: usize = 32;

type Added = wasmtime::Result<(Result<(), HeaderError>,)>;

/// Replaces the functions that add to fields. Past the limit, the instance ends.
pub(crate) fn link<T: WasiHttpView + 'static>(linker: &mut Linker<T>) -> wasmtime::Result<()> {
    linker.allow_shadowing(true);
    let mut types = linker.instance(TYPES)?;
    types.func_wrap(
        "[method]fields.append",
        |mut store: StoreContextMut<'_, T>,
         (fields, name, value): (Resource<FieldMap>, String, Vec<u8>)|
         -> Added {
            let mut http = store.data_mut().http();
            check(http.table, &fields, name.len() + value.len())?;
            Ok((match http.append(fields, name, value) {
                Ok(()) => Ok(()),
                Err(error) => Err(error.downcast()?),
            },))
        },
    )?;
    types.func_wrap(
        "[method]fields.set",
        |mut store: StoreContextMut<'_, T>,
         (fields, name, values): (Resource<FieldMap>, String, Vec<Vec<u8>>)|
         -> Added {
            let mut http = store.data_mut().http();
            let bytes = values.iter().map(Vec::len).sum::<usize>() + name.len();
            check(http.table, &fields, bytes)?;
            Ok((match http.set(fields, name, values) {
                Ok(()) => Ok(()),
                Err(error) => Err(error.downcast()?),
            },))
        },
    )?;
    types.func_wrap(
        "[static]fields.from-list",
        |mut store: StoreContextMut<'_, T>,
         (entries,): (Vec<(String, Vec<u8>)>,)|
         -> wasmtime::Result<(Result<Resource<FieldMap>, HeaderError>,)> {
            let mut http = store.data_mut().http();
            let bytes = entries.iter().map(|(name, value)| name.len() + value.len()).sum();
            bound(http.table, bytes)?;
            Ok((match http.from_list(entries) {
                Ok(fields) => Ok(fields),
                Err(error) => Err(error.downcast()?),
            },))
        },
    )?;
    linker.allow_shadowing(false);
    Ok(())
}

fn check(
    table: &mut ResourceTable,
    fields: &Resource<FieldMap>,
    bytes: usize,
) -> wasmtime::Result<()> {
    if bytes <= SMALL_BYTES && table.get(fields)?.len() <= FEW {
        return Ok(());
    }
    sum(table, bytes)
}

/// # Errors
///
/// This many more bytes would be more than an instance may use.
pub(super) fn bound(table: &mut ResourceTable, more: usize) -> wasmtime::Result<()> {
    if more <= SMALL_BYTES { Ok(()) } else { sum(table, more) }
}

fn sum(table: &mut ResourceTable, more: usize) -> wasmtime::Result<()> {
    let used: usize = table.iter_mut().map(|entry| size(entry)).sum();
    if used + more > MOST_BYTES {
        wasmtime::bail!("the header fields of the instance take more than {MOST_BYTES} bytes");
    }
    Ok(())
}

fn size(entry: &(dyn Any + Send)) -> usize {
    if let Some(fields) = entry.downcast_ref::<FieldMap>() {
        return content(fields);
    }
    if let Some(request) = entry.downcast_ref::<HostOutgoingRequest>() {
        return content(&request.headers) + request.path_with_query.as_ref().map_or(0, String::len);
    }
    let response = entry.downcast_ref::<HostIncomingResponse>();
    response.map_or(0, |response| content(&response.headers))
}

fn content(fields: &FieldMap) -> usize {
    fields.iter().map(|(name, value)| name.as_str().len() + value.len()).sum()
}

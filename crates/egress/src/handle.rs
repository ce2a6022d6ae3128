//! Sends a component's request and returns its response, replacing the runtime's (48) own `handle`.

use std::pin::Pin;

use http::Response;
use wasmtime::StoreContextMut;
use wasmtime::component::{Linker, Resource, ResourceTable, ResourceType};
use wasmtime_wasi::p2::{DynPollable, subscribe};
use wasmtime_wasi_http::p2::bindings::http::types::{
    ErrorCode, HostFutureIncomingResponse as _, RequestOptions as WasiOptions,
};
use wasmtime_wasi_http::p2::body::HostIncomingBody;
use wasmtime_wasi_http::p2::types::{
    HostFutureIncomingResponse, HostIncomingResponse, HostOutgoingRequest,
};
use wasmtime_wasi_http::{Error, FieldMap, WasiBody, WasiHttpCtxView, WasiHttpView};

use super::code::TYPES;
use super::exchange::{Exchange, OnItsWay};
use super::outgoing;

/// The runtime's (48) name of the interface; components may import it with any 0.2 version.
const HANDLER: &str = "wasi:http/outgoing-handler@0.2.12";

/// The instance's latest request, if that only makes progress while the component waits for it.
#[derive(Debug, Default)]
pub struct Latest(Option<u32>);

/// A store whose instance sends requests.
pub trait Exchanges: WasiHttpView {
    /// Returns the request that only makes progress while the component waits for it.
    fn latest(&mut self) -> &mut Latest;
}

type Future = Resource<Exchange>;
type Taken = Option<Result<Result<Resource<HostIncomingResponse>, ErrorCode>, ()>>;

/// Replaces `handle` and the methods of its futures.
pub(crate) fn link<T: Exchanges + 'static>(linker: &mut Linker<T>) -> wasmtime::Result<()> {
    linker.allow_shadowing(true);
    let mut types = linker.instance(TYPES)?;
    types.resource(
        "future-incoming-response",
        ResourceType::host::<Exchange>(),
        |mut store, rep| {
            store.data_mut().http().table.delete(Future::new_own(rep))?;
            Ok(())
        },
    )?;
    types.func_wrap(
        "[method]future-incoming-response.subscribe",
        |mut store: StoreContextMut<'_, T>,
         (future,): (Future,)|
         -> wasmtime::Result<(Resource<DynPollable>,)> {
            Ok((subscribe(store.data_mut().http().table, future)?,))
        },
    )?;
    types.func_wrap(
        "[method]future-incoming-response.get",
        |mut store: StoreContextMut<'_, T>, (future,): (Future,)| -> wasmtime::Result<(Taken,)> {
            Ok((get(store.data_mut().http(), &future)?,))
        },
    )?;
    linker.instance(HANDLER)?.func_wrap(
        "handle",
        |mut store: StoreContextMut<'_, T>,
         (request, options): (Resource<HostOutgoingRequest>, Option<Resource<WasiOptions>>)|
         -> wasmtime::Result<(Result<Future, ErrorCode>,)> {
            let state = store.data_mut();
            let latest = state.latest().0.take();
            let WasiHttpCtxView { hooks, table, .. } = state.http();
            detach(table, latest);
            let outgoing = table.delete(request)?;
            // The component passes ownership of the options; keeping them would leak one handle per
            // request.
            let options = options.map(|options| table.delete(options)).transpose()?;
            let has_body = outgoing.body.is_some();
            let mut request = match outgoing::request(outgoing) {
                Ok(request) => request,
                Err(code) => return Ok((Err(code),)),
            };
            let on_its_way = OnItsWay::default();
            request.extensions_mut().insert(on_its_way.clone());
            let sending =
                Pin::from(hooks.send_request(request, options, Box::new(async { Ok(()) })));
            let answering = async move { sending.await.map(|(response, _)| response) };
            // The component writes the body while the request is being sent.
            let mut exchange =
                if has_body { Exchange::detached(answering) } else { Exchange::waited(answering) };
            // Connecting takes several steps under a timeout that runs even if the component is not
            // waiting.
            if !on_its_way.is_set() {
                exchange.detach();
            }
            let future = table.push(exchange)?;
            state.latest().0 = (!has_body).then(|| future.rep());
            Ok((Ok(future),))
        },
    )?;
    linker.allow_shadowing(false);
    Ok(())
}

/// With several concurrent requests, each must make progress whichever of them is waited for.
fn detach(table: &mut ResourceTable, latest: Option<u32>) {
    // The request may have been dropped and its handle reused by another request; detaching that
    // one is harmless.
    if let Some(exchange) = latest.and_then(|rep| table.get_mut(&Future::new_borrow(rep)).ok()) {
        exchange.detach();
    }
}

fn get(http: WasiHttpCtxView<'_>, future: &Future) -> wasmtime::Result<Taken> {
    Ok(match http.table.get_mut(future)?.take() {
        None => None,
        Some(Err(())) => Some(Err(())),
        Some(Ok(Ok(response))) => Some(Ok(Ok(incoming(http, response)?))),
        Some(Ok(Err(error))) => error_code(http, error)?,
    })
}

fn incoming(
    http: WasiHttpCtxView<'_>,
    response: Response<WasiBody>,
) -> wasmtime::Result<Resource<HostIncomingResponse>> {
    let (head, body) = response.into_parts();
    let headers = FieldMap::new_immutable(http.hooks, head.headers);
    let body = Some(HostIncomingBody::new(body));
    Ok(http.table.push(HostIncomingResponse { status: head.status.as_u16(), headers, body })?)
}

/// Converts the error to the guest's type, which only the runtime's own future can produce.
fn error_code(mut http: WasiHttpCtxView<'_>, error: Error) -> wasmtime::Result<Taken> {
    let future = http.table.push(HostFutureIncomingResponse::Ready(Err(error)))?;
    let rep = future.rep();
    let taken = http.get(Resource::new_borrow(rep))?;
    http.table.delete(future)?;
    Ok(taken)
}

//! A different host: wasmtime's own `wasi:http` with a stub service behind it, where only this host
//! injects faults.

use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock};
use std::task::{Context, Poll};

use bytes::Bytes;
use defender_component::COMPONENT;
use defender_stub::{Request, Scenario, Service};
use http::{HeaderName, Response};
use http_body::{Body, Frame};
use http_body_util::BodyExt;
use serde_json::json;
use wasmtime::component::{Component, Linker, ResourceTable};
use wasmtime::{Engine, Store};
use wasmtime_wasi::{WasiCtx, WasiCtxView, WasiView};
use wasmtime_wasi_http::{
    DEFAULT_FORBIDDEN_HEADERS, Error, RequestOptions, WasiBody, WasiHttpCtx, WasiHttpCtxView,
    WasiHttpHooks, WasiHttpView,
};

use generated::Plugin;
pub(crate) use generated::connector::plugin::types::{
    Error as PluginError, ErrorKind, Outcome, Retry,
};

mod generated {
    wasmtime::component::bindgen!(
        {
            path: "../wit", world: "plugin", exports: { default: async },
            additional_derives: [PartialEq]
        }
    );
}

/// What the host does to the requests that it is asked to corrupt.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Conduct {
    /// Passes the request on unchanged.
    Honest,
    /// Sends nothing and returns this code.
    Refuses(fn() -> Error),
    /// Reads the first bytes of the body and closes it, sends nothing more, and returns this code.
    ClosesBody(fn() -> Error),
    /// Sends the request and returns this code instead of the response.
    LosesAnswer(fn() -> Error),
    /// Returns the response body in chunks of this many bytes, with empty reads in between.
    ReadsNothing(usize),
    /// Never returns a byte of the response body, although the stream is always ready.
    ReadsNothingForEver,
}

/// A configured instance in such a host.
pub(crate) struct OtherHost {
    pub(crate) service: Service,
    plugin: Plugin,
    store: Store<State>,
    spoilt: Arc<AtomicUsize>,
    frames: Arc<AtomicUsize>,
}

struct State {
    wasi: WasiCtx,
    http: WasiHttpCtx,
    table: ResourceTable,
    hooks: Hooks,
}

struct Hooks {
    service: Service,
    on: &'static str,
    conduct: Conduct,
    keeps: &'static [&'static str],
    spoilt: Arc<AtomicUsize>,
    frames: Arc<AtomicUsize>,
}

static COMPILED: LazyLock<Component> = LazyLock::new(|| {
    Component::from_binary(&Engine::default(), COMPONENT).expect("the component compiles")
});

impl OtherHost {
    /// `on` is the suffix of a request's method and path, such as `/isolate`; `keeps` are the
    /// headers that must not be set.
    pub(crate) async fn start(
        on: &'static str,
        conduct: Conduct,
        keeps: &'static [&'static str],
    ) -> Self {
        let service = Service::new(Scenario {
            pending_seconds: 0.0,
            running_seconds: 0.0,
            ..Scenario::default()
        });
        let (spoilt, frames) = (Arc::<AtomicUsize>::default(), Arc::<AtomicUsize>::default());
        let hooks = Hooks {
            service: service.clone(),
            on,
            conduct,
            keeps,
            spoilt: Arc::clone(&spoilt),
            frames: Arc::clone(&frames),
        };
        let engine = COMPILED.engine();
        let mut linker = Linker::<State>::new(engine);
        wasmtime_wasi::p2::add_to_linker_async(&mut linker).unwrap();
        wasmtime_wasi_http::p2::add_only_http_to_linker_async(&mut linker).unwrap();
        let wasi = WasiCtx::builder().inherit_stderr().build();
        let state = State { wasi, http: WasiHttpCtx::new(), table: ResourceTable::new(), hooks };
        let mut store = Store::new(engine, state);
        let plugin = Plugin::instantiate_async(&mut store, &COMPILED, &linker).await.unwrap();
        let mut host = Self { service, plugin, store, spoilt, frames };
        host.configure().await;
        host
    }

    async fn configure(&mut self) {
        let (tenant, client, secret) = self.service.with_scenario(|world| {
            (world.tenant_id.clone(), world.client_id.clone(), world.client_secret.clone())
        });
        let limits = json!({
            "maxRetries": 1, "callTimeoutSeconds": 10, "readTimeoutSeconds": 1,
            "budgetPercent": 0
        });
        let config =
            json!({ "tenantId": tenant, "clientId": client, "limits": limits }).to_string();
        let secrets = json!({ "clientSecret": secret }).to_string();
        let connector = self.plugin.connector_plugin_connector();
        connector.call_configure(&mut self.store, &config, &secrets).await.unwrap().unwrap();
    }

    pub(crate) async fn execute(
        &mut self,
        action: &str,
        params: serde_json::Value,
    ) -> Result<Outcome, PluginError> {
        let connector = self.plugin.connector_plugin_connector();
        connector.call_execute(&mut self.store, action, &params.to_string()).await.unwrap()
    }

    /// Downloads a file to its end.
    pub(crate) async fn download(
        &mut self,
        action: &str,
        params: serde_json::Value,
    ) -> Result<Vec<u8>, PluginError> {
        let downloads = self.plugin.connector_plugin_downloads();
        let file =
            downloads.call_open(&mut self.store, action, &params.to_string()).await.unwrap()?;
        let mut all = Vec::new();
        loop {
            match downloads.file().call_read(&mut self.store, file, 10_000).await.unwrap()? {
                piece if piece.is_empty() => return Ok(all),
                piece => all.extend(piece),
            }
        }
    }

    /// Returns how many requests the host corrupted.
    pub(crate) fn spoilt(&self) -> usize {
        self.spoilt.load(Ordering::Relaxed)
    }

    /// Returns how many body frames were read.
    pub(crate) fn frames(&self) -> usize {
        self.frames.load(Ordering::Relaxed)
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

type Exchanged = Box<dyn Future<Output = Result<(), Error>> + Send>;

impl WasiHttpHooks for Hooks {
    fn is_forbidden_header(&mut self, name: &HeaderName) -> bool {
        self.keeps.contains(&name.as_str()) || DEFAULT_FORBIDDEN_HEADERS.contains(name)
    }

    /// A small size, so that a body can be closed in the middle.
    fn p2_outgoing_body_chunk_size(&mut self) -> usize {
        10
    }

    fn send_request(
        &mut self,
        request: http::Request<WasiBody>,
        _: Option<RequestOptions>,
        _: Exchanged,
    ) -> Box<dyn Future<Output = Result<(Response<WasiBody>, Exchanged), Error>> + Send> {
        let is_spoilt = format!("{} {}", request.method(), request.uri().path()).ends_with(self.on);
        let conduct = if is_spoilt { self.conduct } else { Conduct::Honest };
        self.spoilt.fetch_add(usize::from(is_spoilt), Ordering::Relaxed);
        let (service, frames) = (self.service.clone(), Arc::clone(&self.frames));
        Box::new(async move {
            let response = exchange(&service, request, conduct, frames).await?;
            Ok((response, Box::new(std::future::ready(Ok(()))) as Exchanged))
        })
    }
}

async fn exchange(
    service: &Service,
    request: http::Request<WasiBody>,
    conduct: Conduct,
    frames: Arc<AtomicUsize>,
) -> Result<Response<WasiBody>, Error> {
    let (head, mut body) = request.into_parts();
    match conduct {
        Conduct::Refuses(code) => return Err(code()),
        Conduct::ClosesBody(code) => {
            let first = body.frame().await.expect("a body")?.into_data().expect("bytes");
            assert_eq!(first.len(), 10);
            drop(body);
            return Err(code());
        }
        _ => {}
    }
    let bytes = body.collect().await?.to_bytes();
    let mut sent = Request::new(head.method.as_str(), &head.uri.to_string()).body(bytes.to_vec());
    for (name, value) in &head.headers {
        sent = sent.header(name.as_str(), value.to_str().expect("text"));
    }
    let reply = service.answer(&sent);
    if let Conduct::LosesAnswer(code) = conduct {
        return Err(code());
    }
    let mut response = Response::builder().status(reply.status);
    for (name, value) in &reply.headers {
        response = response.header(name, value);
    }
    let all = Bytes::from(reply.body);
    let pieces = match conduct {
        Conduct::ReadsNothing(bytes) => bytes,
        Conduct::ReadsNothingForEver => 0,
        _ => usize::MAX,
    };
    let body = Pieces { all, pieces, turn: 0, frames };
    Ok(response.body(body.boxed_unsync()).expect("a response"))
}

/// A body that yields an empty chunk and then `Pending` before each real one: the empty chunk makes
/// the stream ready, and `Pending` then leaves it with nothing to read.
struct Pieces {
    all: Bytes,
    pieces: usize,
    turn: u8,
    frames: Arc<AtomicUsize>,
}

impl Body for Pieces {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        let this = &mut *self;
        this.frames.fetch_add(1, Ordering::Relaxed);
        if this.pieces == usize::MAX {
            let all = std::mem::take(&mut this.all);
            return Poll::Ready((!all.is_empty()).then(|| Ok(Frame::data(all))));
        }
        this.turn = (this.turn + 1) % 3;
        match this.turn {
            1 => Poll::Ready(Some(Ok(Frame::data(Bytes::new())))),
            2 => {
                context.waker().wake_by_ref();
                Poll::Pending
            }
            _ if this.pieces == 0 => Poll::Ready(Some(Ok(Frame::data(Bytes::new())))),
            _ if this.all.is_empty() => Poll::Ready(None),
            _ => Poll::Ready(Some(Ok(Frame::data(
                this.all.split_to(this.pieces.min(this.all.len())),
            )))),
        }
    }
}

//! Connects `wasi:http` to the egress.

use std::sync::Arc;

use http::header::{EXPECT, TE, TRAILER};
use http::{Request, Response};
use wasmtime_wasi_http::{
    DEFAULT_FORBIDDEN_HEADERS, Error, ForbiddenHeaderFilter, RequestOptions, WasiBody,
    WasiHttpHooks,
};

use super::Egress;
use super::access::CallGuard;
use super::inject::Credentials;
use super::quota::Quota;
use super::sign_in::{Purpose, SignIn, SignIns};

/// How much of a request body is buffered between the component and the connection. Enough to keep
/// a connection busy, and small enough that the host can afford it for every handle of an instance.
const BODY_CHUNK: usize = 64 << 10;

type Exchanged = Box<dyn Future<Output = Result<(), Error>> + Send>;

/// The `wasi:http` hooks of one instance.
#[derive(Debug)]
pub struct Hooks {
    egress: Egress,
    sign_in: SignIn,
    quota: Quota,
    guard: CallGuard,
    credentials: Option<Credentials>,
}

impl Hooks {
    /// Creates hooks for an instance that may have this many concurrent requests and shares its
    /// sign-ins with others.
    pub fn new(egress: Egress, sign_ins: SignIns, requests: usize) -> Self {
        let (sign_in, quota) = (SignIn::new(sign_ins), Quota::new(requests));
        let guard = CallGuard::default();
        Self { egress, sign_in, quota, guard, credentials: None }
    }

    /// Returns the guard of the instance's calls. A host says with it what each call may send;
    /// until it does, requests may only read.
    pub fn guard(&self) -> &CallGuard {
        &self.guard
    }

    /// Puts credentials into the instance's requests, in place of their stand-ins.
    pub fn injecting(self, credentials: Credentials) -> Self {
        Self { credentials: Some(credentials), ..self }
    }

    /// Sets the revision of the settings that the instance has from now on: it shares sign-ins with
    /// instances of the same revision only.
    pub fn set_settings(&mut self, revision: u64) {
        self.sign_in.set_settings(revision);
    }
}

impl WasiHttpHooks for Hooks {
    /// In addition to the runtime's own: headers that change how a connection is read, and with
    /// which gateways can be brought to disagree about where a request ends.
    fn forbidden_header_filter(&mut self) -> ForbiddenHeaderFilter {
        Arc::new(|name| {
            DEFAULT_FORBIDDEN_HEADERS.contains(name) || [EXPECT, TE, TRAILER].contains(name)
        })
    }

    /// The client sets the header where the protocol needs it: HTTP/1.1 does, HTTP/2 uses the
    /// authority.
    fn set_host_header(&mut self) -> bool {
        false
    }

    fn p2_outgoing_body_chunk_size(&mut self) -> usize {
        BODY_CHUNK
    }

    fn send_request(
        &mut self,
        request: Request<WasiBody>,
        options: Option<RequestOptions>,
        // Reports whether the component received the response; not needed here.
        _received: Exchanged,
    ) -> Box<dyn Future<Output = Result<(Response<WasiBody>, Exchanged), Error>> + Send> {
        let (egress, credentials) = (self.egress.clone(), self.credentials.clone());
        let (sharing, place) = (self.sign_in.of(&request), self.quota.take());
        let rights = self.guard.rights();
        Box::new(async move {
            let send = async |request, purpose| {
                let exchange = |request| {
                    egress.send(request, options.unwrap_or_default(), purpose, (rights, place))
                };
                match &credentials {
                    Some(credentials) => credentials.send(request, exchange).await,
                    None => exchange(request).await,
                }
            };
            let response = match sharing {
                Some(sharing) => sharing.send(request, send).await?,
                None => send(request, Purpose::Service).await?,
            };
            let sent: Exchanged = Box::new(std::future::ready(Ok(())));
            Ok((response, sent))
        })
    }
}

//! Where `wasi:http` meets the egress.

use http::{Request, Response};
use wasmtime_wasi_http::{Error, RequestOptions, WasiBody, WasiHttpHooks};

use super::Egress;
use super::quota::Quota;
use super::sign_in::{SignIn, SignIns};

/// How much of a request's body is kept between the component that writes it and the connection. Enough to keep one busy; times
/// all the handles of an instance, it is the host's memory.
const BODY_CHUNK: usize = 64 << 10;

type Exchanged = Box<dyn Future<Output = Result<(), Error>> + Send>;

/// The hooks of one instance.
#[derive(Debug)]
pub struct Hooks {
    egress: Egress,
    sign_in: SignIn,
    quota: Quota,
}

impl Hooks {
    /// For an instance that may have so many requests under way, and shares its sign-ins with others.
    pub fn new(egress: Egress, sign_ins: SignIns, requests: usize) -> Self {
        Self { egress, sign_in: SignIn::new(sign_ins), quota: Quota::new(requests) }
    }
}

impl WasiHttpHooks for Hooks {
    /// The client sets it where the protocol wants it: HTTP/1.1 does, HTTP/2 has the authority.
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
        // Tells how the component fares with the answer, which nobody here asks.
        _received: Exchanged,
    ) -> Box<dyn Future<Output = Result<(Response<WasiBody>, Exchanged), Error>> + Send> {
        let egress = self.egress.clone();
        let (sharing, place) = (self.sign_in.of(&request), self.quota.take());
        Box::new(async move {
            let send = |request| egress.send(request, options.unwrap_or_default(), place);
            let response = match sharing {
                Some(sharing) => sharing.send(request, send).await?,
                None => send(request).await?,
            };
            let sent: Exchanged = Box::new(std::future::ready(Ok(())));
            Ok((response, sent))
        })
    }
}

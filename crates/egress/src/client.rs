//! Sends a request and waits for the response head.

use std::time::Duration;

use http::{Method, Request, Response};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use hyper_util::client::legacy::connect::capture_connection;
use hyper_util::client::legacy::{Client, Error as ClientError};
use hyper_util::rt::TokioTimer;
use wasmtime_wasi_http::{Error, RequestOptions, WasiBody};

use super::body::BoundedBody;
use super::dial::Dialer;
use super::failure;
use super::interim::Interim;
use super::observe::Observed;
use super::pace::Paced;
use super::pool::{self, Pool};
use super::upload::Upload;

/// A connection pool, and the limits of every exchange.
#[derive(Clone, Debug)]
pub(crate) struct Sender {
    pub(crate) pool: Pool,
    pub(crate) connect_timeout: Duration,
    pub(crate) response_timeout: Duration,
    pub(crate) unread_timeout: Duration,
    pub(crate) max_response_bytes: u64,
}

/// How connections are kept.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Keep {
    /// How long an idle connection is kept. Load balancers and firewalls silently drop idle
    /// connections, and a request that runs into this may have been carried out.
    pub(crate) idle_timeout: Duration,
    /// How much of one HTTP/2 response body the host buffers while nobody reads it.
    pub(crate) stream_window: u32,
}

impl Default for Keep {
    /// 20 s is well below the minute or more that load balancers and firewalls allow.
    fn default() -> Self {
        Self { idle_timeout: Duration::from_secs(20), stream_window: 256 << 10 }
    }
}

/// Idle connections kept per origin: more than a connector uses at a time.
const POOL_IDLE_PER_ORIGIN: usize = 8;

/// How often an HTTP/2 connection with a request in progress is pinged, and how long the reply may
/// take.
const PING_INTERVAL: Duration = Duration::from_secs(15);
const PING_TIMEOUT: Duration = Duration::from_secs(10);

/// Maximum size of a response head; up to twice that can get through, because the last read is not
/// truncated. Well above what services send, and not above the size at which the runtime terminates
/// a component ([`Limits::header_bytes`](crate::Limits::header_bytes), which includes the overhead
/// of each field).
const HEAD_BYTES: usize = 64 << 10;

/// How many unread response bodies one HTTP/2 connection has room for: as many as a connector may
/// have requests (64 in each of 4 instances), so that those which are not read never hold up
/// another. Not more: half of this room is what `h2` grants to frames that are all overhead.
const UNREAD_BODIES: u32 = 256;

/// Creates a pooled client, using HTTP/2 where the server offers it.
///
/// It retries a request in one case only: a pooled connection turned out to be closed before any
/// byte of the request was written. A request that the server may have received is never sent
/// twice.
pub(crate) fn client(dialer: Dialer, pace: &Paced) -> Client<Dialer, Upload> {
    let Keep { idle_timeout, stream_window } = dialer.terms.keep;
    Client::builder(pace.clone())
        .timer(TokioTimer::new())
        .pool_timer(TokioTimer::new())
        .pool_idle_timeout(idle_timeout)
        .pool_max_idle_per_host(POOL_IDLE_PER_ORIGIN)
        .http1_max_buf_size(HEAD_BYTES)
        .http2_max_header_list_size(HEAD_BYTES as u32)
        .http2_initial_stream_window_size(stream_window)
        .http2_initial_connection_window_size(UNREAD_BODIES * stream_window)
        .http2_keep_alive_interval(PING_INTERVAL)
        .http2_keep_alive_timeout(PING_TIMEOUT)
        .retry_canceled_requests(true)
        .build(dialer)
}

impl Sender {
    /// Sends a request that the policy allows. A component's timeouts apply if they are shorter
    /// than the host's.
    pub(crate) async fn send(
        &self,
        request: Request<WasiBody>,
        options: RequestOptions,
        observed: &mut Observed,
    ) -> Result<Response<WasiBody>, Error> {
        let (mut request, upload) = Upload::of(request);
        let interim = Interim::of(&mut request);
        let answered = tokio::select! {
            biased;
            () = interim.exceeded() => Err(Error::HttpProtocolError),
            answered = self.with_room(request, &upload, options, observed) => answered,
        };
        if answered.is_err() {
            upload.drain().await;
        }
        answered
    }

    /// Sends a request, and once more if its connection had no room: idle ones have then been
    /// closed. Nothing was sent the first time.
    async fn with_room(
        &self,
        request: Request<Upload>,
        upload: &Upload,
        options: RequestOptions,
        observed: &mut Observed,
    ) -> Result<Response<WasiBody>, Error> {
        if self.pool.is_full() {
            let first = self.exchange(request.clone(), upload, options, observed);
            match pool::comes_again(first).await {
                Err(Error::ConnectionLimitReached) => {}
                answered => return answered,
            }
        }
        self.exchange(request, upload, options, observed).await
    }

    async fn exchange(
        &self,
        mut request: Request<Upload>,
        upload: &Upload,
        options: RequestOptions,
        observed: &mut Observed,
    ) -> Result<Response<WasiBody>, Error> {
        if request.method() == Method::CONNECT {
            return Err(Error::HttpRequestMethodInvalid);
        }
        let connect = shorter(options.connect_timeout, self.connect_timeout);
        let first_byte = shorter(options.first_byte_timeout, self.response_timeout);
        let between_bytes = shorter(options.between_bytes_timeout, self.response_timeout);

        let mut connection = capture_connection(&mut request);
        observed.goes_by(connection.clone(), upload.sent());
        let mut response = std::pin::pin!(self.pool.client().request(request));
        let answered = tokio::select! {
            biased;
            answered = &mut response => Some(answered),
            _ = connection.wait_for_connection_metadata() => None,
            () = tokio::time::sleep(connect) => return Err(Error::ConnectionTimeout),
        };
        let answered = match answered {
            Some(answered) => answered,
            None => first(response, upload, first_byte).await?,
        };
        let connected = connection.connection_metadata().is_some();
        self.bounded(answered, connected, between_bytes)
    }

    fn bounded(
        &self,
        answered: Result<Response<Incoming>, ClientError>,
        connected: bool,
        between_bytes: Duration,
    ) -> Result<Response<WasiBody>, Error> {
        let response = answered.map_err(|error| {
            let code = failure::of_request(&error, connected);
            tracing::debug!(%code, connected, cause = causes(&error), "no answer");
            code
        })?;
        let (head, body) = response.into_parts();
        let body = BoundedBody::new(
            body,
            self.max_response_bytes,
            between_bytes,
            self.unread_timeout,
            self.pool.bodies(),
        )?;
        Ok(Response::from_parts(head, body.boxed_unsync()))
    }
}

/// Waits for the response to a request that has its connection. The timeout runs from when data was
/// last sent.
async fn first<T>(
    mut response: impl Future<Output = T> + Unpin,
    upload: &Upload,
    time: Duration,
) -> Result<T, Error> {
    upload.touch();
    loop {
        let since = upload.progress();
        match tokio::time::timeout_at(since + time, &mut response).await {
            Ok(answered) => return Ok(answered),
            Err(_) if upload.progress() > since => {}
            Err(_) => return Err(Error::HttpResponseTimeout),
        }
    }
}

fn shorter(asked: Option<Duration>, granted: Duration) -> Duration {
    asked.map_or(granted, |asked| asked.min(granted))
}

/// Formats the chain of causes on one line. It names hosts and addresses, never paths or bodies.
fn causes(error: &dyn std::error::Error) -> String {
    let mut words = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        words.push_str(": ");
        words.push_str(&cause.to_string());
        next = cause.source();
    }
    words
}

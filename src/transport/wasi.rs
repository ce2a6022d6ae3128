//! The network of a component: the only code that touches `wasi:http`.
//!
//! It uses waki's bindings instead of waki's client, which sets one timeout of three, hides why a
//! POST was rejected, and reads responses without a limit. Children are dropped before their
//! parents: otherwise the host traps.

mod code;
mod wait;

use std::slice;
use std::time::Duration;

use waki::bindings::wasi::clocks::monotonic_clock::Instant;
use waki::bindings::wasi::http::outgoing_handler;
use waki::bindings::wasi::http::types::{
    Fields, IncomingBody, IncomingResponse, Method as WasiMethod, OutgoingBody, OutgoingRequest,
    RequestOptions, Scheme, http_error_code,
};
use waki::bindings::wasi::io::streams::{InputStream, OutputStream, StreamError};

use code::{broken, error_from_wasi, too_late, unsendable};
use wait::{Idle, is_ready, moment_in, nanoseconds};

use super::{Body, Cause, HttpRequest, HttpResponse, Method, Timeouts, Transport, TransportError};

/// Outgoing HTTP provided by the host.
#[derive(Debug)]
pub struct WasiHttp;

impl Transport for WasiHttp {
    fn send(&self, request: &HttpRequest<'_>) -> Result<HttpResponse, TransportError> {
        let outgoing = head_to_wasi(request)?;
        let body = match request.body {
            // A body that is never requested is no body; one that is requested and left empty would
            // be sent as an empty chunk.
            [] => None,
            _ => Some(outgoing.body().map_err(|()| unsendable())?),
        };
        let options = options_to_wasi(request.timeouts);
        // Each of the option's timeouts may use all of the time, one after the other.
        let end = moment_in(request.timeouts.head);
        let future = outgoing_handler::handle(outgoing, Some(options)).map_err(error_from_wasi)?;
        // After a refusal the body cannot be written, but only the future knows the reason: its
        // error wins over the writer's.
        let written = body.map_or(Ok(()), |body| write_body(body, request.body, end));
        let in_time = is_ready(&future.subscribe(), end);
        match future.get() {
            Some(Ok(Ok(response))) => response_from_wasi(&response),
            Some(Ok(Err(code))) => Err(error_from_wasi(code)),
            None if !in_time => Err(too_late()),
            Some(Err(())) | None => Err(written.err().unwrap_or_else(broken)),
        }
    }
}

fn head_to_wasi(request: &HttpRequest<'_>) -> Result<OutgoingRequest, TransportError> {
    let fields = fields_to_wasi(request)?;
    let url = request.url;
    let method = match request.method {
        Method::Get => WasiMethod::Get,
        Method::Post => WasiMethod::Post,
        Method::Patch => WasiMethod::Patch,
        Method::Delete => WasiMethod::Delete,
    };
    let scheme = if url.is_https() { Scheme::Https } else { Scheme::Http };
    let outgoing = OutgoingRequest::new(fields);
    if request.method != Method::Get {
        outgoing.set_method(&method).map_err(|()| unsendable())?;
    }
    outgoing.set_scheme(Some(&scheme)).map_err(|()| unsendable())?;
    outgoing.set_authority(Some(url.authority())).map_err(|()| unsendable())?;
    outgoing.set_path_with_query(Some(url.path_and_query())).map_err(|()| unsendable())?;
    Ok(outgoing)
}

/// Headers that do not affect the response: some hosts reserve them. All headers are set in one
/// call, because each call between component and host takes time.
const SPARED: &[&str] =
    &["accept", "accept-encoding", "client-request-id", "content-length", "user-agent"];

fn fields_to_wasi(request: &HttpRequest<'_>) -> Result<Fields, TransportError> {
    let entry = |name: &str, value: &str| (name.to_owned(), value.as_bytes().to_vec());
    let mut entries: Vec<_> =
        request.headers.iter().map(|(name, value)| entry(name, value)).collect();
    if !request.body.is_empty() {
        entries.push(entry("content-length", &request.body.len().to_string()));
    }
    if let Ok(fields) = Fields::from_list(&entries) {
        return Ok(fields);
    }
    // Some hosts reserve these headers; the response is the same without them.
    let is_spared = |name: &str| SPARED.contains(&name);
    let is_refused = |entry: &(String, Vec<u8>)| Fields::from_list(slice::from_ref(entry)).is_err();
    entries.retain(|entry| !is_spared(&entry.0) || !is_refused(entry));
    Fields::from_list(&entries).map_err(|_| {
        let refused = request
            .headers
            .iter()
            .find(|(name, value)| !is_spared(name) && is_refused(&entry(name, value)));
        refused.map_or_else(unsendable, |(name, _)| TransportError::not_sent(Cause::Header(name)))
    })
}

fn options_to_wasi(timeouts: Timeouts) -> RequestOptions {
    let nanoseconds = |time| Some(nanoseconds(time));
    let options = RequestOptions::new();
    // A host that does not support an option says so; then its own timeout applies, and the call's
    // deadline in any case.
    let _ = options.set_connect_timeout(nanoseconds(timeouts.connect));
    let _ = options.set_first_byte_timeout(nanoseconds(timeouts.first_byte));
    let _ = options.set_between_bytes_timeout(nanoseconds(timeouts.between_bytes));
    options
}

fn write_body(body: OutgoingBody, bytes: &[u8], end: Instant) -> Result<(), TransportError> {
    let stream = body.write().map_err(|()| broken())?;
    let written = write_all(&stream, bytes, end);
    drop(stream);
    match written {
        // No trailers: an empty set of them breaks some hosts. The future reports the error too.
        Ok(()) => OutgoingBody::finish(body, None).map_err(|_| broken()),
        Err(_) => Err(broken()),
    }
}

/// Does what `blocking-write-and-flush` does, chunk by chunk, but only within the remaining time.
fn write_all(stream: &OutputStream, mut bytes: &[u8], end: Instant) -> Result<(), StreamError> {
    let ready = stream.subscribe();
    let mut idle = Idle::default();
    while !bytes.is_empty() {
        if !is_ready(&ready, end) {
            return Err(StreamError::Closed);
        }
        let room = usize::try_from(stream.check_write()?).unwrap_or(usize::MAX);
        if room == 0 {
            if !idle.pause(end) {
                return Err(StreamError::Closed);
            }
            continue;
        }
        let (piece, rest) = bytes.split_at(room.min(bytes.len()));
        stream.write(piece)?;
        bytes = rest;
    }
    stream.flush()?;
    if is_ready(&ready, end) { stream.check_write().map(drop) } else { Err(StreamError::Closed) }
}

fn response_from_wasi(response: &IncomingResponse) -> Result<HttpResponse, TransportError> {
    let text = |(mut name, value): (String, Vec<u8>)| {
        name.make_ascii_lowercase();
        Some((name, String::from_utf8(value).ok()?))
    };
    let headers = response.headers().entries().into_iter().filter_map(text).collect();
    let body = response.consume().map_err(|()| broken())?;
    let stream = body.stream().map_err(|()| broken())?;
    let body = Box::new(WasiBody { stream, _body: body });
    Ok(HttpResponse { status: response.status(), headers, body })
}

/// A body being read. Fields are dropped in this order: the stream is the body's child.
struct WasiBody {
    stream: InputStream,
    _body: IncomingBody,
}

impl Body for WasiBody {
    fn read(&mut self, max: usize, wait: Duration) -> Result<Vec<u8>, TransportError> {
        let end = moment_in(wait);
        let ready = self.stream.subscribe();
        let mut idle = Idle::default();
        loop {
            if !is_ready(&ready, end) {
                return Err(too_late());
            }
            match self.stream.read(max as u64) {
                // Ready may mean that there is no data yet: an empty frame, for example.
                Ok(bytes) if bytes.is_empty() && idle.pause(end) => {}
                Ok(bytes) if bytes.is_empty() => return Err(too_late()),
                Ok(bytes) => return Ok(bytes),
                Err(StreamError::Closed) => return Ok(Vec::new()),
                Err(StreamError::LastOperationFailed(error)) => {
                    let cause = http_error_code(&error).map(|code| error_from_wasi(code).cause);
                    return Err(TransportError::maybe_sent(cause.unwrap_or(Cause::Broken)));
                }
            }
        }
    }
}

//! Converts a component's request into the one that the client sends.

use bytes::Bytes;
use http::header::CONTENT_LENGTH;
use http::uri::{Scheme, Uri};
use http::{HeaderMap, Method, Request};
use http_body_util::{BodyExt, Empty};
use wasmtime_wasi_http::WasiBody;
use wasmtime_wasi_http::p2::bindings::http::types::{ErrorCode, Scheme as WasiScheme};
use wasmtime_wasi_http::p2::types::HostOutgoingRequest;

/// Builds the request.
///
/// # Errors
///
/// The request cannot be sent: an invalid method or URI, or a content length without a body.
pub(crate) fn request(outgoing: HostOutgoingRequest) -> Result<Request<WasiBody>, ErrorCode> {
    let HostOutgoingRequest { method, scheme, authority, path_with_query, headers, body } =
        outgoing;
    let method: Method = method.try_into().map_err(|_| ErrorCode::HttpRequestMethodInvalid)?;
    let scheme = match scheme {
        Some(WasiScheme::Http) => Scheme::HTTP,
        Some(WasiScheme::Https) | None => Scheme::HTTPS,
        Some(WasiScheme::Other(_)) => return Err(ErrorCode::HttpProtocolError),
    };
    let mut uri = Uri::builder().scheme(scheme).authority(authority.unwrap_or_default());
    if let Some(path) = path_with_query {
        uri = uri.path_and_query(path);
    }
    let uri = uri.build().map_err(|_| ErrorCode::HttpRequestUriInvalid)?;
    let headers = HeaderMap::from(headers);
    let body = match body {
        Some(body) => body,
        // The body was never started. A non-zero content length would make the server wait for it.
        None if headers.get_all(CONTENT_LENGTH).iter().any(|length| length != "0") => {
            return Err(ErrorCode::HttpRequestBodySize(Some(0)));
        }
        None => Empty::<Bytes>::new().map_err(|never| match never {}).boxed_unsync(),
    };
    let mut request = Request::new(body);
    *request.method_mut() = method;
    *request.uri_mut() = uri;
    *request.headers_mut() = headers;
    Ok(request)
}

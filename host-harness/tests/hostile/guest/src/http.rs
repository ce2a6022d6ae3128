//! Low-level HTTP requests, with all the control that misbehaving needs.

use waki::bindings::wasi::http::outgoing_handler::handle;
use waki::bindings::wasi::http::types::{
    ErrorCode, Fields, FutureIncomingResponse, IncomingResponse, Method, OutgoingRequest, Scheme,
};

/// Builds a request to `http://AUTHORITY/PATH`, or to https.
pub fn request(url: &str, fields: Fields) -> OutgoingRequest {
    let (scheme, rest) = url.split_once("://").expect("a URL");
    let (authority, path) = rest.split_once('/').expect("a URL with a path");
    let request = OutgoingRequest::new(fields);
    let scheme = if scheme == "http" { Scheme::Http } else { Scheme::Https };
    request.set_scheme(Some(&scheme)).expect("a scheme");
    request.set_authority(Some(authority)).expect("an authority");
    request.set_path_with_query(Some(&format!("/{path}"))).expect("a path");
    request
}

pub fn post(url: &str, fields: Fields) -> OutgoingRequest {
    let request = request(url, fields);
    request.set_method(&Method::Post).expect("a method");
    request
}

/// Waits for the response head.
pub fn answer(future: &FutureIncomingResponse) -> Result<IncomingResponse, ErrorCode> {
    future.subscribe().block();
    future.get().expect("it is ready").expect("the first time")
}

pub fn send(request: OutgoingRequest) -> Result<IncomingResponse, ErrorCode> {
    answer(&handle(request, None)?)
}

/// Returns the response's status, or the name of the error.
pub fn word(answered: &Result<IncomingResponse, ErrorCode>) -> String {
    match answered {
        Ok(response) => response.status().to_string(),
        Err(code) => name(code),
    }
}

/// Returns the name of an error code, without its payload.
pub fn name(code: &ErrorCode) -> String {
    let text = format!("{code:?}");
    // The bindings prefix it with the type's name.
    let text = text.strip_prefix("ErrorCode::").unwrap_or(&text);
    text.split('(').next().unwrap_or_default().to_owned()
}

pub fn get(url: &str) -> String {
    word(&send(request(url, Fields::new())))
}

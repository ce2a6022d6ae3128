//! Header fields and targets that try to smuggle a second request or alter this one.

use waki::bindings::wasi::http::outgoing_handler::handle;
use waki::bindings::wasi::http::types::{
    Fields, HeaderError, Method, OutgoingBody, OutgoingRequest
};

use crate::http;

/// Header fields, as name and value, that must not get into a request head.
const CONTRABAND: [(&str, &str); 21] = [
    ("x-plain", "a\r\nx-smuggled: 1"),
    ("x-plain", "a\nx-smuggled: 1"),
    ("x-plain", "a\0b"),
    ("x-smuggled: 1\r\nx-plain", "a"),
    ("x smuggled", "a"),
    ("", "a"),
    ("host", "smuggled.example"),
    ("Host", "smuggled.example"),
    ("transfer-encoding", "chunked"),
    ("connection", "keep-alive"),
    ("upgrade", "h2c"),
    ("proxy-authorization", "Basic c211Z2dsZWQ="),
    ("http2-settings", "smuggled"),
    ("content-length", "+5"),
    ("expect", "100-continue"),
    ("te", "trailers"),
    ("trailer", "x-smuggled"),
    ("keep-alive", "5"),
    ("proxy-connection", "keep-alive"),
    (":authority", "smuggled.example"),
    (":path", "/smuggled"),
];

/// Tries to set every forbidden field and lists those that were accepted.
pub fn refused() -> String {
    let fields = Fields::new();
    let mut taken = Vec::new();
    for (name, value) in CONTRABAND {
        match fields.append(&name.to_owned(), &value.as_bytes().to_vec()) {
            Err(HeaderError::InvalidSyntax | HeaderError::Forbidden) => {}
            Ok(()) | Err(HeaderError::Immutable) => taken.push(format!("{name}: {value}")),
        }
    }
    let length = |value: &[u8]| fields.append(&"content-length".to_owned(), &value.to_vec());
    if length(b"5").is_ok() && length(b"6").is_ok() {
        taken.push("two lengths".to_owned());
    }
    format!("{taken:?} taken")
}

/// Adds more fields than a head may hold.
pub fn oversized() -> String {
    let fields = Fields::new();
    for count in 0..10_000 {
        fields.append(&format!("x-{count}"), &vec![b'x'; 1000]).expect("a good field");
    }
    "10 MB taken".to_owned()
}

/// Sends a request with every forbidden field that is accepted.
pub fn smuggle(url: &str) -> String {
    let fields = Fields::new();
    for (name, value) in CONTRABAND {
        let _ = fields.append(&name.to_owned(), &value.as_bytes().to_vec());
    }
    http::word(&http::send(http::request(url, fields)))
}

/// Asks for a token: `params` is the URL, a blank and the `authorization`.
pub fn sign_in(params: &str) -> String {
    let (url, authorization) = params.split_once(' ').expect("a URL and a credential");
    let form = b"grant_type=client_credentials";
    let fields = Fields::new();
    for (name, value) in [
        ("authorization", authorization),
        ("content-type", "application/x-www-form-urlencoded"),
        ("content-length", &form.len().to_string()),
    ] {
        fields.append(&name.to_owned(), &value.as_bytes().to_vec()).expect("a good field");
    }
    let request = http::post(url, fields);
    let body = request.body().expect("a body");
    let future = handle(request, None).expect("a request");
    let stream = body.write().expect("a stream");
    stream.blocking_write_and_flush(form).expect("room");
    drop(stream);
    OutgoingBody::finish(body, None).expect("a whole body");
    http::word(&http::answer(&future))
}

/// Tries destinations and methods that contain a second one, and lists those that were accepted.
pub fn odd_destinations() -> String {
    let request = OutgoingRequest::new(Fields::new());
    let mut taken = Vec::new();
    for authority in [
        "a.example\r\nx-smuggled: 1", "a.example/path", "a.example b.example", "a.example#b"
    ] {
        if request.set_authority(Some(authority)).is_ok() {
            taken.push(authority);
        }
    }
    for path in ["no/slash", "/a b", "/a\r\nx-smuggled: 1", "//\r\n", "http://b.example/"] {
        if request.set_path_with_query(Some(path)).is_ok() {
            taken.push(path);
        }
    }
    for method in ["GET / HTTP/1.1\r\n", "GET ", ""] {
        if request.set_method(&Method::Other(method.to_owned())).is_ok() {
            taken.push(method);
        }
    }
    format!("{taken:?} taken")
}

//! Bodies that are longer or shorter than declared, or that never end.

use waki::bindings::wasi::http::outgoing_handler::handle;
use waki::bindings::wasi::http::types::{Fields, IncomingBody, OutgoingBody, http_error_code};
use waki::bindings::wasi::io::streams::{InputStream, StreamError};

use crate::http;

fn with_length(length: u64) -> Fields {
    let fields = Fields::new();
    fields.append(
        &"content-length".to_owned(), &length.to_string().into_bytes()
    ).expect("a length");
    fields
}

/// Declares 100 bytes, writes 5 and finishes the body.
pub fn promise_more(url: &str) -> String {
    let request = http::post(url, with_length(100));
    let body = request.body().expect("the first time");
    let future = handle(request, None).expect("a request");
    let stream = body.write().expect("the first time");
    let _ = stream.blocking_write_and_flush(b"12345");
    drop(stream);
    let finished = match OutgoingBody::finish(body, None) {
        Ok(()) => "finished".to_owned(),
        Err(code) => http::name(&code),
    };
    format!("{finished}, {}", http::word(&http::answer(&future)))
}

/// Declares 5 bytes and writes a second request after them.
pub fn promise_less(url: &str) -> String {
    let request = http::post(url, with_length(5));
    let body = request.body().expect("the first time");
    let future = handle(request, None).expect("a request");
    let stream = body.write().expect("the first time");
    let written = match stream.blocking_write_and_flush(b"12345GET /smuggled HTTP/1.1\r\n\r\n") {
        Ok(()) => "written",
        Err(_) => "not written",
    };
    drop(stream);
    drop(OutgoingBody::finish(body, None));
    format!("{written}, {}", http::word(&http::answer(&future)))
}

/// Starts a body and waits for the response without finishing it.
pub fn never_finish(url: &str) -> String {
    let request = http::post(url, Fields::new());
    let body = request.body().expect("the first time");
    let future = handle(request, None).expect("a request");
    let stream = body.write().expect("the first time");
    stream.blocking_write_and_flush(b"12345").expect("written");
    http::word(&http::answer(&future))
}

pub fn upload_for_ever(url: &str) -> String {
    let request = http::post(url, Fields::new());
    let body = request.body().expect("the first time");
    let _future = handle(request, None).expect("a request");
    let stream = body.write().expect("the first time");
    let piece = [b'x'; 4096];
    while stream.blocking_write_and_flush(&piece).is_ok() {}
    "the stream is closed".to_owned()
}

/// Reads a response without keeping it, and reports how it ended.
pub fn read_for_ever(url: &str) -> String {
    read(url, |_| {})
}

pub fn keep_all_that_is_read(url: &str) -> String {
    let mut hoard = Vec::new();
    read(url, |bytes| hoard.push(bytes))
}

/// Reads a response and returns its body, or how it ended.
pub fn get_whole(url: &str) -> String {
    let mut whole = Vec::new();
    match read(url, |bytes| whole.extend(bytes)).as_str() {
        "ended" => String::from_utf8_lossy(&whole).into_owned(),
        failed => failed.to_owned(),
    }
}

/// Leaves eight responses of the first URL unread, and then reads one of the second.
pub fn hold_unread(urls: &str) -> String {
    let (held, read) = urls.split_once(' ').expect("two URLs");
    let held: Vec<_> = (0..8).map(|_| open(held)).collect();
    std::thread::sleep(std::time::Duration::from_millis(300));
    let said = get_whole(read);
    drop(held);
    said
}

/// Leaves a response unread for two seconds, and then reads it.
pub fn hold_unread_for_long(url: &str) -> String {
    let held = open(url);
    std::thread::sleep(std::time::Duration::from_secs(2));
    match held {
        Ok(open) => drain(&open.0, |_| {}),
        Err(code) => code,
    }
}

fn open(url: &str) -> Result<(InputStream, IncomingBody), String> {
    let response = http::send(http::request(url, Fields::new())).map_err(|code| http::name(&code))?;
    let body = response.consume().expect("the first time");
    let stream = body.stream().expect("the first time");
    // The stream has to be dropped first.
    Ok((stream, body))
}

fn read(url: &str, piece: impl FnMut(Vec<u8>)) -> String {
    match open(url) {
        Ok(open) => drain(&open.0, piece),
        Err(code) => code,
    }
}

fn drain(stream: &InputStream, mut piece: impl FnMut(Vec<u8>)) -> String {
    loop {
        match stream.blocking_read(u64::MAX) {
            Ok(bytes) => piece(bytes),
            Err(StreamError::Closed) => return "ended".to_owned(),
            Err(StreamError::LastOperationFailed(error)) => {
                return http_error_code(&error).as_ref().map_or_else(
                    || "broken".to_owned(), http::name
                );
            }
        }
    }
}

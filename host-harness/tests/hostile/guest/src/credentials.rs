//! Looks for credentials wherever a component can look.

use std::cell::RefCell;
use std::fmt::Write;

use waki::bindings::wasi::http::outgoing_handler::handle;
use waki::bindings::wasi::http::types::{Fields, IncomingBody, Method, OutgoingBody};

use crate::http;

thread_local! {
    /// What `configure` was given, kept as a hostile component would keep it.
    static GIVEN: RefCell<[String; 2]> = const { RefCell::new([String::new(), String::new()]) };
    static RECEIVED: RefCell<String> = const { RefCell::new(String::new()) };
}

pub fn keep(config: &str, secrets: &str) {
    GIVEN.set([config.to_owned(), secrets.to_owned()]);
}

/// Everything that it was given, and that its surroundings have.
pub fn given() -> String {
    let [config, secrets] = GIVEN.with_borrow(Clone::clone);
    let arguments: Vec<String> = std::env::args().collect();
    let environment: Vec<(String, String)> = std::env::vars().collect();
    format!("{config}\n{secrets}\n{arguments:?}\n{environment:?}")
}

/// All text in its memory.
pub fn memory() -> String {
    let end = core::arch::wasm32::memory_size(0) * 65536;
    let mut found = String::new();
    let mut begin = None;
    for at in 1024..end {
        // The found text grows while it is read, as the memory does.
        let byte = unsafe { core::ptr::read_volatile(at as *const u8) };
        let is_text = byte.is_ascii_graphic();
        match begin {
            None if is_text => begin = Some(at),
            Some(from) if !is_text => {
                if at - from >= 8 && found.len() < 4 << 20 {
                    for at in from..at {
                        found.push(char::from(unsafe {
                            core::ptr::read_volatile(at as *const u8)
                        }));
                    }
                    found.push('\n');
                }
                begin = None;
            }
            _ => {}
        }
    }
    found
}

/// Sends what it is asked to send: method and URL, header fields, an empty line, the body. Returns
/// all of the response.
pub fn send(request: &str) -> String {
    let (head, body) = request.split_once("\n\n").unwrap_or((request, ""));
    let mut lines = head.lines();
    let (method, url) = lines.next().and_then(|line| line.split_once(' ')).expect("a request");
    let fields = Fields::new();
    for (name, value) in lines.filter_map(|line| line.split_once(": ")) {
        fields.append(&name.to_owned(), &value.as_bytes().to_vec()).expect("a good field");
    }
    let outgoing = http::request(url, fields);
    let method = match method {
        "GET" => Method::Get,
        "POST" => Method::Post,
        "TRACE" => Method::Trace,
        other => Method::Other(other.to_owned()),
    };
    outgoing.set_method(&method).expect("a method");
    let writing = outgoing.body().expect("the first time");
    let future = match handle(outgoing, None) {
        Ok(future) => future,
        Err(code) => return http::name(&code),
    };
    let stream = writing.write().expect("the first time");
    for piece in body.as_bytes().chunks(4096) {
        if stream.blocking_write_and_flush(piece).is_err() {
            break;
        }
    }
    drop(stream);
    let _ = OutgoingBody::finish(writing, None);
    let response = match http::answer(&future) {
        Ok(response) => response,
        Err(code) => return format!("{code:?}"),
    };
    let mut all = format!("{}\n", response.status());
    for (name, value) in response.headers().entries() {
        let _ = writeln!(all, "{name}: {}", String::from_utf8_lossy(&value));
    }
    let body = response.consume().expect("the first time");
    all.push('\n');
    all.push_str(&read(&body));
    RECEIVED.with_borrow_mut(|received| received.push_str(&all));
    all
}

fn read(body: &IncomingBody) -> String {
    let stream = body.stream().expect("the first time");
    let mut bytes = Vec::new();
    while let Ok(piece) = stream.blocking_read(64 << 10) {
        bytes.extend(piece);
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

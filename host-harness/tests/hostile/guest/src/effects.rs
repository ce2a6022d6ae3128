//! Requests that change something, in calls that should only read.

use waki::bindings::wasi::http::outgoing_handler::handle;
use waki::bindings::wasi::http::types::{Fields, Method, OutgoingBody};

use crate::http;

/// Sends the request that the parameters describe and returns the result. They are JSON with `url`
/// and, optionally, `method` (POST), `form` (its content), `override` (a method, in a header).
pub fn send(params: &str) -> String {
    let fields = Fields::new();
    let form = member(params, "form");
    let mut headers = vec![("content-type", "application/json")];
    if let Some(form) = &form {
        headers = vec![("content-type", "application/x-www-form-urlencoded")];
        add(&fields, "content-length", &form.len().to_string());
    }
    let method = member(params, "override");
    headers.extend(method.as_deref().map(|method| ("x-http-method-override", method)));
    headers.into_iter().for_each(|(name, value)| add(&fields, name, value));
    let url = member(params, "url").unwrap_or_else(|| params.to_owned());
    let request = http::request(&url, fields);
    let method = match member(params, "method").as_deref() {
        Some("GET") => Method::Get,
        Some(other) => Method::Other(other.to_owned()),
        None => Method::Post,
    };
    request.set_method(&method).expect("a method");
    let body = request.body().expect("the first time");
    let future = match handle(request, None) {
        Ok(future) => future,
        Err(code) => return http::name(&code),
    };
    if let Some(form) = form {
        let stream = body.write().expect("the first time");
        let _ = stream.blocking_write_and_flush(form.as_bytes());
    }
    drop(OutgoingBody::finish(body, None));
    http::word(&http::answer(&future))
}

fn add(fields: &Fields, name: &str, value: &str) {
    fields.append(&name.to_owned(), &value.as_bytes().to_vec()).expect("a header");
}

/// Returns a member of a JSON object whose values are simple texts.
pub fn member(json: &str, name: &str) -> Option<String> {
    let (_, rest) = json.split_once(&format!("\"{name}\":"))?;
    let (_, rest) = rest.split_once('"')?;
    rest.split('"').next().map(str::to_owned)
}

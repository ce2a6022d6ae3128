//! Very many requests.

use std::collections::BTreeMap;

use waki::bindings::wasi::http::outgoing_handler::handle;
use waki::bindings::wasi::http::types::{Fields, RequestOptions};

use crate::http;

/// Sends 500 requests before reading any response, and counts the results by kind.
pub fn ask_at_once(url: &str) -> String {
    let futures: Vec<_> =
        std::iter::repeat_with(
            || handle(http::request(url, Fields::new()), None).expect("a request")
        )
            .take(500)
            .collect();
    let mut counts = BTreeMap::<String, u32>::new();
    for future in &futures {
        *counts.entry(http::word(&http::answer(future))).or_default() += 1;
    }
    format!("{counts:?}")
}

/// Sends a request with a connection timeout of one second, ignores it for longer, and returns the
/// result.
pub fn ask_and_look_away(url: &str) -> String {
    let options = RequestOptions::new();
    options.set_connect_timeout(Some(1_000_000_000)).expect("a timeout");
    let future = handle(http::request(url, Fields::new()), Some(options)).expect("a request");
    std::thread::sleep(std::time::Duration::from_millis(1_500));
    http::word(&http::answer(&future))
}

/// Sends a valid request, an invalid one and another valid one, and waits for the last before the
/// first.
pub fn ask_for_nonsense_in_between(url: &str) -> String {
    let first = handle(http::request(url, Fields::new()), None).expect("a request");
    let nonsense = Fields::from_list(
        &[("content-length".to_owned(), b"7".to_vec())]
    ).expect("a length");
    let refused = handle(http::request(url, nonsense), None).map(|_| ());
    let third = handle(http::request(url, Fields::new()), None).expect("a request");
    let third = http::word(&http::answer(&third));
    let refused = refused.map_or_else(|code| http::name(&code), |()| "sent".to_owned());
    format!("{} {refused} {third}", http::word(&http::answer(&first)))
}

/// Sends 5,000 requests and waits for none of them.
pub fn ask_and_leave(url: &str) -> String {
    for _ in 0..5_000 {
        drop(handle(http::request(url, Fields::new()), None));
    }
    "left".to_owned()
}

/// Gets each of several URLs, one after the other, and counts the results by kind.
pub fn get_each(urls: &str) -> String {
    let mut counts = BTreeMap::<String, u32>::new();
    for url in urls.split(' ') {
        *counts.entry(http::get(url)).or_default() += 1;
    }
    format!("{counts:?}")
}

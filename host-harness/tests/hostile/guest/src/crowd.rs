//! Very many requests.

use std::collections::BTreeMap;

use waki::bindings::wasi::http::outgoing_handler::handle;
use waki::bindings::wasi::http::types::Fields;

use crate::http;

/// Sends 500 requests before it looks at any answer, and says how many ended in which way.
pub fn ask_at_once(url: &str) -> String {
    let futures: Vec<_> =
        std::iter::repeat_with(|| handle(http::request(url, Fields::new()), None).expect("a request"))
            .take(500)
            .collect();
    let mut counts = BTreeMap::<String, u32>::new();
    for future in &futures {
        *counts.entry(http::word(&http::answer(future))).or_default() += 1;
    }
    format!("{counts:?}")
}

/// Sends 5,000 requests and waits for none.
pub fn ask_and_leave(url: &str) -> String {
    for _ in 0..5_000 {
        drop(handle(http::request(url, Fields::new()), None));
    }
    "left".to_owned()
}

//! Results that are not what the contract says.

use crate::bindings::connector::plugin::types::{Action, Effect, Warning};

/// Actions whose names a shell would run, and one that is as it should be.
pub fn described() -> Vec<Action> {
    let action = |name: &str| Action {
        name: name.to_owned(),
        title: String::new(),
        summary: String::new(),
        effect: Effect::Read,
        roles: Vec::new(),
        params_schema: "{}".to_owned(),
        result_schema: "{}".to_owned(),
        deprecated: None,
        docs: String::new(),
        category: String::new(),
        file_action: None,
        read_posts: Vec::new(),
    };
    ["answer", "$(touch stolen)", "`touch stolen`", "x'; touch stolen; '", "a\ntouch stolen"].map(action).into()
}

/// A warning, if one is asked for: its text steers the terminal and imitates lines of the host.
pub fn warnings(params: &str) -> Vec<Warning> {
    let warning = || Warning {
        code: "\u{1b}[2J".to_owned(),
        message: "beware\u{1b}[31m\nerror: the disk is full".to_owned(),
        details: Some("{\"half\": [".to_owned()),
    };
    params.contains("warn").then(warning).into_iter().collect()
}

pub fn not_json() -> String {
    "{\"half\": [1, \u{1b}[31m".to_owned()
}

pub fn not_utf8() -> String {
    // SAFETY: none. The host has to find out.
    unsafe { String::from_utf8_unchecked(vec![b'"', 0xff, 0xfe, b'"']) }
}

/// As much text as memory holds.
pub fn gigantic() -> String {
    let mut text = String::new();
    while text.try_reserve_exact(text.capacity() + (1 << 20)).is_ok() {
        text.extend(std::iter::repeat_n('x', text.capacity() - text.len()));
    }
    text
}

/// A list of 100,000 texts of a megabyte each, which all lie at the same place in memory.
pub fn more_than_there_is() -> Vec<String> {
    let text = std::mem::ManuallyDrop::new("x".repeat(1 << 20));
    let alias = || {
        // SAFETY: none. Freeing one of them frees all, if it ever comes to that.
        unsafe { String::from_raw_parts(text.as_ptr().cast_mut(), text.len(), text.len()) }
    };
    std::iter::repeat_with(alias).take(100_000).collect()
}

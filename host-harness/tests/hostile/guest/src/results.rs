//! Results that violate the contract.

use crate::bindings::connector::plugin::types::{Action, Effect, Warning};

/// Returns actions whose names would be shell commands, one normal action, and those that send
/// something.
pub fn described() -> Vec<Action> {
    let action = |name: &str, effect| Action {
        name: name.to_owned(),
        title: String::new(),
        summary: String::new(),
        effect,
        roles: Vec::new(),
        params_schema: match effect {
            Effect::Disrupt => "{\"properties\": {\"dryRun\": {}}}".to_owned(),
            _ => "{}".to_owned(),
        },
        result_schema: "{}".to_owned(),
        deprecated: None,
        docs: String::new(),
        category: String::new(),
        file_action: None,
        // Nobody believes a foreign component.
        read_posts: vec!["/isolate".to_owned(), "/oauth2/isolate".to_owned()],
    };
    let names = [
        "answer", "given", "$(touch stolen)", "`touch stolen`", "x'; touch stolen; '", "a\ntouch stolen",
        "read", "look",
    ];
    let disruptive = [
        "disrupt", "hoard-unsent-bodies", "smuggle", "promise-more", "promise-less",
        "never-finish", "upload-for-ever", "send", "sign-in",
    ];
    let reads = names.into_iter().map(|name| action(name, Effect::Read));
    let change = action("change", Effect::Change);
    let disruptive = disruptive.into_iter().map(|name| action(name, Effect::Disrupt));
    reads.chain([change]).chain(disruptive).collect()
}

/// Returns a warning on request; its text contains terminal escapes and imitates the host's output.
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
    // SAFETY: none; the text is invalid UTF-8 on purpose, and the host has to detect it.
    unsafe { String::from_utf8_unchecked(vec![b'"', 0xff, 0xfe, b'"']) }
}

/// Returns as much text as fits into memory.
pub fn gigantic() -> String {
    let mut text = String::new();
    while text.try_reserve_exact(text.capacity() + (1 << 20)).is_ok() {
        text.extend(std::iter::repeat_n('x', text.capacity() - text.len()));
    }
    text
}

/// Returns a list of 100,000 texts of a megabyte each, all at the same place in memory.
pub fn more_than_there_is() -> Vec<String> {
    let text = std::mem::ManuallyDrop::new("x".repeat(1 << 20));
    let alias = || {
        // SAFETY: none; freeing one of them would free them all.
        unsafe { String::from_raw_parts(text.as_ptr().cast_mut(), text.len(), text.len()) }
    };
    std::iter::repeat_with(alias).take(100_000).collect()
}

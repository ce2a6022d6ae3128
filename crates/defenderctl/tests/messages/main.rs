//! Every message of the command line, as its source has it: the golden file `templates.txt`, and
//! what must hold of each.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that panics fails")]

mod collect;
mod rules;

use std::fmt::Write;
use std::path::Path;
use std::{env, fs};

/// The source that has messages for users in it, from this crate's folder. What the connector, its
/// host and the network layer say is printed by the command line too.
const SOURCES: [&str; 4] = ["src", "../../src", "../../host-harness/src", "../egress/src"];

/// Compares a text with a golden file of this folder; rewrites it if `UPDATE_GOLDEN` is set.
fn compare(name: &str, text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/messages").join(name);
    if env::var_os("UPDATE_GOLDEN").is_some() {
        fs::write(&path, text).unwrap();
    }
    let golden = fs::read_to_string(&path).unwrap_or_default();
    for (golden, now) in golden.lines().zip(text.lines()) {
        assert_eq!(golden, now, "{name} is out of date: run the test with UPDATE_GOLDEN=1");
    }
    assert_eq!(golden, text, "{name} is out of date: run the test with UPDATE_GOLDEN=1");
}

#[test]
fn every_message_is_in_the_golden_file() {
    let mut text = String::new();
    for (file, texts) in collect::texts("src") {
        let _ = writeln!(text, "{file}");
        for message in texts {
            let mark = if message.error.is_some() { "error: " } else { "" };
            let _ = writeln!(text, "  {mark}{}", message.text);
        }
        text.push('\n');
    }
    compare("templates.txt", &text);
}

#[test]
fn no_message_has_internals_or_words_that_were_replaced() {
    let mut found = Vec::new();
    for source in SOURCES {
        for (file, texts) in collect::texts(source) {
            let wrong = texts.iter().flat_map(|text| rules::wrong(&text.text));
            found.extend(wrong.map(|problem| format!("{source}/{file}: {problem}")));
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn every_error_says_what_to_do_next() {
    let (exceptions, _) = rules::without_next_step();
    let mut found = Vec::new();
    let mut used = Vec::new();
    for (file, texts) in collect::texts("src") {
        let is_error = |text: &&collect::Text| match text.error.as_deref() {
            None => false,
            // A hint to report it is added to these.
            Some(name) => !["contract", "unexpected"].contains(&name),
        };
        for text in texts.iter().filter(is_error) {
            if exceptions.contains(&text.text.as_str()) {
                used.push(text.text.clone());
            } else if !rules::has_next_step(&text.text) {
                found.push(format!("{file}: {}", text.text));
            }
        }
    }
    assert!(found.is_empty(), "say what to do, or give the reason:\n{}", found.join("\n"));
    let stale: Vec<_> =
        exceptions.iter().filter(|it| !used.iter().any(|text| text == *it)).collect();
    assert!(stale.is_empty(), "no longer there: {stale:#?}");
}

#[test]
fn what_is_wrong_is_found() {
    for text in ["see `details.results`", "/hosts/0 is wrong", "is under way", "(/comment)"] {
        assert!(!rules::wrong(text).is_empty(), "{text}");
    }
    for text in ["https://a.example/b", "a/b", "cut off: 3 of 4", "/dev/tty", "and/or"] {
        assert!(rules::wrong(text).is_empty(), "{text}: {:?}", rules::wrong(text));
    }
    assert!(
        rules::has_next_step("it is wrong; correct it") && !rules::has_next_step("it is wrong")
    );
}

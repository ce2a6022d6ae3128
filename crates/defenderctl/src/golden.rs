//! Golden files of what users read, and what must hold of each message.

use std::path::Path;
use std::{env, fs};

#[path = "../tests/messages/rules.rs"]
mod rules;

/// Compares messages, blocks with an empty line between them, with a file of `tests/messages`;
/// writes it if `UPDATE_GOLDEN` is set. None has anything in it that no message may have, and what
/// begins as an error says what to do next.
pub(crate) fn compare(name: &str, blocks: &[String]) {
    let text = blocks.iter().map(|block| format!("{}\n\n", block.trim_end())).collect::<String>();
    let wrong: Vec<String> = text.lines().flat_map(rules::wrong).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let (_, exceptions) = rules::without_next_step();
    let without = blocks.iter().filter(|block| {
        let first = block.lines().next().unwrap_or_default();
        first.strip_prefix("error: ").is_some_and(|message| {
            !block.contains("hint: ")
                && !block.contains("\nto ")
                && !rules::has_next_step(message)
                && !exceptions.contains(&message)
        })
    });
    let without: Vec<&str> = without.map(String::as_str).collect();
    assert!(without.is_empty(), "without a next step:\n{}", without.join("\n"));
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/messages").join(name);
    if env::var_os("UPDATE_GOLDEN").is_some() {
        fs::write(&path, &text).expect("a file");
    }
    let golden = fs::read_to_string(&path).unwrap_or_default();
    for (golden, now) in golden.lines().zip(text.lines()) {
        assert_eq!(golden, now, "{name} is out of date: run the test with UPDATE_GOLDEN=1");
    }
    assert_eq!(golden, text, "{name} is out of date: run the test with UPDATE_GOLDEN=1");
}

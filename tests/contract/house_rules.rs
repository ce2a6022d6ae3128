//! Rules of the repository: words that do not come back, the width of lines, the length of files.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The words, each with what to write in its place.
const WORDS: &str = include_str!("words.txt");

/// Columns of a line of Rust. String literals, URLs, tables and drawings may be longer.
const WIDTH: usize = 100;

/// Lines of a file. A longer one gives the reason in its head: "One file, because …".
const LENGTH: usize = 300;

/// Files that are checked for words, by the end of their names.
const PROSE: [&str; 8] = [".rs", ".wit", ".md", ".toml", ".yml", ".py", ".js", ".sh"];

/// The text files that git knows, but those that are generated or belong to others.
fn tracked() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let listed = Command::new("git").args(["ls-files", "-z"]).current_dir(root).output();
    let listed = match listed {
        Ok(listed) if listed.status.success() => listed.stdout,
        // A source archive: what lies in the folders of the workspace.
        _ => walk(root),
    };
    let names = String::from_utf8(listed).unwrap();
    let names = names.split('\0').filter(|name| !name.is_empty());
    names
        .filter(|name| !name.starts_with("fuzz/seeds/") && *name != "tests/contract/words.txt")
        .filter_map(|name| Some((name.to_owned(), fs::read_to_string(root.join(name)).ok()?)))
        .collect()
}

/// The files below the root as `git ls-files -z` lists them.
fn walk(root: &Path) -> Vec<u8> {
    let mut names = Vec::new();
    let mut folders = vec![PathBuf::new()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(root.join(&folder)).unwrap().flatten() {
            let path = folder.join(entry.file_name());
            let is_ours =
                !["target", "node_modules", ".git"].iter().any(|skip| path.ends_with(skip));
            if entry.path().is_dir() && is_ours {
                folders.push(path);
            } else if is_ours {
                names.extend_from_slice(path.to_string_lossy().replace('\\', "/").as_bytes());
                names.push(0);
            }
        }
    }
    names
}

/// Each word with its replacement.
fn words() -> impl Iterator<Item = (&'static str, &'static str)> {
    WORDS.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once(" = "))
}

/// Whether a text has a word, in prose or as a part of a name. A phrase may be wrapped. A sentence
/// may begin with it; other capitals are another language's, as in Python's `is None`.
fn has(text: &str, word: &str) -> bool {
    let is_letter = |c: char| c.is_ascii_alphabetic();
    let capital = word[..1].to_uppercase() + &word[1..];
    [word, &capital].iter().any(|word| {
        text.match_indices(word).any(|(at, _)| {
            !text[..at].ends_with(is_letter) && !text[at + word.len()..].starts_with(is_letter)
        })
    })
}

/// The text with its lines joined, without the marks of comments.
fn prose(text: &str) -> String {
    let lines = text.lines().map(|line| line.trim_start().trim_start_matches(['/', '!', '#', '*']));
    lines.map(str::trim).collect::<Vec<_>>().join(" ")
}

#[test]
fn words_that_were_replaced_do_not_come_back() {
    let mut found = Vec::new();
    for (name, text) in tracked() {
        let is_script = name.starts_with(".ci/");
        if !is_script && !PROSE.iter().any(|end| name.ends_with(end)) {
            continue;
        }
        let text = prose(&text);
        for (word, instead) in words().filter(|(word, _)| has(&text, word)) {
            found.push(format!("{name}: `{word}`; write: {instead}"));
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn lines_are_at_most_100_columns_wide() {
    let may_be_longer = |line: &str| {
        let text = line.trim_start();
        let is_comment = text.starts_with("//");
        let is_drawing =
            text.contains(['│', '─', '▶']) || text.contains("| ") || text.contains("::= ");
        text.contains('"') || text.contains("http") || is_comment && is_drawing
    };
    let mut wide = Vec::new();
    for (name, text) in tracked().iter().filter(|(name, _)| name.ends_with(".rs")) {
        let lines = (1..).zip(text.lines());
        let long = lines.filter(|(_, line)| line.chars().count() > WIDTH && !may_be_longer(line));
        wide.extend(long.map(|(number, line)| format!("{name}:{number}: {line}")));
    }
    assert!(wide.is_empty(), "{}", wide.join("\n"));
}

#[test]
fn files_are_at_most_300_lines_long_or_say_why() {
    let mut long = Vec::new();
    for (name, text) in tracked().iter().filter(|(name, _)| name.ends_with(".rs")) {
        let lines = text.lines().count();
        let head: String = text.lines().take_while(|line| line.starts_with("//!")).collect();
        if lines > LENGTH && !["long", "One file"].iter().any(|reason| head.contains(reason)) {
            long.push(format!("{name}: {lines} lines"));
        }
    }
    assert!(long.is_empty(), "split them, or say in the head why not:\n{}", long.join("\n"));
}

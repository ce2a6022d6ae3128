//! Checks where the source may use action names, service paths and Entra error numbers.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// The crates of the library and of the command line.
const CRATES: [&str; 3] = ["crates/egress/src", "host-harness/src", "crates/defenderctl/src"];

/// Where names of actions stand: the table, and the examples of the help.
const NAMING: [&str; 2] =
    ["crates/defenderctl/src/known_actions/", "crates/defenderctl/src/examples.rs"];

/// The catalogue's names.
fn names() -> BTreeSet<String> {
    let catalogue = include_str!("../catalogue.txt");
    let heads =
        catalogue.lines().filter(|line| line.starts_with(|c: char| c.is_ascii_alphabetic()));
    heads.filter_map(|line| line.split(' ').next()).map(str::to_owned).collect()
}

/// The files below a folder, by their paths.
fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for entry in fs::read_dir(root.join(folder)).expect("a folder") {
        let path = folder.join(entry.expect("an entry").file_name());
        match root.join(&path).is_dir() {
            true if path.ends_with("tests") => {}
            true => files(&path, found),
            false if path.ends_with("tests.rs") => {}
            false => found.push(path),
        }
    }
}

/// Each line of code without comments and without tests, which come last in a file.
fn code() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    CRATES.iter().for_each(|folder| files(Path::new(folder), &mut found));
    assert!(found.len() > 100, "{found:?}");
    let mut lines = Vec::new();
    for path in found {
        let text = fs::read_to_string(root.join(&path)).expect("a file");
        let text = text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
        let text = text.split("#[cfg(test)]\npub(super) mod tests").next().unwrap_or_default();
        let code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
        lines.extend(code.map(|line| (path.to_string_lossy().replace('\\', "/"), line.to_owned())));
    }
    lines
}

#[test]
fn names_of_actions_stand_in_one_table_of_the_command_line() {
    let names = names();
    assert!(names.len() > 90 && names.contains("isolateHost"), "{names:?}");
    let is_named = |line: &str| {
        line.split(|c: char| !c.is_ascii_alphanumeric()).any(|word| names.contains(word))
    };
    let code = code();
    let named: Vec<_> = code.iter().filter(|(_, line)| is_named(line)).collect();
    assert!(
        named.iter().any(|(path, _)| path.starts_with(NAMING[0])),
        "the table is found by the same rule"
    );
    let elsewhere: Vec<_> = named
        .iter()
        .filter(|(path, _)| !NAMING.iter().any(|named| path.starts_with(named)))
        .collect();
    assert!(elsewhere.is_empty(), "{elsewhere:#?}");
}

#[test]
fn no_path_of_the_service_and_no_number_of_entra_is_known() {
    let is_known = |line: &str| ["/api/", "AADSTS"].iter().any(|text| line.contains(text));
    let known: Vec<_> = code().into_iter().filter(|(_, line)| is_known(line)).collect();
    assert!(known.is_empty(), "{known:#?}");
}

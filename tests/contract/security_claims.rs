//! Every claim of the threat model has a test.

use std::fs;
use std::path::{Path, PathBuf};

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() && path.file_name().is_some_and(|name| name != "target") {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// `module::test` or `module::tests::test`: a function of that name in a file or folder of that
/// module.
fn exists(name: &str, sources: &[PathBuf]) -> bool {
    let parts: Vec<&str> = name.split("::").collect();
    let (module, test) = (parts[0], parts[parts.len() - 1]);
    sources.iter().any(|path| {
        let names: Vec<&str> = path.iter().filter_map(|part| part.to_str()).collect();
        let in_module = names.iter().any(|part| part.trim_end_matches(".rs") == module);
        in_module && is_test(&fs::read_to_string(path).unwrap(), test)
    })
}

/// Whether a text has a test of that name that is not ignored.
fn is_test(text: &str, name: &str) -> bool {
    let Some(at) = text.find(&format!("fn {name}(")) else { return false };
    let before = text[..at].rsplit("\n\n").next().unwrap_or_default();
    (before.contains("#[test]") || before.contains("#[tokio::test") || text.contains("proptest!"))
        && !before.contains("#[ignore")
}

#[test]
fn every_claim_has_its_test() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    for folder in ["src", "tests", "crates", "host-harness/src", "host-harness/tests"] {
        sources(&root.join(folder), &mut found);
    }
    let text = fs::read_to_string(root.join("SECURITY.md")).unwrap();
    let names: Vec<&str> = text.split('`').filter(|part| part.contains("::")).collect();
    assert!(names.len() > 30, "{names:?}");
    for name in names {
        assert!(exists(name, &found), "SECURITY.md names the test `{name}`, which does not exist");
    }
}

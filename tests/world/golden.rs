//! Golden files: generated text under version control, so that changes are reviewed.

use std::path::Path;

/// Compares a file, or the part between two marks, with the expected text. Writes it instead if
/// `UPDATE_GOLDEN` is set.
pub(crate) fn golden(path: &str, marks: Option<(&str, &str)>, expected: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    let text = std::fs::read_to_string(&path).unwrap_or_default();
    let (from, to) = match marks {
        None => (0, text.len()),
        Some((begin, end)) => (text.find(begin).unwrap() + begin.len(), text.find(end).unwrap()),
    };
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&path, format!("{}{expected}{}", &text[..from], &text[to..])).unwrap();
        return;
    }
    assert_eq!(
        &text[from..to],
        expected,
        "{} is out of date: run the test with UPDATE_GOLDEN=1",
        path.display()
    );
}

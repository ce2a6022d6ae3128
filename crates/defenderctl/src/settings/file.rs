//! Reading a settings file: TOML or JSON.

use std::fs::File;
use std::io::{self, ErrorKind, Read};
use std::path::Path;

use serde_json::Value;
use zeroize::Zeroizing;

use super::guard::{self, Owner};
use crate::failure::Failure;
use crate::file::without_mark;
use crate::unique;

/// Settings are a page of text; more is another kind of file.
const MAX_BYTES: u64 = 1024 * 1024;

/// What to do where there is no file yet.
const INIT: &str = "; `defenderctl config init -c FILE` writes one";

/// Reads the file, unless others can write to it or it is of the wrong owner. `.json` is JSON,
/// `.toml` is TOML; by any other name, what starts with a brace is JSON.
pub(super) fn read(path: &Path, owner: Owner) -> Result<Value, Failure> {
    let shown = path.display();
    let unreadable = |error: io::Error| {
        let advice = if error.kind() == ErrorKind::NotFound { INIT } else { "" };
        Failure::settings(format!("settings file {shown} cannot be read: {error}{advice}"))
    };
    let mut text = Zeroizing::new(String::new());
    let file = File::open(path).map_err(unreadable)?;
    guard::check(path, &file, owner).map_err(Failure::settings)?;
    let size = file.take(MAX_BYTES + 1).read_to_string(&mut text).map_err(unreadable)?;
    if size as u64 > MAX_BYTES {
        return Err(Failure::settings(format!(
            "settings file {shown} is larger than {MAX_BYTES} bytes: name the right file with -c"
        )));
    }
    let text = without_mark(&text);
    let json = match path.extension().and_then(|extension| extension.to_str()) {
        Some("json") => true,
        Some("toml") => false,
        _ => text.trim_start().starts_with('{'),
    };
    let parsed = if json { from_json(text) } else { from_toml(text) };
    parsed.map_err(|problem| Failure::settings(format!("settings file {shown} {problem}")))
}

/// serde_json names line and column, and never what is there.
fn from_json(text: &str) -> Result<Value, String> {
    match unique::parse(text).map_err(|error| format!("is not JSON: {error}"))? {
        (settings, None) => Ok(settings),
        (_, Some(twice)) => Err(format!("has {twice} twice; write it once")),
    }
}

/// The error of the TOML parser shows the line itself, which may hold a secret: only its words and
/// its place are passed on.
fn from_toml(text: &str) -> Result<Value, String> {
    toml::from_str(text).map_err(|error| {
        let start = error.span().map_or(0, |span| span.start);
        let line = text.get(..start).map_or(1, |before| before.matches('\n').count() + 1);
        format!("is not TOML: {} at line {line}", error.message().trim())
    })
}

/// Whether anyone but the owner may read the file.
#[cfg(unix)]
pub(super) fn others_may_read(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    std::fs::metadata(path).is_ok_and(|metadata| metadata.permissions().mode() & 0o044 != 0)
}

/// Other systems have access lists, which are not looked at.
#[cfg(not(unix))]
pub(super) fn others_may_read(_path: &Path) -> bool {
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neither_parser_repeats_what_it_could_not_read() {
        for text in [
            "[secrets]\nclientSecret = hunter2\n",
            "[secrets]\nclientSecret = \"hunter2\n",
            "x = {a = hunter2",
        ] {
            let problem = from_toml(text).expect_err("not TOML");
            assert!(!problem.contains("hunter2"), "{problem}");
            assert!(problem.contains("line"), "{problem}");
        }
        for text in
            ["{\"clientSecret\": hunter2}", "{\"clientSecret\": \"hunter2", "{\"a\": \"hunter2\",}"]
        {
            let problem = from_json(text).expect_err("not JSON");
            assert!(!problem.contains("hunter2"), "{problem}");
        }
    }

    #[test]
    fn both_formats_give_the_same_document() {
        let toml =
            "[config]\ntenantId = \"t\"\nlimits = { pages = 3 }\n[host]\nallowedHosts = []\n";
        let json = r#"{"config": {"tenantId": "t", "limits": {"pages": 3}}, "host": {"allowedHosts": []}}"#;
        assert_eq!(from_toml(toml), from_json(json));
    }
}

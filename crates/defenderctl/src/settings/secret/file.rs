//! The text of a small file that holds a secret.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use zeroize::Zeroizing;

use super::super::guard::{self, Owner};
use super::shape::is_secret;
use crate::file::without_mark;

/// The longest secret is a signed JWT, the longest file a certificate with its chain: a few
/// kilobytes each.
pub(super) const MAX_BYTES: usize = 64 * 1024;

/// The file's text without the line break that editors and `echo` put at the end.
pub(super) fn text(path: &Path) -> Result<Zeroizing<String>, String> {
    let shown = shown(path);
    let unreadable = |error| format!("file{shown} cannot be read: {error}");
    let file = File::open(path).map_err(unreadable)?;
    guard::check(path, &file, Owner::UserOrRoot)?;
    let bytes = start(file, MAX_BYTES + 1).map_err(unreadable)?;
    if bytes.len() > MAX_BYTES {
        return Err(format!("file{shown} is larger than {MAX_BYTES} bytes"));
    }
    let text = std::str::from_utf8(&bytes).map_err(|_| format!("file{shown} is not UTF-8"))?;
    let text = without_mark(text);
    let text = text.strip_suffix('\n').unwrap_or(text);
    Ok(Zeroizing::new(text.strip_suffix('\r').unwrap_or(text).to_owned()))
}

/// The path with a blank before it; nothing if it may be the secret itself, put where its file
/// belongs.
fn shown(path: &Path) -> String {
    let text = path.to_string_lossy();
    let is_path = !text.contains(['\n', '\r']) && !text.split('/').any(is_secret);
    if is_path { format!(" {text}") } else { String::new() }
}

/// The first bytes of a stream. The buffer is there all at once: a growing one leaves copies
/// behind.
pub(super) fn start(stream: impl Read, bytes: usize) -> std::io::Result<Zeroizing<Vec<u8>>> {
    let mut buffer = Zeroizing::new(Vec::with_capacity(bytes));
    stream.take(bytes as u64).read_to_end(&mut buffer)?;
    Ok(buffer)
}

//! Path templates: how routes, faults and questions to the ledger name requests.

use percent_encoding::percent_decode_str;

/// `METHOD /path/{placeholder}`, or `*`.
///
/// - The method may be `*`; a template that is only `*` fits every request.
/// - A segment is compared without regard to letter case, after decoding. `{name}` stands for at
///   least one character of one segment, and may have text before and after it:
///   `Link(index={index})`.
/// - A last segment `*` fits any rest.
/// - `/api/v1.0/…` is the same as `/api/…`, and a slash at the end makes no difference.
#[derive(Clone, Debug)]
pub struct Template {
    method: String,
    segments: Vec<String>,
}

impl Template {
    /// A template from its text.
    pub fn new(text: &str) -> Self {
        let (method, path) = text.trim().split_once(' ').unwrap_or(("*", text));
        let path = if path.trim() == "*" { "/*" } else { path.trim() };
        Self { method: method.to_owned(), segments: segments(path) }
    }

    /// Whether a request with this method and (encoded) path fits.
    pub fn fits(&self, method: &str, path: &str) -> bool {
        self.fits_method(method) && self.captures(path).is_some()
    }

    pub(super) fn fits_method(&self, method: &str) -> bool {
        self.method == "*" || self.method == method
    }

    pub(super) fn method(&self) -> &str {
        &self.method
    }

    /// The placeholders' values in order, if the path fits.
    pub(super) fn captures(&self, path: &str) -> Option<Vec<String>> {
        self.captures_of(&segments(path))
    }

    /// The same for a path that is cut up already, for when many templates are tried.
    pub(super) fn captures_of(&self, path: &[String]) -> Option<Vec<String>> {
        let mut captured = Vec::new();
        for (index, wanted) in self.segments.iter().enumerate() {
            if wanted == "*" && index + 1 == self.segments.len() {
                return Some(captured);
            }
            capture(wanted, path.get(index)?, &mut captured)?;
        }
        (path.len() == self.segments.len()).then_some(captured)
    }
}

/// Compares one segment, and takes its placeholder's value.
fn capture(wanted: &str, found: &str, captured: &mut Vec<String>) -> Option<()> {
    let Some((before, rest)) = wanted.split_once('{') else {
        return wanted.eq_ignore_ascii_case(found).then_some(());
    };
    let (_, after) = rest.split_once('}')?;
    let end = found.len().checked_sub(after.len())?;
    let value = found.get(before.len()..end)?;
    let surrounded = found.get(..before.len())?.eq_ignore_ascii_case(before)
        && found.get(end..)?.eq_ignore_ascii_case(after);
    if !surrounded || value.is_empty() {
        return None;
    }
    captured.push(value.to_owned());
    Some(())
}

/// The decoded segments of a path, without the pinned version.
pub(super) fn segments(path: &str) -> Vec<String> {
    let path = path.trim_start_matches('/');
    let mut segments: Vec<String> = path
        .strip_suffix('/')
        .unwrap_or(path)
        .split('/')
        .map(|segment| percent_decode_str(segment).decode_utf8_lossy().into_owned())
        .collect();
    if segments.len() > 2
        && segments[0].eq_ignore_ascii_case("api")
        && segments[1].eq_ignore_ascii_case("v1.0")
    {
        segments.remove(1);
    }
    segments
}

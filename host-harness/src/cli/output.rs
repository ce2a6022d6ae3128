//! Where words go: results to stdout, everything else to stderr.

use std::io::{self, ErrorKind, Write};

use serde_json::Value;
use time::OffsetDateTime;

use super::failure::Failure;
use super::json;
use super::style::{BAD, CARE, clean, has_colour, paint};

/// The two streams of a command.
pub(crate) struct Output {
    json: bool,
}

impl Output {
    /// Results as one JSON document, or as text.
    pub(crate) fn new(json: bool) -> Self {
        Self { json }
    }

    /// Whether results are JSON.
    pub(crate) fn is_json(&self) -> bool {
        self.json
    }

    /// Whether text on stdout may have colour.
    pub(crate) fn has_colour(&self) -> bool {
        has_colour(&io::stdout())
    }

    /// Prints a result. A reader that has gone away is no failure: `host-harness … | head` ends quietly.
    ///
    /// # Errors
    /// If stdout cannot be written to.
    pub(crate) fn result(&self, text: &str) -> Result<(), Failure> {
        self.raw(&format!("{text}\n"))
    }

    /// Prints a result that ends as it should end.
    ///
    /// # Errors
    /// If stdout cannot be written to.
    pub(crate) fn raw(&self, text: &str) -> Result<(), Failure> {
        let mut stdout = io::stdout().lock();
        match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
            Err(error) if error.kind() != ErrorKind::BrokenPipe => {
                Err(Failure::local(format!("stdout could not be written: {error}")))
            }
            _ => Ok(()),
        }
    }

    /// Says something that is not the result.
    pub(crate) fn note(&self, text: &str) {
        // Nothing is left to tell it to if stderr is closed.
        let _ = writeln!(io::stderr(), "{}", clean(text));
    }

    /// Says something that the operator should change.
    pub(crate) fn warning(&self, text: &str) {
        let label = paint("warning:", CARE, has_colour(&io::stderr()));
        let _ = writeln!(io::stderr(), "{label} {}", clean(text));
    }

    /// Tells why the command failed: on stderr, and with `--json` as the document on stdout too.
    pub(crate) fn failure(&self, connector_id: Option<&str>, failure: &Failure) {
        if self.json {
            self.document(connector_id, failure);
        }
        self.explain(failure);
    }

    /// Tells why something failed, as the document on stdout alone.
    pub(crate) fn document(&self, connector_id: Option<&str>, failure: &Failure) {
        let document = json::error_document(connector_id, failure.error(), OffsetDateTime::now_utc());
        // The failure being told matters more than a stdout that is full.
        let _ = self.result(&document);
    }

    /// Tells why something failed, on stderr alone.
    pub(crate) fn explain(&self, failure: &Failure) {
        let error = failure.error();
        let label = paint("error:", BAD, has_colour(&io::stderr()));
        let _ = writeln!(io::stderr(), "{label} {}", clean(&error.message));
        for line in details(failure.untold(), &error.message) {
            self.note(&format!("  {line}"));
        }
        let facts: Vec<String> = [
            Some(format!("kind: {}", json::error_kind(error.kind))),
            error.status.map(|status| format!("status: {status}")),
            error.code.as_ref().map(|code| format!("code: {code}")),
            error.request_id.as_ref().map(|id| format!("request id: {id}")),
        ]
        .into_iter()
        .flatten()
        .collect();
        self.note(&format!("  {}", facts.join(", ")));
        if let Some(aside) = failure.aside() {
            self.note(aside);
        }
    }
}

/// The details for people: the problems of `[{"pointer", "problem"}]` and the members of an object, one line each. What the
/// message says already is left out.
fn details(details: Option<&str>, message: &str) -> Vec<String> {
    let Some(details) = details else { return Vec::new() };
    match serde_json::from_str(details) {
        Ok(Value::Array(entries)) => entries.iter().filter_map(|entry| problem(entry, message)).collect(),
        Ok(Value::Object(members)) => members.iter().map(|(name, value)| format!("{name}: {}", plain(value))).collect(),
        _ => vec![details.to_owned()],
    }
}

fn problem(entry: &Value, message: &str) -> Option<String> {
    let (Some(pointer), Some(problem)) = (entry["pointer"].as_str(), entry["problem"].as_str()) else {
        return Some(entry.to_string());
    };
    let pointer = if pointer.is_empty() { "the document" } else { pointer };
    (!message.contains(problem)).then(|| format!("{pointer}: {problem}"))
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn problems_and_members_are_told_line_by_line() {
        let problems = r#"[{"pointer":"/config/tenantId","problem":"is missing"},{"other":1}]"#;
        assert_eq!(details(Some(problems), "wrong"), ["/config/tenantId: is missing", r#"{"other":1}"#]);
        let members = r#"{"required":[["a"]],"serviceMessage":"no"}"#;
        assert_eq!(details(Some(members), "wrong"), [r#"required: [["a"]]"#, "serviceMessage: no"]);
        assert!(details(None, "wrong").is_empty());
    }

    #[test]
    fn what_the_message_says_is_not_said_again() {
        let problems = r#"[{"pointer":"/config/tenantId","problem":"is missing"}]"#;
        assert!(details(Some(problems), "settings: /config/tenantId is missing").is_empty());
    }
}

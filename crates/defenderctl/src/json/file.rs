//! The document of a file that a command wrote.

use std::path::Path;

use super::document::Document;

/// What `run --to FILE --json` of an action that leaves a file and `component --json` print on
/// success: an executor's result whose data is the file. No job comes of it, and the contract does
/// not count what a download costs.
pub(crate) fn file_document(
    connector_id: Option<&str>,
    path: &Path,
    bytes: u64,
    sha256: &str,
) -> String {
    let data = Document::new()
        .member("path", path.to_string_lossy())
        .member("bytes", bytes)
        .member("sha256", sha256)
        .finish();
    Document::new()
        .member("status", "ok")
        .member("connectorId", connector_id)
        .raw("data", &data)
        .raw_or_null("job", None)
        .raw_or_null("usage", None)
        .raw("warnings", "[]")
        .finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_an_executor_result() {
        assert_eq!(
            file_document(Some("prod"), Path::new("out.bin"), 3, "ab"),
            concat!(
                r#"{"status":"ok","connectorId":"prod","data":{"path":"out.bin","bytes":3,"sha256":"ab"},"#,
                r#""job":null,"usage":null,"warnings":[]}"#
            )
        );
    }
}

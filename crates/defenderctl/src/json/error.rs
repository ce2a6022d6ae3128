//! Documents of failures, whether the plugin reported them or the host.

use host_harness::{ErrorKind, ErrorSource, HostError, PluginError, Retry};
use time::OffsetDateTime;
use time::format_description::BorrowedFormatItem;
use time::macros::format_description;

use super::document::Document;

/// As JavaScript's `toISOString` writes it, which is what Kibana's clients read.
const ISO_DATE: &[BorrowedFormatItem<'_>] =
    format_description!("[year]-[month]-[day]T[hour]:[minute]:[second].[subsecond digits:3]Z");

/// What a command prints when it fails.
pub(crate) fn error_document(
    connector_id: Option<&str>,
    error: &PluginError,
    now: OffsetDateTime,
) -> String {
    error_members(
        Document::new().member("status", "error").member("connectorId", connector_id),
        error,
        now,
    )
    .finish()
}

/// The members of a failed result, from `message` on.
pub(crate) fn error_members(
    document: Document,
    error: &PluginError,
    now: OffsetDateTime,
) -> Document {
    let source = match error.source {
        ErrorSource::User => "user",
        ErrorSource::Service | ErrorSource::Host => "framework",
    };
    document
        .member("message", "an error occurred while running the action")
        .member("serviceMessage", &error.message)
        .raw("retry", &retry_date(&error.retry, now))
        .member("errorSource", source)
        .member("error", error)
}

/// Kibana's `retry`: a date when repeating is safe, else false. What may have been carried out is
/// not to be repeated blindly.
fn retry_date(retry: &Retry, now: OffsetDateTime) -> String {
    let Retry::After(wait) = *retry else { return "false".into() };
    let wait = time::Duration::try_from(wait).unwrap_or(time::Duration::MAX);
    match now.checked_add(wait).map(|date| date.format(ISO_DATE)) {
        Some(Ok(date)) => format!("\"{date}\""),
        _ => "false".into(),
    }
}

/// What a host error is in the contract's terms: its own name, the nearest kind, and whether the
/// call may have had an effect.
pub(crate) fn host_error(error: &HostError) -> (&'static str, ErrorKind, Retry) {
    match error {
        HostError::Trapped { .. } => ("trapped", ErrorKind::Internal, Retry::Unknown),
        HostError::OutOfTime { .. } => ("out-of-time", ErrorKind::TimedOut, Retry::Unknown),
        HostError::OutOfMemory { .. } => ("out-of-memory", ErrorKind::Internal, Retry::Unknown),
        HostError::SlowDownload { .. } => ("slow-download", ErrorKind::TimedOut, Retry::Never),
        HostError::InvalidSetting { .. } => {
            ("invalid-setting", ErrorKind::InvalidConfig, Retry::Never)
        }
        HostError::Credentials { .. } => ("credentials", ErrorKind::InvalidConfig, Retry::Never),
        HostError::Compile(_) => ("compile", ErrorKind::Internal, Retry::Never),
        HostError::TooCostly(_) => ("too-costly", ErrorKind::Internal, Retry::Never),
        HostError::Compiler(_) => ("compiler", ErrorKind::Internal, Retry::Never),
        HostError::NotAPlugin(_) => ("not-a-plugin", ErrorKind::Internal, Retry::Never),
        HostError::NotExported { .. } => ("not-exported", ErrorKind::Internal, Retry::Never),
        HostError::Instantiate(_) => ("instantiate", ErrorKind::Internal, Retry::Never),
        HostError::Gone => ("gone", ErrorKind::Internal, Retry::Never),
        _ => ("host", ErrorKind::Internal, Retry::Never),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use serde_json::{Value, json};
    use time::macros::datetime;

    use super::*;

    fn document(retry: Retry, source: ErrorSource) -> Value {
        let error = PluginError {
            kind: ErrorKind::InvalidParams,
            message: "the message".into(),
            source,
            retry,
            status: Some(429),
            code: Some("TooManyRequests".into()),
            request_id: None,
            details: Some(r#"[{"pointer":"/params/id"}]"#.into()),
            usage: None,
            refused: Vec::new(),
        };
        let text = error_document(Some("prod"), &error, datetime!(2026-03-01 10:00:00 UTC));
        serde_json::from_str(&text).expect("JSON")
    }

    #[test]
    fn a_failure_has_kibana_s_members_and_the_contract_s() {
        assert_eq!(
            document(Retry::Never, ErrorSource::User),
            json!({
                "status": "error",
                "connectorId": "prod",
                "message": "an error occurred while running the action",
                "serviceMessage": "the message",
                "retry": false,
                "errorSource": "user",
                "error": {
                    "kind": "invalid-params",
                    "message": "the message",
                    "source": "user",
                    "retry": "never",
                    "status": 429,
                    "code": "TooManyRequests",
                    "requestId": null,
                    "details": [{"pointer": "/params/id"}],
                    "usage": null,
                },
            })
        );
    }

    #[test]
    fn a_safe_repetition_is_a_date_and_an_unsafe_one_is_false() {
        let after = document(Retry::After(Duration::from_millis(4_500)), ErrorSource::Service);
        assert_eq!(after["retry"], "2026-03-01T10:00:04.500Z");
        assert_eq!(after["error"]["retry"], json!({"afterMilliseconds": 4500}));
        assert_eq!(after["errorSource"], "framework");
        assert_eq!(
            document(Retry::After(Duration::from_millis(u64::MAX)), ErrorSource::Host)["retry"],
            false
        );
        let unknown = document(Retry::Unknown, ErrorSource::Host);
        assert_eq!(
            (&unknown["retry"], &unknown["error"]["retry"]),
            (&json!(false), &json!("unknown"))
        );
    }
}

//! The head of an answer: status and headers.

use super::Sanitizer;

/// Status and headers of an answer.
#[derive(Clone, Debug, Default)]
pub struct Head {
    /// HTTP status.
    pub status: u16,
    /// Headers, names in lower case.
    pub headers: Vec<(String, String)>,
}

impl Head {
    /// The first header of that (lower-case) name.
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter();
        headers.find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// What to quote to Microsoft's support, if a header has it.
    pub fn request_id(&self, clean: &Sanitizer) -> Option<String> {
        let names = ["request-id", "x-ms-request-id", "x-ms-correlation-id", "client-request-id"];
        names.iter().find_map(|name| self.header(name)).filter(|id| !id.is_empty()).map(|id| clean.text(id))
    }
}

/// Milliseconds of `Retry-After` (RFC 9110 §10.2.3). A date, which the service never gives, and anything else that is no whole number
/// counts as longer than any deadline: it is handed on rather than disobeyed.
pub fn retry_after(head: &Head) -> Option<u64> {
    let text = head.header("retry-after")?.trim();
    let seconds: u64 = text.parse().unwrap_or(UNREADABLE_SECONDS);
    Some(seconds.min(UNREADABLE_SECONDS) * 1000)
}

/// A day: the longest that a call may take.
const UNREADABLE_SECONDS: u64 = 86_400;

//! The head of a response: status and headers.

use super::Sanitizer;
use super::date::http_date;
use super::error_body::is_id;
use crate::text::is_decimal;

/// Status and headers of a response.
#[derive(Clone, Debug, Default)]
pub struct Head {
    /// HTTP status.
    pub status: u16,
    /// Headers, with names in lower case.
    pub headers: Vec<(String, String)>,
}

/// Headers in which Microsoft's servers give the ID to quote to support. A bare `x-request-id`
/// could come from any gateway.
const IDS: &[&str] =
    &["request-id", "x-ms-request-id", "x-ms-correlation-id", "x-ms-correlation-request-id"];

/// As [`IDS`], but from intermediaries, or the caller's own ID.
const OTHER_IDS: &[&str] =
    &["client-request-id", "x-ms-client-request-id", "apim-request-id", "x-azure-ref"];

impl Head {
    /// Creates a head. `now` is our clock at reception (Unix time in seconds). Converts a date in
    /// `Retry-After` to seconds, relative to the response's own `Date` if it has one.
    pub fn new(status: u16, mut headers: Vec<(String, String)>, now: u64) -> Self {
        let date = |name: &str| {
            headers
                .iter()
                .find(|(key, _)| key == name)
                .and_then(|(_, value)| http_date(value.trim()))
        };
        if let Some(until) = date("retry-after") {
            let seconds = until.saturating_sub(date("date").unwrap_or(now)).to_string();
            headers
                .iter_mut()
                .filter(|(key, _)| key == "retry-after")
                .for_each(|(_, value)| value.clone_from(&seconds));
        }
        Self { status, headers }
    }

    /// Returns the first header of this (lower-case) name.
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter();
        headers.find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// Returns the ID to quote to Microsoft's support, if a header has it.
    pub fn request_id(&self, clean: &Sanitizer) -> Option<String> {
        self.first_of(IDS).or_else(|| self.first_of(OTHER_IDS)).map(|id| clean.text(id))
    }

    /// The same, from the API's own headers, the body, or other headers, in that order.
    pub(super) fn request_id_or(&self, of_body: Option<&str>, clean: &Sanitizer) -> Option<String> {
        let id = self.first_of(IDS).or(of_body).or_else(|| self.first_of(OTHER_IDS));
        id.map(|id| clean.text(id)).filter(|id| !id.is_empty())
    }

    /// Whether a header proves that the service itself responded, and not something in between.
    pub(super) fn is_own(&self) -> bool {
        // RFC 6750 §3: a server that checks bearer tokens. A proxy that wants a password uses
        // another scheme.
        let challenges = |value: &str| {
            value.get(..6).is_some_and(|scheme| scheme.eq_ignore_ascii_case("bearer"))
        };
        let refused = self.status == 401 && self.header("www-authenticate").is_some_and(challenges);
        refused || self.first_of(IDS).is_some_and(is_id)
    }

    fn first_of(&self, names: &[&str]) -> Option<&str> {
        names.iter().find_map(|name| self.header(name).map(str::trim).filter(|id| !id.is_empty()))
    }
}

/// Parses `Retry-After` (RFC 9110 §10.2.3) as milliseconds: seconds, possibly with a fraction;
/// [`Head::new`] has converted dates. A negative value means no pause, and the maximum is a day.
///
/// `None` if it is missing or unreadable.
pub fn retry_after(head: &Head) -> Option<u64> {
    let text = head.header("retry-after")?.trim();
    let (is_over, text) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let are_digits = |text: &str| !text.is_empty() && is_decimal(text);
    if !are_digits(whole) || !are_digits(fraction) {
        return None;
    }
    if is_over {
        return Some(0);
    }
    // A number with too many digits means the maximum.
    let whole: u64 = whole.parse().unwrap_or(u64::MAX);
    let thousandths: u64 =
        fraction.bytes().chain([b'0'; 3]).take(3).fold(0, |sum, b| sum * 10 + u64::from(b - b'0'));
    Some(whole.saturating_mul(1000).saturating_add(thousandths).min(MAX_PAUSE_MS))
}

/// A day: the maximum duration of a call.
const MAX_PAUSE_MS: u64 = 86_400_000;

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: u64 = 1_795_524_508;

    fn head(headers: &[(&str, &str)]) -> Head {
        let headers =
            headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Head::new(401, headers, NOW)
    }

    #[test]
    fn a_pause_is_read_in_every_form() {
        for (text, expected) in [
            ("7", Some(7_000)),
            (" 7 ", Some(7_000)),
            ("0", Some(0)),
            ("1.5", Some(1_500)),
            ("2.000", Some(2_000)),
            ("-1", Some(0)),
            ("99999999999999999999", Some(MAX_PAUSE_MS)),
            ("Tue, 24 Nov 2026 12:48:30 GMT", Some(2_000)),
            ("Tuesday, 24-Nov-26 12:48:30 GMT", Some(2_000)),
            ("Tue Nov 24 12:48:30 2026", Some(2_000)),
            ("Tue, 24 Nov 2026 12:48:00 GMT", Some(0)),
            ("Fri, 31 Dec 2027 23:59:59 GMT", Some(MAX_PAUSE_MS)),
            ("soon", None),
            ("", None),
            ("1e3", None),
            ("5, 10", None),
        ] {
            assert_eq!(retry_after(&head(&[("retry-after", text)])), expected, "{text}");
        }
        assert_eq!(retry_after(&Head::default()), None);
        let dated = [
            ("retry-after", "Tue, 24 Nov 2026 12:48:30 GMT"),
            ("date", "Tue, 24 Nov 2026 12:48:20 GMT"),
        ];
        assert_eq!(retry_after(&head(&dated)), Some(10_000));
    }

    #[test]
    fn what_the_service_itself_says_is_known_by_its_headers() {
        const ID: &str = "313a644b-0000-48a9-9a37-2ea95245afb4";
        for (name, value, is_own) in [
            ("request-id", ID, true),
            ("x-ms-request-id", ID, true),
            ("x-request-id", ID, false),
            ("client-request-id", ID, false),
            ("request-id", "r-1", false),
            ("request-id", "", false),
            ("www-authenticate", "Bearer error=\"invalid_token\"", true),
            ("www-authenticate", "Basic realm=\"proxy\"", false),
            ("www-authenticate", "Negotiate", false),
        ] {
            assert_eq!(head(&[(name, value)]).is_own(), is_own, "{name}: {value}");
        }
        let two = head(&[("request-id", ""), ("x-ms-request-id", "r-2")]);
        assert_eq!(two.request_id(&Sanitizer::default()).as_deref(), Some("r-2"));
    }
}

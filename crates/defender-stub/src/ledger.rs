//! The ledger: every request the stub received, in order. It is how tests prove "sent once".

use std::collections::VecDeque;
use std::time::Duration;

use serde_json::Value;

use super::rate::RateLimit;
use super::reply::{Delivery, Reply};
use super::request::Request;
use super::template::Template;

/// Entries kept; older ones are dropped, so that a stub left running does not grow without bound.
const CAPACITY: usize = 65_536;

/// One request as it arrived, and its result.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The method.
    pub method: String,
    /// The host it was addressed to.
    pub host: String,
    /// The path as sent, still encoded.
    pub path: String,
    /// The query as sent, still encoded, without `?`.
    pub query: String,
    /// Header names in lower case and values; the value of `authorization` is replaced by a marker.
    pub headers: Vec<(String, String)>,
    /// Whether an `Authorization: Bearer` header came along.
    pub has_bearer: bool,
    /// Whether that bearer was a token of this stub that is still good.
    pub bearer_valid: bool,
    /// The body as text; the login form's secret values are replaced by a marker.
    pub body: String,
    /// The status answered; for a connection that was cut instead, the status that got lost, or 0.
    pub status: u16,
    /// The service's error code in the answer, if there is one and the answer arrived whole.
    pub code: Option<String>,
    /// The `request-id` header of the answer.
    pub request_id: Option<String>,
    /// Whether it was carried out with success at least once, whatever was answered.
    pub carried_out: bool,
    /// The machine actions that carrying it out made, by id: more than one where a proxy sent it on
    /// twice.
    pub made: Vec<String>,
    /// The faults that struck, by [`FaultKind::name`](super::FaultKind::name).
    pub faults: Vec<&'static str>,
    /// When, counted from the start of the service by its own clock.
    pub at: Duration,
    pub(super) limit: Option<RateLimit>,
}

impl Entry {
    /// The value of a header, if it came along.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    /// The route of the API that it went to, and how often that may be called a minute and an hour.
    pub fn budget(&self) -> Option<(&'static str, [u32; 2])> {
        self.limit.map(|limit| (limit.path, [limit.per_minute, limit.per_hour]))
    }

    /// Whether the request fits a pattern such as `POST /api/machines/{id}/isolate`.
    pub fn is(&self, pattern: &str) -> bool {
        Template::new(pattern).fits(&self.method, &self.path)
    }
}

/// The entries of a service.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    entries: VecDeque<Entry>,
}

/// Further facts about a request, in addition to the request and its response.
pub(super) struct Arrived {
    pub(super) body: String,
    pub(super) bearer_valid: bool,
    pub(super) carried_out: bool,
    pub(super) made: Vec<String>,
    pub(super) at: Duration,
    pub(super) limit: Option<RateLimit>,
}

impl Ledger {
    pub(super) fn record(&mut self, request: &Request, arrived: Arrived, reply: &Reply) {
        if self.entries.len() == CAPACITY {
            self.entries.pop_front();
        }
        self.entries.push_back(Entry {
            method: request.method.clone(),
            host: request.host.clone(),
            path: request.path.clone(),
            query: request.query.clone(),
            headers: request.headers.iter().map(redacted).collect(),
            has_bearer: request.bearer().is_some(),
            bearer_valid: arrived.bearer_valid,
            body: arrived.body,
            status: reply.status,
            code: code(reply),
            request_id: reply.header("request-id").map(str::to_owned),
            carried_out: arrived.carried_out,
            made: arrived.made,
            faults: reply.faults.clone(),
            at: arrived.at,
            limit: arrived.limit,
        });
    }

    pub(super) fn entries(&self) -> Vec<Entry> {
        self.entries.iter().cloned().collect()
    }

    pub(super) fn count(&self, pattern: &str) -> usize {
        let template = Template::new(pattern);
        self.entries.iter().filter(|entry| template.fits(&entry.method, &entry.path)).count()
    }

    pub(super) fn clear(&mut self) {
        self.entries.clear();
    }
}

/// `{"error": {"code"}}`, the login server's `{"error": code}`, or result storage's header.
fn code(reply: &Reply) -> Option<String> {
    if reply.status < 400 || !matches!(reply.delivery, Delivery::Whole | Delivery::Pieces(_)) {
        return None;
    }
    if let Some((_, code)) = reply.headers.iter().find(|(name, _)| name == "x-ms-error-code") {
        return Some(code.clone());
    }
    let body = reply.body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&reply.body);
    let body: Value = serde_json::from_str(&String::from_utf8_lossy(body)).ok()?;
    let error = &body["error"];
    Some(error["code"].as_str().or(error.as_str())?.to_owned())
}

fn redacted((name, value): &(String, String)) -> (String, String) {
    let name = name.to_ascii_lowercase();
    let value = if name == "authorization" { "[redacted]".to_owned() } else { value.clone() };
    (name, value)
}

//! Requests that may change something, and what became of them.

use host_harness::egress::Event;
use serde_json::Value;

/// A request that may change something.
#[derive(Clone, Debug)]
pub(crate) struct ChangeRequest {
    /// Such as `POST`.
    pub(crate) method: String,
    /// Its path.
    pub(crate) path: String,
    /// What became of it.
    pub(crate) fate: Fate,
}

impl ChangeRequest {
    /// The parts of its path.
    pub(crate) fn segments(&self) -> Vec<&str> {
        self.path.trim_start_matches('/').split('/').collect()
    }

    /// The machine that it is about, if it is about one.
    pub(crate) fn machine(&self) -> Option<&str> {
        match self.segments().as_slice() {
            ["api", "machines", machine, _] => Some(machine),
            _ => None,
        }
    }

    /// Whether the service says that it did nothing.
    pub(crate) fn is_refused(&self) -> bool {
        matches!(self.fate, Fate::Refused(_))
    }
}

/// What became of a request that may change something.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Fate {
    /// It was sent, or is being sent, and there is no answer yet.
    Open,
    /// It was answered with success.
    Accepted(u16),
    /// It was answered with the record of a machine action, which is followed.
    Recorded,
    /// It was refused: the service says that it did nothing.
    Refused(u16),
    /// It may have been carried out: what was answered does not tell, or nothing was.
    Doubtful(Option<u16>),
    /// It never got out.
    NotSent,
}

impl Fate {
    /// What an event says of a request; nothing if it says nothing.
    pub(crate) fn of(event: Event<'_>) -> Option<Self> {
        Some(match event {
            Event::Begins => Self::Open,
            Event::Answered { status } => Self::answered(status),
            Event::Unanswered { perhaps_sent: true } => Self::Doubtful(None),
            Event::Unanswered { perhaps_sent: false } => Self::NotSent,
            _ => return None,
        })
    }

    /// A gateway that gives up or refuses, a redirect and a server in trouble leave it open whether it was carried out.
    fn answered(status: u16) -> Self {
        match status {
            200..=299 => Self::Accepted(status),
            _ => Self::Doubtful(Some(status)),
        }
    }

    /// Whether only the body of the answer says who refused it.
    pub(super) fn awaits_body(self) -> bool {
        matches!(self, Self::Doubtful(Some(400..=407 | 409..=499)))
    }

    /// What it is once the body of the answer has come: the service's own error object is its refusal.
    pub(super) fn with_body(self, body: &[u8]) -> Self {
        match self {
            Self::Doubtful(Some(status)) if self.awaits_body() && is_service_error(body, status) => {
                Self::Refused(status)
            }
            other => other,
        }
    }
}

/// Whether a body is the service's error object. What gateways write has another form, or codes of another style.
fn is_service_error(body: &[u8], status: u16) -> bool {
    let document: Value = serde_json::from_slice(body).unwrap_or_default();
    let error = &document["error"];
    let code = error["code"].as_str().unwrap_or_default();
    let is_word = code.starts_with(|c: char| c.is_ascii_uppercase())
        && code.contains(|c: char| c.is_ascii_lowercase())
        && code.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    (is_word || code == status.to_string()) && error["message"].is_string() && error.get("source").is_none()
}

//! What a call has sent and seen, as far as the egress shows it.
//!
//! A call is one function of the plugin, which says nothing before it ends. Its requests are what tells how far it is, and what
//! it has done if it never ends.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use host_harness::Origin;
use host_harness::egress::{Event, Exchange, Observer};
use tokio::sync::Notify;
use url::Url;

use super::plan::Plan;
use super::record::records;
use super::seen::Seen;
use crate::cli::session::api;

/// How long an abandoned call has to let go of its requests.
const PATIENCE: Duration = Duration::from_secs(1);

/// Listens to one call.
#[derive(Default)]
pub(crate) struct Traffic {
    /// Where the service's API is; bodies of other origins are none of its business.
    api: Option<Api>,
    seen: Mutex<Seen>,
    changed: Notify,
}

impl Traffic {
    /// Listens to a connector with these settings that will call these origins.
    pub(crate) fn of(config: &str, origins: &[Origin]) -> Self {
        Self { api: Api::of(config, origins), seen: Mutex::default(), changed: Notify::new() }
    }

    /// Follows the call that begins now: the machine actions that it names, starts or finds.
    pub(crate) fn follow(&self, plan: &Plan) {
        self.seen().follow(plan.named.iter().cloned(), plan.comment.as_deref());
    }

    /// Everything so far.
    pub(crate) fn so_far(&self) -> Seen {
        self.seen().clone()
    }

    /// Waits until there is news.
    pub(crate) async fn news(&self) {
        self.changed.notified().await;
    }

    /// Waits until the requests of a call that was abandoned are known to be over.
    pub(crate) async fn settled(&self) -> Seen {
        let over = async {
            while self.seen().is_open() {
                self.news().await;
            }
        };
        // What is open after that stays in doubt.
        let _ = tokio::time::timeout(PATIENCE, over).await;
        self.so_far()
    }

    /// The path in the API; nothing if the exchange is with another server.
    fn in_api<'a>(&self, exchange: &'a Exchange) -> Option<&'a str> {
        self.api.as_ref()?.below(&exchange.origin, &exchange.path)
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Observer for Traffic {
    fn observe(&self, exchange: &Exchange, event: Event<'_>) {
        match event {
            Event::Body(body) => {
                let mut seen = self.seen();
                if !seen.refused(exchange.number, body) {
                    seen.answer(exchange.number, records(body));
                }
            }
            event => {
                // Of other origins, such as those of files, the path is the whole one.
                let path = self.in_api(exchange).unwrap_or(&exchange.path);
                self.seen().event(exchange.number, &exchange.method, path, event);
            }
        }
        self.changed.notify_one();
    }

    /// Machine actions, and no links to what they left; and why a change was refused.
    fn wants_body(&self, exchange: &Exchange) -> bool {
        let Some(path) = self.in_api(exchange) else { return false };
        let segments: Vec<&str> = path.trim_start_matches('/').split('/').collect();
        match (exchange.method.as_str(), segments.as_slice()) {
            ("GET", ["api", "machineactions"]) => true,
            ("GET", ["api", "machineactions", id]) => !id.contains('('),
            ("POST", ["api", "machines", _, _] | ["api", "machineactions", _, "cancel"]) => true,
            _ => self.seen().awaits_body(exchange.number),
        }
    }
}

/// The address of the service's API.
#[derive(Debug, Eq, PartialEq)]
struct Api {
    origin: String,
    /// The path that all of its paths are below, without a slash at its end: that of a gateway, mostly none.
    base: String,
}

impl Api {
    /// Of the settings, else the origin that the connector cannot do without.
    fn of(config: &str, origins: &[Origin]) -> Option<Self> {
        let config: serde_json::Value = serde_json::from_str(config).unwrap_or_default();
        let url = Url::parse(config["apiUrl"].as_str().or(api(origins))?).ok()?;
        // As the connector brings it into normal form.
        let segments = url.path().split('/').filter(|segment| !segment.is_empty());
        let base = segments.map(|segment| format!("/{segment}")).collect();
        let origin = url.origin();
        origin.is_tuple().then(|| Self { origin: origin.ascii_serialization(), base })
    }

    /// What a path is below the address; nothing if it is elsewhere.
    fn below<'a>(&self, origin: &str, path: &'a str) -> Option<&'a str> {
        let path = path.strip_prefix(&self.base).filter(|path| path.starts_with('/'));
        path.filter(|_| self.origin == origin)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn api_of(config: &str, origins: &[Origin]) -> Option<(String, String)> {
        Api::of(config, origins).map(|api| (api.origin, api.base))
    }

    fn address(origin: &str, base: &str) -> Option<(String, String)> {
        Some((origin.into(), base.into()))
    }

    #[test]
    fn the_api_is_where_the_settings_say_or_the_connector() {
        let origin =
            |pattern: &str, purpose: &str| Origin { pattern: pattern.into(), purpose: purpose.into(), required: true };
        let origins = [origin("https://login.example", "sign-in"), origin("https://api.example", "API")];
        assert_eq!(api_of("{}", &origins), address("https://api.example", ""));
        let config = r#"{"apiUrl": "http://127.0.0.1:8765/"}"#;
        assert_eq!(api_of(config, &origins[..1]), address("http://127.0.0.1:8765", ""));
        let config = r#"{"apiUrl": "https://gateway.example//a/b/"}"#;
        assert_eq!(api_of(config, &origins), address("https://gateway.example", "/a/b"));
        assert_eq!(api_of("{}", &origins[..1]), None);
    }

    #[test]
    fn paths_are_read_below_the_api_s_own() {
        let api = Api { origin: "https://gateway.example".into(), base: "/a".into() };
        assert_eq!(api.below("https://gateway.example", "/a/api/machines"), Some("/api/machines"));
        for (origin, path) in [
            ("https://gateway.example", "/api/machines"),
            ("https://gateway.example", "/ab/api/machines"),
            ("https://gateway.example", "/a"),
            ("https://elsewhere.example", "/a/api/machines"),
        ] {
            assert_eq!(api.below(origin, path), None, "{origin}{path}");
        }
        let api = Api { base: String::new(), ..api };
        assert_eq!(api.below("https://gateway.example", "/api/machines"), Some("/api/machines"));
    }
}

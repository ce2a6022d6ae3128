//! What a call has sent and seen, as far as the egress shows it.
//!
//! A call is one function of the plugin, which says nothing before it ends. Its requests are what tells how far it is, and what
//! it has done if it never ends.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use host_harness::egress::{Event, Exchange, Observer};
use tokio::sync::Notify;
use url::Url;

use super::plan::Plan;
use super::record::records;
use super::seen::Seen;

/// How long an abandoned call has to let go of its requests.
const PATIENCE: Duration = Duration::from_secs(1);

/// Listens to one call.
#[derive(Default)]
pub(crate) struct Traffic {
    /// Where the service's API is; bodies of other origins are none of its business.
    api: Option<String>,
    seen: Mutex<Seen>,
    changed: Notify,
}

impl Traffic {
    /// Listens to a connector with these settings that will call these origins.
    pub(crate) fn of(config: &str, origins: &[String]) -> Self {
        Self { api: api(config, origins), seen: Mutex::default(), changed: Notify::new() }
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

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Observer for Traffic {
    fn observe(&self, exchange: &Exchange, event: Event<'_>) {
        match event {
            Event::Body(body) => self.seen().answer(exchange.number, records(body)),
            event => self.seen().event(exchange.number, &exchange.method, &exchange.path, event),
        }
        self.changed.notify_one();
    }

    /// Machine actions, and no links to what they left.
    fn wants_body(&self, exchange: &Exchange) -> bool {
        let segments: Vec<&str> = exchange.path.trim_start_matches('/').split('/').collect();
        let method = exchange.method.as_str();
        self.api.as_ref() == Some(&exchange.origin)
            && match (method, segments.as_slice()) {
                ("GET", ["api", "machineactions"]) => true,
                ("GET", ["api", "machineactions", id]) => !id.contains('('),
                ("POST", ["api", "machines", _, _] | ["api", "machineactions", _, "cancel"]) => true,
                _ => false,
            }
    }
}

/// The API's origin: of the settings, else the one that the connector names second, after the one for the login.
fn api(config: &str, origins: &[String]) -> Option<String> {
    let config: serde_json::Value = serde_json::from_str(config).unwrap_or_default();
    let url = config["apiUrl"].as_str().or(origins.get(1).map(String::as_str))?;
    let origin = Url::parse(url).ok()?.origin();
    origin.is_tuple().then(|| origin.ascii_serialization())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_api_s_origin_is_that_of_the_settings_or_the_second() {
        let origins = ["https://login.example".to_owned(), "https://api.example".to_owned()];
        assert_eq!(api("{}", &origins).as_deref(), Some("https://api.example"));
        let config = r#"{"apiUrl": "http://127.0.0.1:8765/"}"#;
        assert_eq!(api(config, &origins[..1]).as_deref(), Some("http://127.0.0.1:8765"));
        assert_eq!(api("{}", &["https://*.example".to_owned()]), None);
    }
}

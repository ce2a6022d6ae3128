//! Invariants that must hold for arbitrary bytes. The property tests check them with random input,
//! the fuzzer with inputs that it searches for.
//!
//! Every check takes bytes and panics if an invariant is violated.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a check that panics has found something"
)]

mod answers;
mod fill;
mod gzip;
mod literals;
mod params;
mod scripted;
mod seeds;
mod sent;

pub use answers::answers;
pub use gzip::{gzip, unwrapped};
pub use literals::literals;
pub use params::{filled, params};
pub use seeds::seeds;

use std::time::Duration;

use defender_connector::actions::{Action, CATALOGUE};
use defender_connector::auth::from_response;
use defender_connector::config::Settings;
use defender_connector::connector::Connector;
use defender_connector::error::Kind;
use defender_connector::response::script_result;
use serde_json::json;

/// A secret that must never appear in output.
const SECRET: &str = "hunter2-hunter2-hunter2";

/// Maximum size of a file and of a response.
const MOST: u64 = 1_000_000;

/// Checks a config and secrets, separated by the first zero byte: rejected with JSON pointers, or
/// accepted; a secret never appears.
pub fn settings(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let (config, secrets) = text.split_once('\0').unwrap_or((&text, ""));
    for secrets in [secrets, &json!({ "clientSecret": SECRET }).to_string()] {
        match Settings::parse(config, secrets) {
            Ok(settings) => {
                assert!(
                    settings.origins().iter().all(|origin| origin.pattern.starts_with("http")),
                    "{settings:?}"
                );
                assert!(!format!("{settings:?}").contains(SECRET));
            }
            Err(error) => {
                assert_eq!(error.kind(), Kind::InvalidConfig);
                assert!(
                    error.details().is_some_and(|details| details[0]["pointer"].is_string()),
                    "{error:?}"
                );
                assert!(!format!("{error:?}").contains(SECRET));
            }
        }
    }
}

/// Checks decoding of a script's output: the result can always be displayed, and is at most a few
/// times the input size.
pub fn results(data: &[u8]) {
    let result = script_result(data);
    let text = result.to_string();
    assert!(text.len() <= data.len() * 16 + 200, "{} bytes of {}", text.len(), data.len());
    for name in ["script_output", "script_errors", "text"] {
        let shown = result[name].as_str().unwrap_or_default();
        assert!(!shown.contains(['\u{1b}', '\0', '\u{202e}', '\u{7}']), "{shown:?}");
    }
}

/// Checks a login server's response: it yields a token that fits into a header and expires within
/// 28 hours, or none.
pub fn token(data: &[u8]) {
    let (now, early) = (Duration::from_secs(1_800_000_000), Duration::from_secs(300));
    if let Some(token) = from_response(data, now, early) {
        assert!(token.secret.expose().bytes().all(|byte| byte.is_ascii_graphic()));
        assert!(
            token.refresh_at <= token.expires_at
                && token.expires_at <= now + Duration::from_secs(28 * 3600)
        );
        assert!(
            !format!("{token:?}").contains(token.secret.expose())
                || token.secret.expose().len() < 12,
            "{token:?}"
        );
    }
}

/// Maps a byte to an action.
fn action(byte: u8) -> &'static Action {
    CATALOGUE[usize::from(byte) % CATALOGUE.len()]
}

fn connector() -> Connector {
    let mut connector = Connector::default();
    let limits =
        json!({ "maxResponseBytes": MOST, "maxDownloadBytes": MOST, "callTimeoutSeconds": 600 });
    let config = json!({
        "tenantId": "contoso.example", "clientId": "0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0",
        "limits": limits
    })
    .to_string();
    let secrets = json!({ "clientSecret": SECRET }).to_string();
    connector.configure(&config, &secrets).expect("settings in force");
    connector
}

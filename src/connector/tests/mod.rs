//! The connector over a scripted network and a clock of its own: what goes out, what comes back,
//! what is never sent again.

mod already;
mod answers;
mod cancellations;
mod changes;
mod collections;
mod commands;
mod comments;
mod contract;
mod deadline;
mod digests;
mod failures;
mod gateways;
mod hosts;
mod imports;
mod incidents;
mod indicators;
mod isolation;
mod machines;
mod names;
mod nothing;
mod once;
mod proof;
mod reference;
mod refusals;
mod roles;
mod secrets;
mod sign_in;
mod slow;
mod steps;
mod texts;
mod undone;
mod whole;
mod whole_call;

use std::cell::Cell;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::Connector;
use crate::clock::Clock;
use crate::error::{Error, Kind, Retry};
use crate::outcome::{Outcome, State, Usage};
use crate::transport::scripted::Scripted;
use crate::transport::{Cause, Delivery, TransportError};

/// A clock that stands still unless a call waits.
struct Still(Cell<Duration>);

impl Clock for Still {
    fn unix(&self) -> Duration {
        NOON + self.0.get()
    }

    fn elapsed(&self) -> Duration {
        self.0.get()
    }

    fn sleep(&self, time: Duration) {
        self.0.set(self.0.get() + time);
    }
}

/// Tue, 24 Nov 2026 12:00:00 GMT.
const NOON: Duration = Duration::from_secs(1_795_521_600);

struct Bench {
    connector: Connector,
    network: Scripted,
    clock: Still,
}

const SECRET: &str = "hunter2-hunter2";
const MACHINE: &str = r#"{"id":"d1000000000000000000000000000000","computerDnsName":"ws","x":{"b":1,"a":[1.50,null]}}"#;
const ISOLATING: &str = r#"{"id":"a1","type":"Isolate","status":"Pending","machineId":"d1000000000000000000000000000000","requestorComment":"c"}"#;

const NOTHING: &str = r#"{"value":[]}"#;

/// A refusal as the service itself writes it.
fn refusal(code: &str) -> String {
    json!({ "error": { "code": code, "message": "m", "target": "|t-1." } }).to_string()
}

fn token(roles: &[&str]) -> String {
    let claims = json!({
        "aud": "https://api.securitycenter.microsoft.com", "roles": roles,
        "exp": NOON.as_secs() + 1_000_000
    });
    format!("eyJhbGciOiJub25lIn0.{}.c2ln", URL_SAFE_NO_PAD.encode(claims.to_string()))
}

fn bench() -> Bench {
    bench_with(json!({}), json!({ "clientSecret": SECRET }))
}

fn bench_with(limits: Value, secrets: Value) -> Bench {
    let mut connector = Connector::default();
    let config = json!({
        "clientId": "0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0", "tenantId": "contoso.example",
        "limits": limits
    });
    connector.configure(&config.to_string(), &secrets.to_string()).unwrap();
    Bench { connector, network: Scripted::default(), clock: Still(Cell::new(Duration::ZERO)) }
}

impl Bench {
    fn signed_in(self) -> Self {
        self.token(json!(3600));
        self
    }

    fn token(&self, expires_in: Value) {
        let answer = json!({
            "token_type": "Bearer", "access_token": token(&["Machine.Read.All"]),
            "expires_in": expires_in
        });
        self.network.answer(200, &answer.to_string());
    }

    fn call(&mut self, action: &str, params: Value) -> Result<(Outcome, Usage), Error> {
        self.connector.execute(action, &params.to_string(), &self.network, &self.clock)
    }

    fn details(&mut self) -> Result<Value, Error> {
        let (outcome, _) =
            self.call("getAgentDetails", json!({ "id": "d1000000000000000000000000000000" }))?;
        Ok(serde_json::from_str(&outcome.data).unwrap())
    }

    fn isolate(&mut self) -> Result<(Outcome, Usage), Error> {
        self.call(
            "isolateHost",
            json!({ "id": "d1000000000000000000000000000000", "comment": "c" }),
        )
    }

    /// How many requests changed something.
    fn posts(&self) -> usize {
        self.sent().iter().filter(|line| line.starts_with("POST")).count()
    }

    /// Requests other than those for tokens.
    fn sent(&self) -> Vec<String> {
        self.network.lines().into_iter().filter(|line| !line.contains("/oauth2/")).collect()
    }
}
